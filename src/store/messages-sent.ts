import type { Transaction } from 'kysely'
import type { SendingEvent } from '../domain/messages.ts'
import { parseCallerNumber } from '../domain/phone-number.ts'
import type { DeliveryReport, FinalState } from '../domain/sms.ts'
import { filledUp, inLots } from './lots.ts'
import type { SmsTakenTable } from './message-tables.ts'
import type { Hotline } from './tables.ts'

/** Of the parts of a text, the worst decides. */
const worstFirst: readonly FinalState[] = ['rejected', 'undeliverable', 'expired', 'unknown', 'delivered']

type EventOf<Kind extends SendingEvent['kind']> = Extract<SendingEvent, { kind: Kind }>

/** Writes down what happened to texts that were handed over, a handful of statements for any number of them. */
export async function noteSending(
  transaction: Transaction<Hotline>,
  now: Date,
  events: readonly SendingEvent[],
): Promise<void> {
  const of = <Kind extends SendingEvent['kind']>(kind: Kind) =>
    events.filter((event): event is EventOf<Kind> => event.kind === kind)
  const at = now.toISOString()
  const sent = of('sent')
  const doubtful = of('doubt')

  const again = of('again')
  await addTaken(transaction, [...sent, ...doubtful, ...again])
  if (sent.length > 0) {
    await transaction
      .updateTable('sms_out')
      .set({ state: 'sent', sent_at: at, fault: null })
      .where('id', 'in', filledUp(sent.map(({ id }) => id)))
      .where('state', 'in', ['queued', 'sending'])
      .execute()
  }
  for (const { id, at: next, fault } of again) {
    await transaction
      .updateTable('sms_out')
      .set({ state: 'queued', next_at: next.toISOString(), fault })
      .where('id', '=', id)
      .where('state', '=', 'sending')
      .execute()
  }
  for (const { id, at: until, fault } of doubtful) {
    await transaction
      .updateTable('sms_out')
      .set({ next_at: until.toISOString(), fault })
      .where('id', '=', id)
      .where('state', '=', 'sending')
      .execute()
  }
  for (const { id, state, fault } of of('gave-up')) {
    await transaction
      .updateTable('sms_out')
      .set({ state, final_at: at, text: null, fault })
      .where('id', '=', id)
      .where('state', 'in', ['queued', 'sending'])
      .execute()
  }
  const told = await noteReceipts(
    transaction,
    of('receipt').map(({ report }) => report),
  )
  await conclude(transaction, at, [...new Set([...sent.map(({ id }) => id), ...told])])
}

