/**
 * Finds pieces of known byte strings in a stream. On loopback the switch sends a clip file's own bytes, so a few
 * dozen equal bytes tell at once which clip may be playing and where it began. Only a hint: correlation judges.
 */

const span = 48
const stride = 160

/** Clips are looked for by their beginnings. */
const indexedBytes = 16_000

/** Fewer different values than this are silence or a hum, which any clip may hold. */
const leastVariety = 10

const base = 0x01000193
const leavingFactor = power(base, span)

export interface Anchor<Owner> {
  readonly owner: Owner
  /** Where in the owner's bytes the anchor ends. */
  readonly end: number
}

export type AnchorIndex<Owner> = ReadonlyMap<number, readonly Anchor<Owner>[]>

export function anchorIndex<Owner>(items: Iterable<{ owner: Owner; bytes: Uint8Array }>): AnchorIndex<Owner> {
  const index = new Map<number, Anchor<Owner>[]>()
  for (const { owner, bytes } of items) {
    const last = Math.min(bytes.length, indexedBytes) - span
    for (let start = 0; start <= last; start += stride) {
      const piece = bytes.subarray(start, start + span)
      if (new Set(piece).size < leastVariety) continue
      const hash = piece.reduce((sum, byte) => (Math.imul(sum, base) + byte) | 0, 0)
      const anchors = index.get(hash)
      if (anchors) anchors.push({ owner, end: start + span })
      else index.set(hash, [{ owner, end: start + span }])
    }
  }
  return index
}

/**
 * Watches a stream for anchors.
 * @param found gets the position in the stream at which the owner's first byte would stand
 */
export function anchorWatch<Owner>(index: AnchorIndex<Owner>, found: (owner: Owner, start: number) => void) {
  const recent = new Uint8Array(span)
  let hash = 0
  let position = 0
  return (bytes: Uint8Array): void => {
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] as number
      const slot = position % span
      hash = (Math.imul(hash, base) + byte - Math.imul(recent[slot] as number, leavingFactor)) | 0
      recent[slot] = byte
      position++
      const anchors = index.get(hash)
      if (anchors) for (const { owner, end } of anchors) found(owner, position - end)
    }
  }
}

function power(of: number, times: number): number {
  let result = 1
  for (let i = 0; i < times; i++) result = Math.imul(result, of)
  return result
}
