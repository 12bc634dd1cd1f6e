import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { requestsWithAudio } from './callbacks.ts'
import { cleanUp, openIn, scratch } from './scratch.ts'

// These work on files and processes, and a machine may be busy with others.
jest.setTimeout(60_000)

const children: ChildProcessByStdio<Writable, Readable, null>[] = []

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  await cleanUp()
})

/** A process that has the database of a folder open and waits for the starting shot. */
async function startAccepting(folder: string) {
  const args = [join(__dirname, '../register/run-ts.cjs'), join(__dirname, 'accept-child.ts'), folder]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(child)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  expect((await lines.next()).value).toBe('ready')
  return {
    child,
    accept: async () => {
      child.stdin.write('go\n')
      return (await lines.next()).value as string
    },
  }
}

const listIn = async (folder: string) => requestsWithAudio(await openIn(folder), folder)

test('killed, kill -9, right after "accepted", the request and its audio are there', async () => {
  const folder = scratch()
  const { child, accept } = await startAccepting(folder)
  const reference = await accept()
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
  const listed = await listIn(folder)
  expect(listed).toMatchObject([{ reference, state: 'open' }])
  for (const { audio } of listed) expect(audio).toMatch(/^audio/)
})

test('killed while accepting, the audio is somewhere, and a row never lacks its own', async () => {
  const folder = scratch()
  const { child, accept } = await startAccepting(folder)
  const exited = once(child, 'exit')
  const said = accept()
  child.kill('SIGKILL')
  await Promise.all([said, exited])
  const listed = await listIn(folder)
  for (const { audio } of listed) expect(audio).toMatch(/^audio/)
  const spool = readdirSync(folder).filter((name) => name.startsWith('spool-'))
  expect(spool.length + listed.length).toBeGreaterThanOrEqual(1)
})

test('processes that accept the same number and reason at once give one reference', async () => {
  const folder = scratch()
  const racers = await Promise.all([1, 2, 3].map(() => startAccepting(folder)))
  const references = await Promise.all(racers.map(({ accept }) => accept()))
  expect(new Set(references).size).toBe(1)
  const listed = await listIn(folder)
  expect(listed.map(({ state }) => state).sort()).toEqual(['duplicate', 'duplicate', 'open'])
  for (const { audio } of listed) expect(audio).toMatch(/^audio/)
})
