import type { Clip } from './clip-book.ts'
import { blockSamples, type ClipReference } from './clip-reference.ts'
import { bandStep } from './filters.ts'
import { type Comparison, likeness, type ReceivedSound } from './received-sound.ts'

/** A guess that a clip began at a place, followed block by block until it is heard out, cut, or turns out wrong. */
export interface Track {
  readonly clip: Clip
  readonly reference: ClipReference
  readonly hint: Hint
  /** Sample of 8 kHz at which the clip's first sample stands. */
  readonly start: number
  readonly state: 'guess' | 'heard' | 'whole' | 'cut' | 'wrong'
  /** Position in the clip up to which it was compared, and up to which it was recognised. */
  readonly compared: number
  readonly recognised: number
  /** Blocks in a row that were not recognised. */
  readonly misses: number
  /** The least likeness of a block. */
  readonly weakest: number
  /** Over the blocks up to `recognised`, and over the misses since. */
  readonly sums: Weighed
  readonly doubtful: Weighed
}

/** Where a guess came from, and so how far it may be off and how much must be heard to believe it. */
export interface Hint {
  /** Samples to either side at which the clip may have begun. */
  readonly reach: number
  /** Samples that are compared to place it. */
  readonly placing: number
  /** Samples that must have been heard of a clip not heard whole. */
  readonly evidence: number
  /** Correlation of a clip with less speech than that, which can only be heard whole: of all, and of each block. */
  readonly shortVerdict: number
  readonly shortBlock: number
  /** Part of a clip's energy that may drown in noise at its end and the clip still count as heard to it. */
  readonly faintEnd: number
}

const shortestPlacing = 2560

/** Samples that are compared to find out whether a guess is worth more, and the correlation that makes it so. */
const glance = 1600
const hillside = 0.5

/** A place so good that no other is looked for. */
const certain = 0.95

/** The clip's own bytes were seen: late by the delay of codec and filter at most. */
export const exactHint: Hint = {
  reach: 32,
  placing: shortestPlacing,
  evidence: 1760,
  shortVerdict: 0.8,
  shortBlock: 0,
  faintEnd: 0,
}

/** The outline was alike, which other speech may be, and by a few periods of the voice beside. */
export const outlineHint: Hint = {
  reach: 160,
  placing: 5120,
  evidence: 5120,
  shortVerdict: 0.9,
  shortBlock: 0.75,
  faintEnd: 0.03,
}

/** Correlation that makes a clip the one heard; a single block may fall lower, for noise is not even. */
export const verdict = 0.8
const blockVerdict = 0.6

/** Blocks without likeness that end a clip: what was lost on the way may be one or two. */
const patience = 3

/**
 * The likeness of blocks, weighed by the energy the clip has there: a crack or the settling of a codec, however loud,
 * spoils its own block only.
 */
interface Weighed {
  readonly weight: number
  readonly likeness: number
}

const nothing: Weighed = { weight: 0, likeness: 0 }

export function makeTrack(clip: Clip, reference: ClipReference, start: number, hint: Hint): Track {
  return {
    clip,
    reference,
    hint,
    start,
    state: 'guess',
    compared: 0,
    recognised: 0,
    misses: 0,
    weakest: 1,
    sums: nothing,
    doubtful: nothing,
  }
}

/**
 * Places a guess exactly, by the best correlation within the hint's reach.
 * @returns undefined when more must be heard first
 */
export function place(track: Track, sound: ReceivedSound): Track | undefined {
  const { reference, start, hint } = track
  const { from, to } = reference
  if (to - from < blockSamples) return { ...track, state: 'wrong' }
  // Where a clip follows another without a pause, G.722 needs up to 100 ms to settle: then its beginning is skipped.
  let found: Place | undefined
  for (const skip of [0, blockSamples]) {
    const first = from + skip
    let until = Math.min(to, first + hint.placing)
    if (start + until + hint.reach > sound.judged) return undefined
    // A beginning mostly lost on the way says too little: listen a little longer.
    if (sound.compare(reference, start, first, until).lost > 0.5) until = Math.min(to, until + hint.placing)
    if (start + until + hint.reach > sound.judged) return undefined
    if (until - first < blockSamples) break
    const here = bestPlace(track, sound, first, until)
    if (here && here.likeness > (found?.likeness ?? 0)) found = here
    if (found && found.likeness > certain) break
  }
  return found ? { ...track, start: found.start, state: 'heard' } : { ...track, state: 'wrong' }
}

interface Place {
  readonly start: number
  readonly likeness: number
}

/** The best place within the hint's reach, by what the clip holds between two of its positions. */
function bestPlace(track: Track, sound: ReceivedSound, from: number, until: number): Place | undefined {
  let found = highestHill(track, track.start, sound, from, until)
  // A voice is like itself a period earlier: the true place may lie just beyond the reach. Look again from there.
  for (let look = 0; look < 3 && found; look++) found = highestHill(track, found.start, sound, from, until)
  return found
}