async function addTaken(
  transaction: Transaction<Hotline>,
  events: readonly { id: string; bind: string; messageIds: readonly string[] }[],
): Promise<void> {
  const rows = events.flatMap(({ id, bind, messageIds }) =>
    messageIds.map((message) => ({ out_id: id, message_id: message, bind, state: null, error: null })),
  )
  for (const lot of inLots(rows)) {
    // A receipt may have been here first.
    await transaction
      .insertInto('sms_taken')
      .values(lot)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
}

/** @returns the texts that receipts were for */
async function noteReceipts(
  transaction: Transaction<Hotline>,
  reports: readonly DeliveryReport[],
): Promise<readonly string[]> {
  if (reports.length === 0) return []
  const ids = reports.flatMap(({ messageId }) => messageId ?? [])
  const known = ids.length > 0 ? await knownByIds(transaction, ids) : new Map<string, SmsTakenTable>()
  const touched: string[] = []
  const states = new Map<string, { state: FinalState; error: string | null; rows: SmsTakenTable[] }>()
  for (const report of reports) {
    const row = known.get(`${report.bind} ${report.messageId}`)
    if (row === undefined) {
      const found = await noteUnknown(transaction, report)
      if (found !== undefined) touched.push(found)
    } else if (row.state === null) {
      const { state, error = null } = report
      // What came first counts: a receipt that comes twice, or contradicts, changes nothing.
      row.state = state
      touched.push(row.out_id)
      const alike = states.get(`${state} ${error}`)
      if (alike) alike.rows.push(row)
      else states.set(`${state} ${error}`, { state, error, rows: [row] })
    }
  }
  for (const { state, error, rows } of states.values()) {
    await transaction
      .updateTable('sms_taken')
      .set({ state, error })
      .where('out_id', 'in', filledUp(rows.map((row) => row.out_id)))
      .where('message_id', 'in', filledUp(rows.map((row) => row.message_id)))
      .execute()
  }
  return touched
}

/** The newest text of each id: an SMSC may give an id again after months. */
async function knownByIds(
  transaction: Transaction<Hotline>,
  ids: readonly string[],
): Promise<Map<string, SmsTakenTable>> {
  const rows = await transaction
    .selectFrom('sms_taken')
    .innerJoin('sms_out', 'sms_out.id', 'sms_taken.out_id')
    .selectAll('sms_taken')
    .where('sms_taken.message_id', 'in', filledUp(ids))
    .orderBy('sms_out.created_at')
    .execute()
  return new Map(rows.map((row) => [`${row.bind} ${row.message_id}`, row]))
}

/**
 * A receipt for a text whose answer has not come, and may never come: told by whom it was for or by our own id, and by
 * our reference where the other side gives it back.
 */
async function noteUnknown(transaction: Transaction<Hotline>, report: DeliveryReport): Promise<string | undefined> {
  const { bind, messageId, reference, to, state, error = null } = report
  const number = to === undefined ? undefined : parseCallerNumber(to, '')
  if (messageId === undefined) return undefined
  const sending = transaction
    .selectFrom('sms_out')
    .select('id')
    .where('state', '=', 'sending')
    .where('bind', '=', bind)
    .orderBy('created_at')
    .limit(1)
  // A gateway that goes by our own ids need not name the number.
  let query = number === undefined ? sending.where('id', '=', messageId) : sending.where('recipient', '=', number)
  if (reference !== undefined) query = query.where('reference', '=', reference)
  const row = await query.executeTakeFirst()
  if (row === undefined) return undefined
  await transaction
    .insertInto('sms_taken')
    .values({ out_id: row.id, message_id: messageId, bind, state, error })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return row.id
}

/** Texts of which every part was taken are sent; those of which every part has come to an end are final. */
async function conclude(transaction: Transaction<Hotline>, at: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const rows = await transaction
    .selectFrom('sms_out')
    .innerJoin('sms_taken', 'sms_taken.out_id', 'sms_out.id')
    .select(['sms_out.id', 'sms_out.ids', 'sms_out.state', 'sms_taken.state as end'])
    .where('sms_out.id', 'in', filledUp(ids))
    .where('sms_out.state', 'in', ['sending', 'sent'])
    .execute()
  const texts = new Map<string, { wanted: number; isSent: boolean; ends: (FinalState | null)[] }>()
  for (const { id, ids: wanted, state, end } of rows) {
    const text = texts.get(id) ?? { wanted, isSent: state === 'sent', ends: [] }
    text.ends.push(end)
    texts.set(id, text)
  }
  const whole = [...texts].filter(([, { wanted, ends }]) => ends.length >= wanted)
  const over = (state: FinalState) =>
    whole.flatMap(([id, { ends }]) => {
      const worst = ends.includes(null) ? undefined : worstFirst.find((candidate) => ends.includes(candidate))
      return worst === state ? [id] : []
    })
  for (const state of worstFirst) {
    const done = over(state)
    if (done.length === 0) continue
    await transaction
      .updateTable('sms_out')
      .set((set) => ({ state, final_at: at, text: null, sent_at: set.fn.coalesce('sent_at', set.val(at)) }))
      .where('id', 'in', filledUp(done))
      .execute()
  }
  const proven = whole.flatMap(([id, { isSent, ends }]) => (!isSent && ends.includes(null) ? [id] : []))
  if (proven.length > 0) {
    await transaction
      .updateTable('sms_out')
      .set({ state: 'sent', sent_at: at })
      .where('id', 'in', filledUp(proven))
      .execute()
  }
}
