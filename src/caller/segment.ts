import type { Language } from '../domain/language.ts'
import type { ClipEntry } from './clip-book.ts'
import { isEvident, score, type Track } from './track.ts'

/** A clip as it was heard. Times are milliseconds of the sound listened to. */
export interface Segment {
  readonly name: string
  readonly language: Language
  /** What it says, if the book has it. */
  readonly text: string | undefined
  /** Other clips that sound the same as far as this was heard. */
  readonly others: readonly ClipEntry[]
  /** Some of the others have another sound further on: what follows will tell which it is. */
  readonly contested: boolean
  readonly startMs: number
  /** Where it ended: its own end when whole, the place of the cut otherwise; so far, while it goes on. */
  readonly endMs: number
  /** Normalised correlation, 0.8 to 1. */
  readonly score: number
  /** Heard to its end. */
  readonly whole: boolean
  readonly goesOn: boolean
}

const samplesPerMs = 8

/** Tracks of one beginning are rivals: at most one of them is true. */
const sameBeginning = 480

/** Clips that follow each other may overlap this much, by the inaccuracy of a cut. */
const slack = 640

/** Of all tracks, the ones that explain the sound best, in the order of time. */
export function segmentsOf(tracks: readonly Track[]): Segment[] {
  const plausible = tracks.filter(isEvident)
  plausible.sort((a, b) => b.recognised - a.recognised || rank(b) - rank(a) || score(b) - score(a))
  const chosen: Track[] = []
  for (const track of plausible) {
    if (!chosen.some((other) => overlap(track, other) > slack || nearlyTogether(track, other))) chosen.push(track)
  }
  chosen.sort((a, b) => a.start - b.start)
  return chosen.map((track) =>
    segmentOf(
      track,
      plausible.filter((other) => soundsAlike(track, other)),
    ),
  )
}

function rank({ state }: Track): number {
  return state === 'whole' ? 1 : 0
}

function overlap(a: Track, b: Track): number {
  return Math.min(endOf(a), endOf(b)) - Math.max(a.start + a.reference.from, b.start + b.reference.from)
}

function nearlyTogether(a: Track, b: Track): boolean {
  return Math.abs(a.start - b.start) < sameBeginning && overlap(a, b) > 0
}

function endOf(track: Track): number {
  return track.start + track.recognised
}

/** Two clips with the same words at their beginning can't be told apart before these end. */
function soundsAlike(track: Track, other: Track): boolean {
  if (other === track || track.state === 'whole') return false
  return Math.abs(track.start - other.start) < sameBeginning && Math.abs(endOf(track) - endOf(other)) <= slack
}

function segmentOf(track: Track, rivals: readonly Track[]): Segment {
  const [entry, ...same] = track.clip.entries
  const whole = track.state === 'whole'
  const end = whole ? track.reference.samples.length : track.recognised
  return {
    name: entry.name,
    language: entry.language,
    text: entry.text,
    contested: rivals.length > 0,
    others: [...same, ...rivals.flatMap((rival) => rival.clip.entries)],
    startMs: track.start / samplesPerMs,
    endMs: (track.start + end) / samplesPerMs,
    score: score(track),
    whole,
    goesOn: track.state === 'heard',
  }
}