/**
 * The correlation of such a narrow band is a row of hills, each some eight samples wide: looks for them in a short
 * stretch by steps of four, then climbs the highest with all that is to be compared.
 */
function highestHill(
  { reference, hint }: Track,
  around: number,
  sound: ReceivedSound,
  from: number,
  until: number,
): Place | undefined {
  const short = Math.min(until, from + glance)
  const hills: Place[] = []
  for (let start = around - hint.reach; start <= around + hint.reach; start += bandStep) {
    const here = likeness(sound.compare(reference, start, from, short))
    if (here >= hillside) hills.push({ start, likeness: here })
  }
  hills.sort((a, b) => b.likeness - a.likeness)
  let found: Place | undefined
  for (const hill of hills.slice(0, 6)) {
    for (let start = hill.start - 2; start <= hill.start + 2; start++) {
      const here = likeness(sound.compare(reference, start, from, until))
      if (here >= (found?.likeness ?? verdict - 0.05)) found = { start, likeness: here }
    }
  }
  return found
}

/** Follows a placed clip as far as the sound goes. */
export function follow(track: Track, sound: ReceivedSound): Track {
  let now = track
  while (now.state === 'heard') {
    const next = nextBlock(now, sound)
    if (!next) return now
    now = next
  }
  return now
}

/** The sound has ended: what is half heard was cut. */
export function finish(track: Track, sound: ReceivedSound): Track {
  return track.state === 'heard' ? cut(track, sound) : track
}

export function score(track: Track): number {
  const { weight, likeness: sum } = track.sums
  return weight > 0 ? sum / weight : 0
}

function nextBlock(track: Track, sound: ReceivedSound): Track | undefined {
  const { reference, start, compared } = track
  const end = Math.min(reference.to, compared + blockSamples)
  if (start + end > sound.judged) return undefined
  const block = sound.compare(reference, start, compared, end)
  const mute = !reference.active[compared / blockSamples] || block.lost > 0.5
  const atEnd = end === reference.to
  if (mute) {
    const stepped = { ...track, compared: end }
    // A last block that was lost, or is all pause, is taken on trust when all before it was there.
    return atEnd ? closed({ ...stepped, recognised: track.misses === 0 ? end : track.recognised }, sound) : stepped
  }
  const weakest = Math.min(track.weakest, likeness(block))
  if (likeness(block) >= blockVerdict) {
    // What did not sound alike before the first likeness is the one clip's end in the other's beginning.
    const before = track.recognised === 0 ? track.sums : add(track.sums, track.doubtful)
    const sums = add(before, weigh(block))
    const next = { ...track, compared: end, recognised: end, misses: 0, weakest, sums, doubtful: nothing }
    return atEnd ? closed(next, sound) : next
  }
  const missed = {
    ...track,
    compared: end,
    weakest,
    misses: track.misses + 1,
    doubtful: add(track.doubtful, weigh(block)),
  }
  return missed.misses >= patience || atEnd ? closed(missed, sound) : missed
}

function closed(track: Track, sound: ReceivedSound): Track {
  const { hint, reference, doubtful, sums } = track
  const faint = track.compared === reference.to && doubtful.weight <= hint.faintEnd * sums.weight
  if (track.recognised < reference.to && !faint) return cut(track, sound)
  const isShort = reference.to - reference.from < hint.evidence
  const isSure = isShort
    ? score(track) >= hint.shortVerdict && track.weakest >= hint.shortBlock
    : score(track) >= verdict
  return { ...track, recognised: reference.to, state: isSure ? 'whole' : 'wrong' }
}

/** A clip broken off: finds the place to 20 ms. */
function cut(track: Track, sound: ReceivedSound): Track {
  const { reference, start } = track
  const frame = blockSamples / 5
  let recognised = track.recognised
  while (recognised < track.compared) {
    const next = sound.compare(reference, start, recognised, recognised + frame)
    if (likeness(next) < blockVerdict) break
    recognised += frame
  }
  recognised = Math.min(recognised, reference.to)
  const ended: Track = { ...track, recognised, state: 'cut' }
  return isEvident(ended) ? ended : { ...ended, state: 'wrong' }
}

/** Has enough been heard, and alike enough, to say that it is this clip? */
export function isEvident(track: Track): boolean {
  if (track.state === 'whole') return true
  if (track.state !== 'heard' && track.state !== 'cut') return false
  return track.recognised - track.reference.from >= track.hint.evidence && score(track) >= verdict
}

function weigh(block: Comparison): Weighed {
  return { weight: block.expected, likeness: block.expected * likeness(block) }
}

function add(a: Weighed, b: Weighed): Weighed {
  return { weight: a.weight + b.weight, likeness: a.likeness + b.likeness }
}
