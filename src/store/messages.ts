import { randomInt, randomUUID } from 'node:crypto'
import type { Kysely, Transaction } from 'kysely'
import { type Day, dayAt } from '../domain/calendar.ts'
import type { Clock } from '../domain/clock.ts'
import type { AnsweredText, Messages, NewText, QueuedText, ReceivedText, Remembered } from '../domain/messages.ts'
import type { PhoneNumber } from '../domain/phone-number.ts'
import type { IncomingText } from '../domain/sms.ts'
import type { HotlineKey } from './hotline-key.ts'
import { filledUp, inLots } from './lots.ts'
import type { SmsOutTable } from './message-tables.ts'
import { noteSending } from './messages-sent.ts'
import { wholeTexts } from './messages-whole.ts'
import { forgetPinUse, markOf, marksOf, remember } from './pin-use.ts'
import type { Hotline } from './tables.ts'

export interface MessageOptions {
  readonly hotline: Kysely<Hotline>
  readonly key: HotlineKey
  readonly now: Clock
  /** In which a day begins and ends. */
  readonly timeZone: string
  readonly pinsPerDay: number
  /** The same text of the same sender within so many seconds is one text that came twice. */
  readonly sameTextSeconds: number
  /** Parts wait so long for those that are missing. */
  readonly partsSeconds: number
  /** The number of a sender that may be answered. */
  readonly numberOf: (from: string) => PhoneNumber | undefined
}

type Answer = (text: ReceivedText, remembered: Remembered) => AnsweredText

/** An id given again after a day is another text. */
const sameIdSeconds = 86_400
/** No receipt comes after that. */
const receiptHours = 72
/** A text in this process's hands is not due to anybody. */
const never = '9999-12-31T00:00:00.000Z'

