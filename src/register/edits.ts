import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Station } from '../domain/station.ts'
import { UserError } from '../user-error.ts'
import { writeDurably } from './durable.ts'
import { appendJournal, personNamed, reasonGiven } from './journal.ts'
import { withLock } from './lock.ts'
import { isSpeakable, normaliseText } from './text.ts'

const stationNumber = z.string().regex(/^[1-9][0-9]{3}$/)
const address = z.strictObject({ ky: z.string().min(1), ru: z.string().min(1) }).readonly()

const editShape = z.strictObject({
  /** Four digits. */
  station: stationNumber,
  /** What is true from now on. */
  address: address.exactOptional(),
  /** Closed from now on; `instead` is the station its voters go to. */
  closed: z.strictObject({ instead: stationNumber.exactOptional() }).readonly().exactOptional(),
  by: z.string(),
  reason: z.string(),
  /** ISO time. */
  at: z.iso.datetime({ offset: true }),
  /** The snapshot that was active when the edit was made. */
  madeOn: z.string(),
  /** The address that snapshot's source gave; empty where it gave none. */
  was: z.strictObject({ ky: z.string(), ru: z.string() }).readonly(),
  /** The snapshot whose source said the same: from that one on, the source's word counts again. */
  confirmedBy: z.string().exactOptional(),
})

/**
 * What people changed of one station since the source said otherwise. On disk each has either an address or a
 * closing, so that the source can confirm one without the other.
 */
export type StationEdit = Readonly<z.infer<typeof editShape>>

/** An edit as it is asked for: an address, a closing, or both. */
export type NewEdit = Pick<StationEdit, 'station' | 'address' | 'closed' | 'by' | 'reason'>

/** A station as a caller of it is answered. `moved` has the station to go to instead. */
export interface StationNow {
  readonly kind: 'open' | 'moved' | 'closed'
  readonly station: Station
}

export interface EditGround {
  /** The id of the active snapshot. */
  readonly snapshot: string
  /** Its stations. */
  readonly stations: readonly Station[]
  /** Makes what the line needs to speak of these stations. While it fails, nothing is edited. */
  readonly ensureClips: (stations: readonly Station[]) => Promise<void>
  readonly now: Date
}

export function editsFile(folder: string): string {
  return join(folder, 'edits.json')
}

/**
 * Every edit, oldest first, those the source has confirmed among them: an older snapshot still needs them.
 * @throws UserError when the file is damaged
 */
export function readEdits(folder: string): readonly StationEdit[] {
  const file = editsFile(folder)
  try {
    return z.array(editShape).parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new UserError(
      `${file} is damaged. Put back a copy of it; or delete it and make the edits told in journal.jsonl again.`,
      { cause: error },
    )
  }
}

/**
 * Changes what is said of a station from the next call on, until the source says the same. Takes the place of an
 * earlier edit of the same kind; an address and a closing can stand together.
 * @throws UserError when a station is not in the list, voters can't be sent where they are to be sent, or an address
 * is not one
 */
export async function editStation(folder: string, asked: NewEdit, ground: EditGround): Promise<StationEdit> {
  const { snapshot, stations, ensureClips, now } = ground
  return withLock(folder, 'edits', async () => {
    const before = readEdits(folder)
    const station = stationIn(stations, asked.station)
    const edit: StationEdit = {
      station: station.number,
      ...(asked.address && { address: cleanAddress(asked.address, station.number) }),
      ...(asked.closed && { closed: asked.closed }),
      by: personNamed(asked.by),
      reason: reasonGiven(asked.reason),
      at: now.toISOString(),
      madeOn: snapshot,
      was: sourceAddress(station, before, snapshot),
    }
    if (!edit.address && !edit.closed) {
      throw new UserError(
        `Nothing was said of station ${edit.station}. Give its new addresses, or say that it is closed.`,
      )
    }
    const instead = edit.closed?.instead
    if (instead !== undefined) refuseInstead(edit.station, instead, stations, before, snapshot)

    const edits = [...before.flatMap((earlier) => replaced(earlier, edit)), ...parts(edit)]
    const spoken = stations.map((one) => withAddress(one, edits, snapshot))
    await ensureClips(spoken.filter(({ number }) => number === edit.station || number === instead))
    // Before the edit, so that none is ever in force that the journal doesn't know.
    await appendJournal(folder, {
      at: edit.at,
      by: edit.by,
      what: 'edit-station',
      snapshot,
      station: edit.station,
      reason: edit.reason,
      detail: parts(edit).map(contents).join('; '),
    })
    await write(folder, edits)
    return edit
  })
}

/**
 * Takes back what people said of a station; where all of it has been confirmed, what older snapshots still go by.
 * @param prepare gets the edits that will be left, before any is withdrawn: makes the clips that are then needed
 * @returns the edits that were withdrawn
 * @throws UserError when there is none
 */
