import { accessSync, constants, readdirSync, readlinkSync } from 'node:fs'
import { deferred } from '../../src/deferred.ts'
import { makeAwakeDuring } from '../../src/setup/keep-awake.ts'

const device = '/dev/cpu_dma_latency'

/** How often this process has asked the kernel for it; others may, too. */
function asked(): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === device
    } catch {
      // It was the listing's own.
      return false
    }
  }).length
}

/** Not every machine has it, and only root may. */
const mostAsked = (() => {
  try {
    accessSync(device, constants.W_OK)
    return 1
  } catch {
    return 0
  }
})()

test('processors are kept awake until they may sleep again', async () => {
  await makeAwakeDuring()(async () => expect(asked()).toBe(mostAsked))
  expect(asked()).toBe(0)
})

test('processors are kept awake from the first call to the end of the last, and again', async () => {
  const awakeDuring = makeAwakeDuring()
  for (let time = 0; time < 2; time += 1) {
    const [first, second] = [deferred<string>(), deferred<string>()]
    const one = awakeDuring(() => first.promise)
    const two = awakeDuring(() => second.promise)
    expect(asked()).toBe(mostAsked)
    first.resolve('served')
    expect(await one).toBe('served')
    expect(asked()).toBe(mostAsked)
    second.reject(new Error('failed'))
    await expect(two).rejects.toThrow('failed')
    expect(asked()).toBe(0)
  }
})