export function makeMessages(options: MessageOptions): Messages {
  const { hotline, key, now, timeZone, pinsPerDay, sameTextSeconds, partsSeconds, numberOf } = options

  /** The texts that were not taken before, each of them once. */
  async function newOnes(transaction: Transaction<Hotline>, texts: readonly IncomingText[]): Promise<IncomingText[]> {
    const at = now()
    const lasting = (seconds: number) => new Date(at.getTime() + seconds * 1000).toISOString()
    const marksPer = texts.map((text) => [
      { mark: key.mark('text', text.from, text.text), until: lasting(sameTextSeconds) },
      ...(text.messageId === undefined
        ? []
        : [{ mark: key.mark('id', text.bind, text.messageId), until: lasting(sameIdSeconds) }]),
    ])
    const marks = new Map(marksPer.flat().map((row) => [row.mark, row]))
    if (marks.size === 0) return []
    const unseen = new Set<string>()
    for (const lot of inLots([...marks.values()])) {
      const rows = await transaction
        .insertInto('sms_seen')
        .values(lot)
        .onConflict((conflict) =>
          conflict
            .column('mark')
            .doUpdateSet((set) => ({ until: set.ref('excluded.until') }))
            .where('sms_seen.until', '<', at.toISOString()),
        )
        .returning('mark')
        .execute()
      for (const { mark } of rows) unseen.add(mark)
    }
    return texts.filter((_, index) => {
      const own = marksPer[index] ?? []
      const isNew = own.every(({ mark }) => unseen.has(mark))
      // The next of the batch with one of these came twice.
      for (const { mark } of own) unseen.delete(mark)
      return isNew
    })
  }

  async function answerAll(
    transaction: Transaction<Hotline>,
    incoming: readonly IncomingText[],
    answer: Answer,
  ): Promise<QueuedText[]> {
    if (incoming.length === 0) return []
    const texts: ReceivedText[] = incoming.map((text) => ({ ...text, number: numberOf(text.from) }))
    const at = now()
    const day = dayAt(timeZone, at)
    const numbers = [...new Set(texts.flatMap(({ number }) => number ?? []))]
    const known = await knownNumbers(transaction, numbers)
    const asked = await marksOf(transaction, numbers, day)
    const rows: { in: Hotline['sms_in'][]; out: SmsOutTable[]; uses: Hotline['pin_use'][] } = {
      in: [],
      out: [],
      uses: [],
    }
    const changed = new Map<string, Hotline['sms_number']>()
    for (const text of texts) {
      const { number } = text
      const before = number && known.get(number)
      const marks = (number && asked.get(number)) ?? new Set()
      const answers = before?.day === day ? before.answers : 0
      const answered = answer(text, {
        language: before?.language ?? undefined,
        answersToday: answers,
        overLimit: (pin) =>
          number !== undefined && marks.size >= pinsPerDay && !marks.has(markOf(key, number, day, pin)),
      })
      const id = randomUUID()
      rows.in.push(inRow(id, text, answered, at))
      rows.out.push(...answered.replies.map((reply) => outRow(reply, at, { inId: id })))
      if (number === undefined) continue
      for (const pin of answered.asked) {
        const mark = markOf(key, number, day, pin)
        if (!marks.has(mark)) rows.uses.push({ day, number, mark })
        marks.add(mark)
      }
      const after = {
        number,
        language: answered.language ?? before?.language ?? null,
        bind: text.bind,
        day,
        answers: answers + (answered.replies.length > 0 ? 1 : 0),
      }
      known.set(number, after)
      changed.set(number, after)
    }
    for (const lot of inLots(rows.in)) await transaction.insertInto('sms_in').values(lot).execute()
    for (const lot of inLots(rows.out)) await transaction.insertInto('sms_out').values(lot).execute()
    await remember(transaction, rows.uses)
    await putNumbers(transaction, [...changed.values()])
    return rows.out.map(queuedOf)
  }

  return {
    take: (texts, answer) =>
      hotline.transaction().execute(async (transaction) => {
        const whole = await wholeTexts(transaction, { key, now, partsSeconds }, texts)
        return answerAll(transaction, await newOnes(transaction, whole), answer)
      }),

    takeIncomplete: (answer) =>
      hotline.transaction().execute(async (transaction) => {
        const rest = await wholeTexts(transaction, { key, now, partsSeconds }, 'incomplete')
        return answerAll(transaction, await newOnes(transaction, rest), answer)
      }),

    async enqueue(texts, callId) {
      const at = now()
      const rows = texts.map((text) => outRow(text, at, { callId }))
      await hotline.transaction().execute(async (transaction) => {
        for (const row of rows) {
          await transaction.insertInto('sms_out').values(row).execute()
          await rememberLanguage(transaction, row, dayAt(timeZone, at))
        }
      })
      return rows.map(queuedOf)
    },

    async lastBind(number, binds) {
      const row = await hotline
        .selectFrom('sms_number')
        .select('bind')
        .where('number', '=', number)
        .where('bind', 'in', binds)
        .executeTakeFirst()
      return row?.bind
    },

    async due(bind, at, limit) {
      const rows = await hotline
        .selectFrom('sms_out')
        .selectAll()
        .select((select) =>
          select
            .selectFrom('sms_taken')
            .select((inner) => inner.fn.countAll().as('taken'))
            .whereRef('sms_taken.out_id', '=', 'sms_out.id')
            .as('taken'),
        )
        .where('state', '=', 'queued')
        .where('bind', '=', bind)
        .where('next_at', '<=', at.toISOString())
        .orderBy('next_at')
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map((row) => ({ ...queuedOf(row), taken: Number(row.taken) }))
    },

    async nextDue(bind, after) {
      const row = await hotline
        .selectFrom('sms_out')
        .select((select) => select.fn.min('next_at').as('at'))
        .where('state', '=', 'queued')
        .where('bind', '=', bind)
        .where('next_at', '>', after.toISOString())
        .executeTakeFirst()
      return row?.at ? new Date(row.at) : undefined
    },

    async begin(ids) {
      const rows = await hotline
        .updateTable('sms_out')
        .set((set) => ({ state: 'sending', attempts: set('attempts', '+', 1), next_at: never }))
        .where('id', 'in', filledUp(ids))
        .where('state', '=', 'queued')
        .returning('id')
        .execute()
      return rows.map(({ id }) => id)
    },

    note: (events) => hotline.transaction().execute((transaction) => noteSending(transaction, now(), events)),

    async doubtAll(bind, at) {
      await hotline
        .updateTable('sms_out')
        .set({ next_at: at.toISOString() })
        .where('state', '=', 'sending')
        .where('bind', '=', bind)
        .execute()
    },

    async requeueDoubtful(bind, at) {
      const { numUpdatedRows } = await hotline
        .updateTable('sms_out')
        .set({ state: 'queued' })
        .where('state', '=', 'sending')
        .where('bind', '=', bind)
        .where('next_at', '<=', at.toISOString())
        .executeTakeFirst()
      return Number(numUpdatedRows)
    },

    sweep: () =>
      hotline.transaction().execute(async (transaction) => {
        const at = now()
        await transaction.deleteFrom('sms_seen').where('until', '<', at.toISOString()).execute()
        await forgetPinUse(transaction, dayAt(timeZone, at))
        await transaction
          .updateTable('sms_out')
          .set({ state: 'unknown', final_at: at.toISOString(), text: null })
          .where('state', '=', 'sent')
          .where('sent_at', '<', new Date(at.getTime() - receiptHours * 3_600_000).toISOString())
          .execute()
      }),
  }
}

