import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deferred } from '../../src/deferred.ts'
import { holdFileLock, withFileLock } from '../../src/setup/file-lock.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dobush-lock-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('the second waits, says so once, and goes on when the first is done', async () => {
  const file = join(folder, 'deep/lock')
  const order: string[] = []
  const entered = deferred<void>()
  const waiting = deferred<void>()
  const first = withFileLock(file, fail, async () => {
    entered.resolve()
    await waiting.promise
    order.push('first')
  })
  await entered.promise
  const second = withFileLock(
    file,
    () => waiting.resolve(),
    async () => order.push('second'),
  )
  await Promise.all([first, second])
  expect(order).toEqual(['first', 'second'])
})

test('a failure lets go of the lock', async () => {
  const file = join(folder, 'lock')
  await expect(withFileLock(file, fail, () => Promise.reject(new Error('no room')))).rejects.toThrow('no room')
  await expect(withFileLock(file, fail, async () => 'free')).resolves.toBe('free')
})

test('a held lock is held', async () => {
  const file = join(folder, 'lock')
  expect(await holdFileLock(file)).toBe(true)
  expect(await holdFileLock(file)).toBe(false)
})

function fail(): never {
  throw new Error('nobody else has the lock')
}
