import { mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { UserError } from '../user-error.ts'
import { sync } from './durable.ts'
import { normaliseText } from './text.ts'

const entryShape = z.object({
  /** ISO time. */
  at: z.iso.datetime({ offset: true }),
  /** Who did it: the name a person gave. */
  by: z.string(),
  what: z.enum([
    'edit-station',
    'withdraw-edit',
    'activate',
    'roll-back',
    'override',
    'activate-overridden',
    'new-key',
  ]),
  /** The id of the snapshot it was done to, or that was active then. */
  snapshot: z.string().exactOptional(),
  /** Four digits. */
  station: z.string().exactOptional(),
  reason: z.string().exactOptional(),
  detail: z.string().exactOptional(),
})

/** One thing somebody did to the register. Never holds personal data of voters. */
export type JournalEntry = Readonly<z.infer<typeof entryShape>>

/** What nobody does without saying why. */
const needReason: ReadonlySet<JournalEntry['what']> = new Set(['edit-station', 'withdraw-edit', 'override'])

/** How many different people it takes to pass over a report's reds. */
export const peopleToOverride = 2

const nameLength = { min: 2, max: 80 }
const longestReason = 500
const newline = 0x0a

export function journalFile(folder: string): string {
  return join(folder, 'journal.jsonl')
}

/**
 * Adds to what people did to the register; on disk when it resolves.
 * @throws UserError when the name is not 2 to 80 characters, or a reason is needed and missing or too long
 */
export async function appendJournal(folder: string, entry: JournalEntry): Promise<void> {
  const by = personNamed(entry.by)
  const given = entry.reason === undefined && !needReason.has(entry.what) ? {} : { reason: reasonGiven(entry.reason) }
  const line = Buffer.from(`${JSON.stringify({ ...entry, by, ...given })}\n`)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const opened = await open(journalFile(folder), 'a+', 0o600)
  try {
    const { size } = await opened.stat()
    // After a power cut the last line may be torn. This one must not become part of it.
    const whole = size === 0 || (await opened.read(Buffer.alloc(1), 0, 1, size - 1)).buffer[0] === newline
    // In one write, so that the lines of two processes can't be mixed.
    const bytes = whole ? line : Buffer.concat([Buffer.from([newline]), line])
    const { bytesWritten } = await opened.write(bytes)
    if (bytesWritten !== bytes.length) {
      throw new UserError(`There is no room for ${journalFile(folder)}. Free some disk and try again.`)
    }
    await opened.sync()
  } finally {
    await opened.close()
  }
  await sync(folder)
}

/** Everything people did, oldest first. What was being written when the power was cut is left out. */
export async function readJournal(folder: string): Promise<readonly JournalEntry[]> {
  let text: string
  try {
    text = await readFile(journalFile(folder), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
  return text.split('\n').flatMap((line) => entryIn(line) ?? [])
}

/** The different people who overrode the refusal of a snapshot, by the names they gave first; see `isSamePerson`. */
export async function peopleWhoOverrode(folder: string, snapshot: string): Promise<string[]> {
  return overridesOf(await readJournal(folder), snapshot).map(({ by }) => by)
}

/** The first word of each different person who overrode the refusal of a snapshot. */
export function overridesOf(journal: readonly JournalEntry[], snapshot: string): readonly JournalEntry[] {
  const people = new Map<string, JournalEntry>()
  for (const entry of journal) {
    if (entry.what !== 'override' || entry.snapshot !== snapshot) continue
    const person = folded(entry.by)
    if (!people.has(person)) people.set(person, entry)
  }
  return [...people.values()]
}

/** Capitals, spaces and invisible letters make nobody a second person. */
export function isSamePerson(one: string, other: string): boolean {
  return folded(one) === folded(other)
}

/**
 * A person's name as it is kept.
 * @throws UserError when it has not 2 to 80 characters
 */
export function personNamed(name: string): string {
  const by = cleaned(name)
  if ([...by].length < nameLength.min || [...by].length > nameLength.max) {
    throw new UserError(`The name of a person has ${nameLength.min} to ${nameLength.max} characters. Give yours.`)
  }
  return by
}

/**
 * A reason as it is kept.
 * @throws UserError when it is missing or too long
 */
export function reasonGiven(text: string | undefined): string {
  const reason = cleaned(text ?? '')
  if (reason === '') throw new UserError('The reason is missing. Say in a few words why this is done.')
  if ([...reason].length > longestReason) {
    throw new UserError(`The reason has more than ${longestReason} characters. Say it in fewer.`)
  }
  return reason
}

function entryIn(line: string): JournalEntry | undefined {
  try {
    return entryShape.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}

function cleaned(text: string): string {
  return normaliseText(text.replace(/\p{Cf}/gu, ''))
}

/** By way of upper case, which folds what lower case alone does not: ß and ss, ς and σ. */
function folded(name: string): string {
  return cleaned(name).toUpperCase().toLowerCase().normalize('NFC')
}
