import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Config, loadConfig } from '../src/config.ts'
import { errandRunner } from '../src/desk/errand.ts'
import { refreshInChild } from '../src/refresh-in-child.ts'
import { statField } from '../src/setup/process-stat.ts'
import { childrenOf } from './child-processes.ts'

const home = mkdtempSync(join(tmpdir(), 'dobush-give-way-'))
afterAll(() => rmSync(home, { recursive: true }))

const work: Record<string, (config: Config, closing: AbortSignal) => Promise<unknown>> = {
  'an errand of the console': (config, closing) =>
    errandRunner(config, closing)('look-at-snapshots', { ids: [] }, config.election),
  'a refresh of the register': refreshInChild,
}

test.each(Object.keys(work))('%s gives way to calls, which other sessions serve', async (name) => {
  const closing = new AbortController()
  const before = new Set(childrenOf(process.pid))
  const done = work[name]?.(
    loadConfig(() => new Date(), home),
    closing.signal,
  )
  const [child, ...others] = childrenOf(process.pid).filter((id) => !before.has(id))
  expect(others).toEqual([])
  const stat = readFileSync(`/proc/${child}/stat`, 'utf8')
  expect(Number(statField(stat, 19))).toBe(constants.priority.PRIORITY_LOW)
  // It leads a session; not every kernel weighs those.
  expect(statField(stat, 6)).toBe(`${child}`)
  if (existsSync('/proc/self/autogroup')) {
    expect(readFileSync(`/proc/${child}/autogroup`, 'utf8')).toMatch(/ nice 19$/m)
  }
  closing.abort()
  await expect(done).rejects.toThrow()
})
