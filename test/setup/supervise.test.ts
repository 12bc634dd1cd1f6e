import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deferred } from '../../src/deferred.ts'
import { startApplication } from '../../src/setup/application-process.ts'
import { type Running, superviseProcess } from '../../src/setup/supervise.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dobush-supervise-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function script(name: string, text: string): Promise<string> {
  const file = join(folder, `${name}.cjs`)
  await writeFile(file, text)
  return file
}

const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
const serves =
  "process.send('alive'); setInterval(() => process.send('alive'), 50); process.on('disconnect', () => process.exit())"

test('a killed application is started again, once what it left is cleaned up', async () => {
  const file = await script('serves', serves)
  const children: (Running & { pid: number })[] = []
  const happened: string[] = []
  const up = deferred<void>()
  const supervised = await superviseProcess({
    name: 'application',
    async start() {
      const child = await startApplication({ args: [file] })
      children.push(child)
      happened.push('start')
      return child
    },
    async onDown(how) {
      happened.push(how)
    },
    onUp: () => up.resolve(),
    log,
  })
  process.kill(children[0]?.pid ?? 0, 'SIGKILL')
  await up.promise
  expect(happened).toEqual(['start', 'SIGKILL', 'start'])
  await supervised.stop()
  await expect(children[1]?.exited).resolves.toBe('SIGTERM')
  expect(happened).toHaveLength(3)
})

test('a frozen application is killed', async () => {
  const file = await script('frozen', "process.send('alive', () => { for (;;) {} })")
  const child = await startApplication({ args: [file], silentMs: 200 })
  await expect(child.exited).resolves.toBe('SIGKILL')
})

test('one that ends before it serves is told at once', async () => {
  const file = await script('ends', 'process.exit(3)')
  await expect(startApplication({ args: [file] })).rejects.toThrow(/before it served \(code 3\)/)
})

test('one that never serves is killed', async () => {
  const file = await script('mute', 'setInterval(() => {}, 1000)')
  await expect(startApplication({ args: [file], startMs: 100 })).rejects.toThrow(/SIGKILL/)
})

test('one that ignores SIGTERM is killed', async () => {
  const file = await script('stubborn', `process.on('SIGTERM', () => {}); ${serves}`)
  const child = await startApplication({ args: [file], stopMs: 100 })
  await child.stop()
  await expect(child.exited).resolves.toBe('SIGKILL')
})

test('other messages are handed on', async () => {
  const file = await script('talks', `process.send({ calls: 3 }); ${serves}`)
  const heard: unknown[] = []
  const child = await startApplication({ args: [file], onMessage: (message) => heard.push(message) })
  expect(heard).toEqual([{ calls: 3 }])
  await child.stop()
})

test('failed restarts are tried again, and the first failure is thrown', async () => {
  const up = deferred<void>()
  let starts = 0
  const down = deferred<string>()
  const start = async (): Promise<Running> => {
    starts += 1
    if (starts === 2 || starts === 3) throw new Error('not yet')
    const ended = deferred<string>()
    return {
      exited: starts === 1 ? down.promise : ended.promise,
      async stop() {
        ended.resolve('stopped')
      },
    }
  }
  const supervised = await superviseProcess({ name: 'x', start, onUp: () => up.resolve(), log, backoffMs: [1, 2] })
  down.resolve('code 1')
  await up.promise
  expect(starts).toBe(4)
  await supervised.stop()

  const failing = () => Promise.reject(new Error('port taken'))
  await expect(superviseProcess({ name: 'x', start: failing, log })).rejects.toThrow('port taken')
})
