// A process that brings editions of the voter list in. `loop` two of them by turns until it is killed, and says on its
// way what it does; `once` one, and says how that ended, in a line of JSON.
import { bringIn } from '../../src/register/bring-in.ts'
import { UserError } from '../../src/user-error.ts'
import { tolerant } from './scratch.ts'

const say = (line: string) => process.stdout.write(`${line}\n`)

function bring(origin: string, folder: string) {
  return bringIn(
    origin,
    { folder, keys: [], trusted: true, now: new Date(), limits: tolerant, keep: 2, again: true },
    async () => {
      say('clips')
    },
    ({ step }) => say(step),
  )
}

const acts: Record<string, (folder: string, origins: readonly string[]) => Promise<void>> = {
  async loop(folder, origins) {
    for (let turn = 0; ; turn += 1) {
      say('begin')
      await bring(origins[turn % origins.length] ?? '', folder)
      say('active')
    }
  },

  async once(folder, [origin = '']) {
    try {
      say(JSON.stringify({ id: (await bring(origin, folder))?.id }))
    } catch (error) {
      const isUserError = error instanceof UserError
      say(JSON.stringify({ fault: error instanceof Error ? error.message : String(error), isUserError }))
    }
  },
}

const [act = '', folder = '', ...origins] = process.argv.slice(2)
acts[act]?.(folder, origins).catch((error: unknown) => {
  process.stderr.write(`${error}\n`)
  process.exitCode = 1
})
