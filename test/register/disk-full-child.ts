// A process that fills a small file system and imports there: its argument is a folder with the editions `small` and
// `large`, and an empty folder `disk`, over which it mounts the file system. Says what happened at each amount of free
// space, a line of JSON each.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { activeSnapshot, pointerFile } from '../../src/register/active.ts'
import { bringIn } from '../../src/register/bring-in.ts'
import { openVoterDirectory } from '../../src/register/directory.ts'
import { UserError } from '../../src/user-error.ts'
import { pinOf, tolerant } from './scratch.ts'

const diskMb = 6
const page = 4096
const pin = pinOf('20504198000123')

async function fillAndImport(here: string, disk: string): Promise<void> {
  const folder = join(disk, 'register')
  const filler = join(disk, 'filler')
  const steps: string[] = []
  const bring = (edition: string) =>
    bringIn(
      join(here, edition),
      { folder, keys: [], trusted: true, now: new Date(), limits: tolerant, keep: 1, again: true },
      async () => {
        steps.push('clips')
      },
      ({ step }) => steps.push(step),
    )
  const state = () => {
    const active = activeSnapshot(folder)
    const directory = openVoterDirectory(folder)
    const answer = directory.findByPin(pin).kind
    directory.close()
    const bytes = active ? [pointerFile(folder), active.file].map((file) => readFileSync(file)) : []
    return {
      id: active?.id,
      voters: active?.voters,
      answer,
      hash: createHash('sha256').update(Buffer.concat(bytes)).digest('hex'),
    }
  }
  const freePages = () => statfsSync(disk).bfree
  /** Leaves this many pages free. */
  const fill = (pages: number) => writeFileSync(filler, Buffer.alloc(Math.max(0, freePages() - pages) * page, 1))

  /** @returns whether so many free pages were enough */
  async function tryWith(pages: number): Promise<boolean> {
    rmSync(filler, { force: true })
    const before = state()
    fill(pages)
    steps.length = 0
    const fault = await bring('large').then(
      () => undefined,
      (error: unknown) => error,
    )
    const after = state()
    rmSync(filler, { force: true })
    const names = readdirSync(folder).filter((name) => name.startsWith('source-') || name.includes('.part'))
    const said = fault && { message: String((fault as Error).message), isUserError: fault instanceof UserError }
    const line = { pages, said, last: steps.at(-1) ?? 'staging', before, after, names }
    process.stdout.write(`${JSON.stringify(line)}\n`)
    return fault === undefined
  }

  await bring('small')
  let pages = 0
  while (!(await tryWith(pages))) pages += 16
  await bring('small')
  // The last sixteen one by one: the report, the pointer and the journal are a page each.
  for (pages -= 16; !(await tryWith(pages)); pages += 1);
  // With the filler gone there is room again.
  await bring('small')
  await bring('large')
  process.stdout.write(`${JSON.stringify({ end: state() })}\n`)
}

const [here = ''] = process.argv.slice(2)
// Nobody else sees it, and it goes with this process, however that ends: see the test.
execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskMb}m`, 'dobush-test', join(here, 'disk')])
fillAndImport(here, join(here, 'disk')).catch((error: unknown) => {
  process.stderr.write(`${error}\n`)
  process.exitCode = 1
})
