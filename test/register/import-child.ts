// A process that brings editions of the voter list in by turns until it is killed, and says on its way what it does.
import { bringIn } from '../../src/register/bring-in.ts'
import { tolerant } from './scratch.ts'

const say = (line: string) => process.stdout.write(`${line}\n`)

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

const [folder = '', ...origins] = process.argv.slice(2)
bringInForever(folder, origins).catch((error: unknown) => {
  process.stderr.write(`${error}\n`)
  process.exitCode = 1
})
