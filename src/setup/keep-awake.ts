import { closeSync, openSync, writeSync } from 'node:fs'

/** Linux's PM QoS: as long as this is open, no idle processor takes longer to wake than the microseconds written to it. */
const device = '/dev/cpu_dma_latency'
const atOnce = new Int32Array([0])

/**
 * Lets no processor go to sleep while any of the work is under way: each of a call's hundred packets a second wakes a thread, and on a
 * virtual machine it takes longer to wake a processor than to do what it is woken for. Only root may have it so; elsewhere all works
 * the same, later.
 */
export function makeAwakeDuring(): <T>(work: () => Promise<T>) => Promise<T> {
  let underWay = 0
  let letSleep: () => void
  return async (work) => {
    if (underWay === 0) letSleep = keepAwake()
    underWay += 1
    try {
      return await work()
    } finally {
      underWay -= 1
      if (underWay === 0) letSleep()
    }
  }
}

/** @returns what ends it */
function keepAwake(): () => void {
  try {
    const file = openSync(device, 'w')
    writeSync(file, atOnce)
    return () => closeSync(file)
  } catch {
    return () => undefined
  }
}
