import { type ClipReference, fillBand } from './clip-reference.ts'
import { bandStep, speechBandAt, speechBandReach } from './filters.ts'

/** What has been heard so far, at 8 kHz and as its speech band. */
export interface ReceivedSound {
  readonly length: number
  /** Up to where (in samples of 8 kHz) the speech band is known: a little behind. */
  readonly judged: number
  append(samples: Int16Array, lost: boolean): void
  /** Nothing comes for now: the band is completed as if silence followed, until something does. */
  settle(): void
  /** The samples themselves; a view that the next `append` may replace. */
  samples(): Int16Array
  /** How alike the clip placed at `start` and the sound are between two positions of the clip. */
  compare(reference: ClipReference, start: number, from: number, to: number): Comparison
}

/** As much silence is taken for certain when nothing comes: the delays of codecs and filters, in samples. */
const silenceAhead = 160

/** Sums of a comparison; they add up over adjoining stretches. */
export interface Comparison {
  readonly product: number
  readonly heard: number
  readonly expected: number
  /** Part of the stretch that was lost on the way and not compared, 0 to 1. */
  readonly lost: number
}

/** The normalised correlation, -1 to 1. */
export function likeness({ product, heard, expected }: Comparison): number {
  return heard > 0 && expected > 0 ? product / Math.sqrt(heard * expected) : 0
}

export function makeReceivedSound(): ReceivedSound {
  let samples = new Int16Array(8000 * 30)
  let band = new Float32Array(2000 * 30)
  let missing = new Uint8Array(2000 * 30)
  let length = 0
  let bandLength = 0
  let settled = false

  function extendBand(upTo: number): void {
    for (; bandLength * bandStep < upTo; bandLength++) {
      band[bandLength] = speechBandAt(samples, length, bandLength * bandStep)
    }
  }

  return {
    get length() {
      return length
    },
    get judged() {
      return settled ? length + silenceAhead : bandLength * bandStep
    },
    append(more, lost) {
      if (length + more.length > samples.length) {
        const size = 2 * (length + more.length)
        samples = grown(samples, new Int16Array(size))
        band = grown(band, new Float32Array(size / bandStep + 1))
        missing = grown(missing, new Uint8Array(size / bandStep + 1))
      }
      if (settled) bandLength = Math.max(0, Math.ceil((length - speechBandReach) / bandStep))
      settled = false
      samples.set(more, length)
      if (lost) missing.fill(1, Math.floor(length / bandStep), Math.ceil((length + more.length) / bandStep))
      length += more.length
      extendBand(length - speechBandReach)
    },
    settle() {
      extendBand(length)
      settled = true
    },
    samples: () => samples.subarray(0, length),
    compare(reference, start, from, to) {
      const first = Math.max(0, Math.ceil((start + from) / bandStep))
      const last = Math.min(bandLength, Math.ceil((start + to) / bandStep))
      const wanted = reference.band
      fillBand(reference, modulo(-start, bandStep), to)
      let product = 0
      let heard = 0
      let expected = 0
      let lost = 0
      for (let k = first, i = first * bandStep - start; k < last; k++, i += bandStep) {
        if (missing[k] === 1) {
          lost++
          continue
        }
        const x = band[k] as number
        const y = i < wanted.length ? (wanted[i] as number) : 0
        product += x * y
        heard += x * x
        expected += y * y
      }
      return { product, heard, expected, lost: lost / Math.max(1, last - first) }
    },
  }
}

function grown<T extends Int16Array | Float32Array | Uint8Array>(old: T, room: T): T {
  room.set(old)
  return room
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by
}
