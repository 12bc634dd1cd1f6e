import type { Sound } from '../audio/wav.ts'

/**
 * Says texts, one piece of audio each, in their order. Takes many at once because an engine's start costs more
 * than its work.
 * @param ratePercent of the voice's own speed
 */
export type Synthesize = (texts: readonly string[], ratePercent: number) => Promise<readonly Sound[]>
