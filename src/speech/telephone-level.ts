import { measureLevel } from '../audio/level.ts'
import type { Sound } from '../audio/wav.ts'

/**
 * 0 dBm0 is 3.14 dB below a full-scale sine in A-law (ITU-T G.711, table 5), and that sine's power is 3.01 dB below
 * full scale (dBov): so 0 dBm0 = -6.15 dBov.
 */
const dbm0OfFullScale = 6.15

/** Active speech level every clip is brought to, in dBm0, which is -26.15 dBov. */
export const speechDbm0 = -20

/** Active speech level in dBm0; -Infinity where nobody speaks. */
export function speechLevel(sound: Sound): number {
  return measureLevel(sound).speech + dbm0OfFullScale
}

/** Amplitude, as a fraction of full scale, of a sine at this level in dBm0. */
export function sineAmplitude(dbm0: number): number {
  return 10 ** ((dbm0 - 3.14) / 20)
}