export async function withdrawEdit(
  folder: string,
  station: string,
  by: string,
  reason: string,
  now: Date,
  prepare: (left: readonly StationEdit[]) => Promise<void> = async () => {},
): Promise<readonly StationEdit[]> {
  return withLock(folder, 'edits', async () => {
    const before = readEdits(folder)
    const own = before.filter((edit) => edit.station === station)
    const open = own.filter(({ confirmedBy }) => confirmedBy === undefined)
    const withdrawn = open.length > 0 ? open : own
    if (withdrawn.length === 0) {
      const edited = [...new Set(before.map((edit) => edit.station))].sort()
      const others = edited.length > 0 ? `Edited are ${edited.join(', ')}.` : 'No station is.'
      throw new UserError(`Station ${JSON.stringify(station)} is not edited. ${others}`)
    }
    const left = before.filter((edit) => !withdrawn.includes(edit))
    const entry = { at: now.toISOString(), by: personNamed(by), reason: reasonGiven(reason) }
    await prepare(left)
    await appendJournal(folder, {
      ...entry,
      what: 'withdraw-edit',
      station,
      detail: withdrawn.map((edit) => `${contents(edit)} (${author(edit)})`).join('; '),
    })
    await write(folder, left)
    return withdrawn
  })
}

/**
 * The stations of a snapshot, by their number, as callers are to be answered.
 * @param stations as the snapshot has them
 */
export function applyEdits(
  stations: readonly Station[],
  edits: readonly StationEdit[],
  snapshotId: string,
): ReadonlyMap<number, StationNow> {
  const open = new Map(stations.map((one) => [one.number, withAddress(one, edits, snapshotId)]))

  /** Of a station that is not in the list the source says nothing: where its voters went is then still known. */
  const closing = (number: string) =>
    edits.findLast((edit) => edit.station === number && edit.closed && (!open.has(number) || counts(edit, snapshotId)))
      ?.closed

  function now(station: Station): StationNow {
    let closed = closing(station.number)
    if (!closed) return { kind: 'open', station }
    // Edits of different snapshots could send voters in a circle: then nobody knows where they belong.
    const passed = new Set([station.number])
    while (closed?.instead !== undefined && !passed.has(closed.instead)) {
      const { instead }: { instead?: string } = closed
      passed.add(instead)
      closed = closing(instead)
      const there = open.get(instead)
      if (!closed && there) return { kind: 'moved', station: there }
    }
    return { kind: 'closed', station }
  }

  return new Map([...open.values()].map((station) => [Number(station.number), now(station)]))
}

/** One station as people are told of it. */
export interface StationSeen {
  /** Its own, edited or not. */
  readonly address: Station['address']
  readonly closed: boolean
  /** Where its voters are sent. */
  readonly instead: string | undefined
  readonly edited: boolean
}

/** @param station as the snapshot has it @param now as `applyEdits` has it */
export function stationSeen(
  station: Station,
  now: StationNow,
  edits: readonly StationEdit[],
  snapshotId: string,
): StationSeen {
  return {
    address: withAddress(station, edits, snapshotId).address,
    closed: now.kind !== 'open',
    instead: now.kind === 'moved' ? now.station.number : undefined,
    edited: inForce(edits, snapshotId).some((edit) => edit.station === station.number),
  }
}

/** The edits that count with a snapshot. */
export function inForce(edits: readonly StationEdit[], snapshotId: string): readonly StationEdit[] {
  return edits.filter((edit) => counts(edit, snapshotId))
}

/**
 * After an activation: marks the edits the source now agrees with, so that its word counts from this snapshot on.
 * @param stations as the snapshot has them
 * @returns as `describeEdits`
 */
export async function confirmEdits(
  folder: string,
  snapshotId: string,
  stations: readonly Station[],
): Promise<readonly string[]> {
  return withLock(folder, 'edits', async () => {
    const before = readEdits(folder)
    const edits = before.map((edit) =>
      agrees(edit, snapshotId, stations) ? { ...edit, confirmedBy: snapshotId } : edit,
    )
    if (edits.some((edit, index) => edit !== before[index])) await write(folder, edits)
    return describeEdits(edits, snapshotId, stations)
  })
}

/**
 * The edits for a report, in sentences: those in force with a snapshot, those it confirms, and those of which its
 * source says something new that is not what the edit says; there the edit still counts.
 * @param stations as the snapshot has them
 */
