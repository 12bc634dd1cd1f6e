import type { Transaction } from 'kysely'
import type { Clock } from '../domain/clock.ts'
import type { IncomingText, TextPart } from '../domain/sms.ts'
import type { HotlineKey } from './hotline-key.ts'
import type { SmsPartTable } from './message-tables.ts'
import type { Hotline } from './tables.ts'

export interface PartOptions {
  readonly key: HotlineKey
  readonly now: Clock
  readonly partsSeconds: number
}

type Group = Pick<SmsPartTable, 'bind' | 'sender' | 'reference' | 'of'>

/**
 * Keeps the parts among the texts, sealed, and gives back what is whole now: texts that came whole, and those whose last
 * part this was.
 * @param texts `incomplete`: gives back what has been waiting for a part for too long, as it is
 */
export async function wholeTexts(
  transaction: Transaction<Hotline>,
  options: PartOptions,
  texts: readonly IncomingText[] | 'incomplete',
): Promise<IncomingText[]> {
  if (texts === 'incomplete') return overdue(transaction, options)
  const whole: IncomingText[] = []
  for (const text of texts) {
    if (text.part === undefined) whole.push(text)
    else whole.push(...(await addPart(transaction, options, text, text.part)))
  }
  return whole
}

/** @returns the text, when this was what it lacked */
async function addPart(
  transaction: Transaction<Hotline>,
  options: PartOptions,
  text: IncomingText,
  part: TextPart,
): Promise<IncomingText[]> {
  const group: Group = { bind: text.bind, sender: text.from, reference: part.reference, of: part.of }
  if (await wasTaken(transaction, options, group)) return []
  await transaction
    .insertInto('sms_part')
    .values({ ...group, number: part.number, sealed: options.key.seal(text.text), at: options.now().toISOString() })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const rows = await partsOf(transaction, group)
  return rows.length < part.of ? [] : [await putTogether(transaction, options, group, rows)]
}

async function overdue(transaction: Transaction<Hotline>, options: PartOptions): Promise<IncomingText[]> {
  const limit = new Date(options.now().getTime() - options.partsSeconds * 1000).toISOString()
  const groups = await transaction
    .selectFrom('sms_part')
    .select(['bind', 'sender', 'reference', 'of'])
    .groupBy(['bind', 'sender', 'reference', 'of'])
    .having((having) => having.fn.max('at'), '<', limit)
    .execute()
  const texts: IncomingText[] = []
  for (const group of groups) {
    texts.push(await putTogether(transaction, options, group, await partsOf(transaction, group)))
  }
  return texts
}

function partsOf(transaction: Transaction<Hotline>, group: Group): Promise<SmsPartTable[]> {
  return transaction
    .selectFrom('sms_part')
    .selectAll()
    .where((where) => where.and(group))
    .orderBy('number')
    .execute()
}

/** From now on, a part that comes again belongs to a text that was taken. */
async function putTogether(
  transaction: Transaction<Hotline>,
  { key, now, partsSeconds }: PartOptions,
  group: Group,
  rows: readonly SmsPartTable[],
): Promise<IncomingText> {
  const until = new Date(now().getTime() + partsSeconds * 1000).toISOString()
  await transaction
    .insertInto('sms_seen')
    .values({ mark: markOf(key, group), until })
    .onConflict((conflict) => conflict.column('mark').doUpdateSet({ until }))
    .execute()
  await transaction
    .deleteFrom('sms_part')
    .where((where) => where.and(group))
    .execute()
  return {
    bind: group.bind,
    from: group.sender,
    text: rows.map(({ sealed }) => opened(key, sealed)).join(''),
  }
}

/** A part that was sealed under a key that is lost is lost with it; the others must not be. */
function opened(key: HotlineKey, sealed: string): string {
  try {
    return key.unseal(sealed)
  } catch {
    return ''
  }
}

async function wasTaken(transaction: Transaction<Hotline>, { key, now }: PartOptions, group: Group): Promise<boolean> {
  const row = await transaction
    .selectFrom('sms_seen')
    .select('mark')
    .where('mark', '=', markOf(key, group))
    .where('until', '>=', now().toISOString())
    .executeTakeFirst()
  return row !== undefined
}

function markOf(key: HotlineKey, { bind, sender, reference, of }: Group): string {
  return key.mark('parts', bind, sender, reference, String(of))
}
