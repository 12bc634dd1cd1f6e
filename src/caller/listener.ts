import { anchorWatch } from './anchors.ts'
import type { Clip, ClipBook } from './clip-book.ts'
import { type Codec, codecs } from './codec.ts'
import { outlineHop, outlineReach, searchOutlines } from './outlines.ts'
import { msWithPauses, type Pause, samplesWithPauses, withPauses } from './pauses.ts'
import { makeReceivedSound } from './received-sound.ts'
import { type Segment, segmentsOf } from './segment.ts'
import type { Piece } from './timeline.ts'
import { exactHint, finish, follow, type Hint, makeTrack, outlineHint, place, type Track } from './track.ts'

/** Recognises the clips of a book in sound as it arrives. */
export interface Listener {
  append(piece: Piece): void
  /** Nothing has come for a while: judges a clip that may just have ended. A switch need not send silence. */
  idle(): void
  /** No more will come: judges what is left. */
  end(): void
  /** What has been recognised so far, in the order of time; the last may go on. */
  segments(): readonly Segment[]
  /** All sound so far, 8 kHz. */
  samples(): Int16Array
  /** End of the last 20 ms that were not silent, in ms of the sound; undefined before any. */
  lastSoundMs(): number | undefined
  /** How much has been heard, in ms. */
  lengthMs(): number
}

const samplesPerMs = 8
const frameSamples = 160

/** Mean square of a 20 ms frame that is no silence: -50 dB below full scale. */
const soundGate = 104 ** 2

/** A second guess this close to one of the same clip is the same guess. */
const sameGuess = 160

/** Outlines are searched this far behind, when exact guesses have had the time to be placed. */
const searchDelay = exactHint.placing + 3200

/** Wrong guesses are kept this long, so as not to be made again. */
const memory = 40_000

/** @param book may be empty: then only sound and silence are told apart */
export function makeListener(book: ClipBook, codec: Codec): Listener {
  const sound = makeReceivedSound()
  const pauses: Pause[] = []
  const decode = codec.decoder()
  let open: Track[] = []
  let wrong: Track[] = []
  const told: Track[] = []
  const watch = anchorWatch(book.anchors(codec.name), (clip, start) => guess(clip, start, exactHint))
  const loud: boolean[] = []
  let searched = 0
  let ended: number | undefined
  let lastLoud: number | undefined
  let segments: readonly Segment[] | undefined

  function guess(clip: Clip, start: number, hint: Hint): void {
    const known = (track: Track) => track.clip === clip && Math.abs(track.start - start) < sameGuess
    if (open.some(known) || told.some(known) || wrong.some(known)) return
    open.push(makeTrack(clip, book.reference(clip), start, hint))
  }

  function judge(): void {
    const going: Track[] = []
    for (const track of open) {
      const next = follow(track.state === 'guess' ? (place(track, sound) ?? track) : track, sound)
      if (next.state === 'wrong') wrong.push(track)
      else if (next.state === 'guess' || next.state === 'heard') going.push(next)
      else told.push(next)
    }
    open = going
    wrong = wrong.filter(({ start }) => start > sound.length - memory)
    segments = undefined
  }

  function current(): readonly Segment[] {
    segments ??= segmentsOf([...told, ...open])
    return segments
  }

  /** Looks for clips where there is speech that nothing explains yet. */
  function search(upTo: number): void {
    if (book.clips.length === 0 || upTo <= searched) return
    const explained = current()
    const isWanted = (at: number) =>
      loud[Math.floor(at / frameSamples)] === true &&
      !explained.some(({ startMs, endMs }) => at >= startMs * samplesPerMs - 160 && at < endMs * samplesPerMs)
    const to = Math.floor(upTo / outlineHop) * outlineHop
    if (!anyWanted(searched, to, isWanted)) {
      searched = to
      return
    }
    const { index, starts } = book.outlines()
    searchOutlines(index, sound.samples(), searched, to, isWanted, (which, at) => {
      guess(book.clips[which] as Clip, at - (starts[which] as number), outlineHint)
    })
    searched = to
    judge()
  }

  function noteLoudness(): void {
    const samples = sound.samples()
    while ((loud.length + 1) * frameSamples <= samples.length) {
      const start = loud.length * frameSamples
      let sum = 0
      let power = 0
      for (let i = start; i < start + frameSamples; i++) {
        sum += samples[i] as number
        power += (samples[i] as number) ** 2
      }
      // Without its mean: a decoder of G.722 left alone gives a constant.
      const isLoud = power / frameSamples - (sum / frameSamples) ** 2 >= soundGate
      loud.push(isLoud)
      if (isLoud) lastLoud = loud.length * frameSamples
    }
  }

  return {
    append({ kind, bytes }) {
      if (kind === 'silence') {
        pauses.push({ at: sound.length, ticks: bytes.length })
        return
      }
      sound.append(kind === 'audio' ? decode(bytes) : new Int16Array(bytes.length), kind === 'lost')
      watch(bytes)
      noteLoudness()
      judge()
      search(sound.length - searchDelay - outlineReach)
    },
    idle() {
      if (open.length === 0) return
      sound.settle()
      judge()
    },
    end() {
      ended ??= sound.length
      sound.append(new Int16Array(searchDelay + outlineReach), false)
      sound.settle()
      judge()
      search(sound.length - outlineReach)
      for (const track of open) told.push(finish(track, sound))
      open = []
      segments = undefined
    },
    segments: () => current().map((segment) => withPauses(segment, pauses)),
    samples: () => samplesWithPauses(sound.samples().subarray(0, ended ?? sound.length), pauses),
    lastSoundMs: () => (lastLoud === undefined ? undefined : msWithPauses(lastLoud / samplesPerMs, pauses)),
    lengthMs: () => msWithPauses((ended ?? sound.length) / samplesPerMs, pauses, true),
  }
}

function anyWanted(from: number, to: number, isWanted: (at: number) => boolean): boolean {
  for (let at = from; at < to; at += outlineHop) if (isWanted(at)) return true
  return false
}

/** What is heard in a whole stretch of received bytes. */
export function recognise(book: ClipBook, bytes: Uint8Array, codec: Codec = codecs.alaw): readonly Segment[] {
  const listener = makeListener(book, codec)
  for (let start = 0; start < bytes.length; start += frameSamples) {
    listener.append({ kind: 'audio', bytes: bytes.subarray(start, start + frameSamples) })
  }
  listener.end()
  return listener.segments()
}
