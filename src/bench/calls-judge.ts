/** Bytes of 20 ms of A-law. */
export const frameBytes = 160

/** A quiet or lost packet at the very ends is no fault of what was said. */
const sparedAtEnds = 2

/** Hears whether an answer is the right one, frame by frame. */
export interface Judge {
  /** The next 20 ms that were received. */
  take(frame: Uint8Array): void
  /** Nothing more of it is to come. */
  readonly complete: boolean
  verdict(): 'right' | 'wrong audio' | 'audio missing'
}

/**
 * Compares what is received byte for byte with what should be. Frames lost at the beginning and the end, two at the
 * most each, are forgiven; anything else that is missing, out of order or foreign is not.
 * @param expected A-law in whole frames
 */
export function makeJudge(expected: Uint8Array): Judge {
  const frames = Math.floor(expected.length / frameBytes)
  let next = 0
  let isMissing = false
  let isForeign = false
  const isAt = (frame: Uint8Array, index: number) => index < frames && equals(frame, expected, index * frameBytes)
  return {
    take(frame) {
      if (next >= frames) return
      if (isAt(frame, next)) {
        next += 1
        return
      }
      const last = Math.min(frames, next + 50)
      for (let index = next + 1; index < last; index += 1) {
        if (!isAt(frame, index)) continue
        if (next > 0 || index > sparedAtEnds) isMissing = true
        next = index + 1
        return
      }
      // Frames of nothing between two files of a list are a pause, not another answer: the gap is measured elsewhere.
      if (!isSilence(frame)) isForeign = true
    },
    get complete() {
      return next >= frames
    },
    verdict() {
      if (isForeign) return 'wrong audio'
      return isMissing || next < frames - sparedAtEnds ? 'audio missing' : 'right'
    },
  }
}

/** Whether a frame holds nothing but A-law's zero. */
export function isSilence(frame: Uint8Array): boolean {
  return frame.every((byte) => byte === 0xd5)
}

function equals(frame: Uint8Array, expected: Uint8Array, from: number): boolean {
  if (frame.length !== frameBytes) return false
  for (let at = 0; at < frameBytes; at += 1) if (frame[at] !== expected[from + at]) return false
  return true
}