export function describeEdits(
  edits: readonly StationEdit[],
  snapshotId: string,
  stations: readonly Station[],
): readonly string[] {
  return edits.flatMap((edit) => {
    const what = `Station ${edit.station}: ${contents(edit)} (${author(edit)})`
    if (edit.confirmedBy === snapshotId || agrees(edit, snapshotId, stations)) {
      return `${what}. The source now says the same; from this snapshot on its word counts.`
    }
    if (!counts(edit, snapshotId)) return []
    const source = stations.find(({ number }) => number === edit.station)
    if (!source) return `${what}. The station is not in this list.`
    if (same(source.address, edit.was) || (edit.address && same(source.address, edit.address))) return `${what}.`
    return (
      `${what}. The source changed station ${edit.station} to something else than the edit: ${quoted(source.address)}, ` +
      `before it was ${quoted(edit.was)}. The edit still counts; withdraw it if the source is right.`
    )
  })
}

/** Snapshot ids sort by age. */
function counts({ confirmedBy }: StationEdit, snapshotId: string): boolean {
  return confirmedBy === undefined || snapshotId < confirmedBy
}

/**
 * Whether this snapshot is the first whose source says what the edit says. Only one newer than the edit can be: going
 * back to an old list that happens to say so must not end the edit for the lists that came after it.
 */
function agrees(edit: StationEdit, snapshotId: string, stations: readonly Station[]): boolean {
  if (edit.confirmedBy !== undefined || snapshotId <= edit.madeOn) return false
  const source = stations.find(({ number }) => number === edit.station)
  if (edit.closed) return !source
  return source !== undefined && edit.address !== undefined && same(source.address, edit.address)
}

function withAddress(station: Station, edits: readonly StationEdit[], snapshotId: string): Station {
  const edit = edits.findLast((one) => one.station === station.number && one.address && counts(one, snapshotId))
  return edit?.address ? { number: station.number, address: edit.address } : station
}

function stationIn(stations: readonly Station[], number: string): Station {
  const station = stations.find((one) => one.number === number)
  if (!station) throw new UserError(`Station ${JSON.stringify(number)} is not in the active list. Give one that is.`)
  return station
}

/** @throws UserError when voters can't be sent from one station to another */
function refuseInstead(
  station: string,
  instead: string,
  stations: readonly Station[],
  edits: readonly StationEdit[],
  snapshot: string,
): void {
  if (instead === station) {
    throw new UserError(`Station ${station} can't stand in for itself. Name another station, or none.`)
  }
  stationIn(stations, instead)
  if (edits.some((edit) => edit.station === instead && edit.closed && counts(edit, snapshot))) {
    throw new UserError(
      `Station ${instead} is closed itself. Name the station its voters go to, or withdraw that edit.`,
    )
  }
}

function cleanAddress(given: Station['address'], station: string): Station['address'] {
  const clean = { ky: normaliseText(given.ky), ru: normaliseText(given.ru) }
  for (const language of ['ky', 'ru'] as const) {
    if (!isSpeakable(clean[language])) {
      throw new UserError(
        `The address of station ${station} in ${language} is not Cyrillic text. Give it in both languages.`,
      )
    }
  }
  return clean
}

/** The stations handed in may already have an earlier edit in them; that one knows what the source said. */
function sourceAddress(station: Station, edits: readonly StationEdit[], snapshot: string): Station['address'] {
  const earlier = edits.findLast((edit) => edit.station === station.number && edit.address && counts(edit, snapshot))
  return earlier?.address && same(earlier.address, station.address) ? earlier.was : station.address
}

/** What is left of an earlier edit beside a newer one. */
function replaced(earlier: StationEdit, newer: StationEdit): readonly StationEdit[] {
  if (earlier.station !== newer.station || earlier.confirmedBy !== undefined) return [earlier]
  const gone = (earlier.address && newer.address) || (earlier.closed && newer.closed)
  return gone ? [] : [earlier]
}

function parts({ address, closed, ...edit }: StationEdit): readonly StationEdit[] {
  return [...(address ? [{ ...edit, address }] : []), ...(closed ? [{ ...edit, closed }] : [])]
}

function same(one: Station['address'], other: Station['address']): boolean {
  return normaliseText(one.ky) === normaliseText(other.ky) && normaliseText(one.ru) === normaliseText(other.ru)
}

function contents({ address, closed }: StationEdit): string {
  if (address) return `the address is ${quoted(address)}`
  return closed?.instead === undefined ? 'closed, with none in its place' : `closed, its voters go to ${closed.instead}`
}

function author({ by, at, reason }: StationEdit): string {
  return `${by}, ${at.slice(0, 16).replace('T', ' ')} UTC: ${reason}`
}

function quoted({ ky, ru }: Station['address']): string {
  return `«${ky}» / «${ru}»`
}

async function write(folder: string, edits: readonly StationEdit[]): Promise<void> {
  await writeDurably(editsFile(folder), `${JSON.stringify(edits, null, 2)}\n`)
}
