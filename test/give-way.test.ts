import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Config, loadConfig } from '../src/config.ts'
import { errandRunner } from '../src/desk/errand.ts'
import { refreshInChild } from '../src/refresh-in-child.ts'
import { statField } from '../src/setup/process-stat.ts'

/** The processes this one has started and that live. */
function children(): readonly string[] {
  return readdirSync('/proc').filter((id) => {
    try {
      return /^\d+$/.test(id) && statField(readFileSync(`/proc/${id}/stat`, 'utf8'), 4) === `${process.pid}`
    } catch {
      // It has ended since it was listed.
      return false
    }
  })
}

const home = mkdtempSync(join(tmpdir(), 'dobush-give-way-'))
afterAll(() => rmSync(home, { recursive: true }))

const work: Record<string, (config: Config, closing: AbortSignal) => Promise<unknown>> = {
  'an errand of the console': (config, closing) =>
    errandRunner(config, closing)('look-at-snapshots', { ids: [] }, config.election),
  'a refresh of the register': refreshInChild,
}

test.each(Object.keys(work))('%s gives way to calls, which other sessions serve', async (name) => {
  const closing = new AbortController()
  const before = new Set(children())
  const done = work[name]?.(
    loadConfig(() => new Date(), home),
    closing.signal,
  )
  const [child, ...others] = children().filter((id) => !before.has(id))
  expect(others).toEqual([])
  expect(Number(statField(readFileSync(`/proc/${child}/stat`, 'utf8'), 19))).toBe(constants.priority.PRIORITY_LOW)
  const grouped = (id: string | number | undefined) =>
    existsSync('/proc/self/autogroup') ? readFileSync(`/proc/${id}/autogroup`, 'utf8') : ' nice 19\n'
  expect(grouped(child)).toMatch(/ nice 19$/m)
  closing.abort()
  await expect(done).rejects.toThrow()
})
