/** Samples in a row at the limit: one may be a true peak, three are a flat top. */
const flatTop = 3

/** A-law's largest value decodes to 32256. */
const limit = 32_200

/** How many samples lie in flat tops at full scale, as they do where a peak was cut off. */
export function clippedSamples(samples: Int16Array): number {
  let clipped = 0
  let run = 0
  for (const sample of samples) {
    run = Math.abs(sample) >= limit ? run + 1 : 0
    if (run === flatTop) clipped += flatTop
    else if (run > flatTop) clipped += 1
  }
  return clipped
}
