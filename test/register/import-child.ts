// A process that brings editions of the voter list in by turns until it is killed, and says on its way what it does.
// With `--signal S --at LINE --nth N` it sends itself the signal S once it has said that line N times: a signal from
// outside comes when it may, and by then a busy machine has let the import go on.
import { parseArgs } from 'node:util'
import { bringIn } from '../../src/register/bring-in.ts'
import { tolerant } from './scratch.ts'

const { values, positionals } = parseArgs({
  options: { signal: { type: 'string' }, at: { type: 'string' }, nth: { type: 'string', default: '1' } },
  allowPositionals: true,
})
let heard = 0

function say(line: string): void {
  process.stdout.write(`${line}\n`)
  if (line !== values.at) return
  heard += 1
  if (heard === Number(values.nth)) process.kill(process.pid, values.signal)
}

async function bringInForever(folder: string, origins: readonly string[]): Promise<never> {
  for (let turn = 0; ; turn += 1) {
    say('begin')
    await bringIn(
      origins[turn % origins.length] ?? '',
      { folder, keys: [], trusted: true, now: new Date(), limits: tolerant, keep: 2, again: true },
      async () => {
        say('clips')
      },
      ({ step }) => say(step),
    )
    say('active')
  }
}

const [folder = '', ...origins] = positionals
bringInForever(folder, origins).catch((error: unknown) => {
  process.stderr.write(`${error}\n`)
  process.exitCode = 1
})