async function knownNumbers(
  hotline: Kysely<Hotline>,
  numbers: readonly Hotline['sms_number']['number'][],
): Promise<Map<string, Hotline['sms_number']>> {
  if (numbers.length === 0) return new Map()
  const rows = await hotline.selectFrom('sms_number').selectAll().where('number', 'in', filledUp(numbers)).execute()
  return new Map(rows.map((row) => [row.number, row]))
}

/** A call is held in a language, too: a text after it is answered in that one. */
async function rememberLanguage(
  hotline: Kysely<Hotline>,
  { recipient, language, bind }: SmsOutTable,
  day: Day,
): Promise<void> {
  await hotline
    .insertInto('sms_number')
    .values({ number: recipient, language, bind, day, answers: 0 })
    .onConflict((conflict) => conflict.column('number').doUpdateSet({ language }))
    .execute()
}

async function putNumbers(hotline: Kysely<Hotline>, rows: readonly Hotline['sms_number'][]): Promise<void> {
  for (const lot of inLots(rows)) {
    await hotline
      .insertInto('sms_number')
      .values(lot)
      .onConflict((conflict) =>
        conflict.column('number').doUpdateSet((set) => ({
          language: set.ref('excluded.language'),
          bind: set.ref('excluded.bind'),
          day: set.ref('excluded.day'),
          answers: set.ref('excluded.answers'),
        })),
      )
      .execute()
  }
}

function inRow(id: string, text: ReceivedText, answered: AnsweredText, at: Date): Hotline['sms_in'] {
  return {
    id,
    bind: text.bind,
    received_at: at.toISOString(),
    sender: text.number ?? text.from.slice(0, 21),
    language: answered.language ?? null,
    outcome: answered.outcome,
    station: answered.station ?? null,
  }
}

function outRow(reply: NewText, at: Date, { inId, callId }: { inId?: string; callId?: string }): SmsOutTable {
  return {
    id: randomUUID(),
    in_id: inId ?? null,
    call_id: callId ?? null,
    bind: reply.bind,
    created_at: at.toISOString(),
    recipient: reply.to,
    name: reply.name,
    language: reply.language ?? null,
    text: reply.text,
    ids: reply.ids,
    reference: randomInt(1, 65_536),
    state: 'queued',
    attempts: 0,
    next_at: at.toISOString(),
    sent_at: null,
    final_at: null,
    fault: null,
  }
}

function queuedOf(row: SmsOutTable): QueuedText {
  return {
    id: row.id,
    bind: row.bind,
    to: row.recipient,
    text: row.text ?? '',
    reference: row.reference,
    attempts: row.attempts,
    createdAt: new Date(row.created_at),
  }
}
