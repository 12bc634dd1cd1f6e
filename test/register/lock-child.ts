// A process that takes a lock: `hold` says so and keeps it until its input ends or it is killed, `try` says whether it
// was free, `count` adds one to the number in a file many times.
import { readFileSync, writeFileSync } from 'node:fs'
import { withLock } from '../../src/register/lock.ts'

const [act = '', folder = '', file = '', times = '0'] = process.argv.slice(2)

const acts: Record<string, () => Promise<void>> = {
  hold: () =>
    withLock(folder, 'edits', async () => {
      process.stdout.write('locked\n')
      await new Promise((resolve) => process.stdin.once('end', resolve).resume())
    }),

  try: async () => {
    const said = await withLock(folder, 'edits', async () => 'free', { wait: false, busy: 'busy' }).catch(String)
    process.stdout.write(said)
  },

  count: async () => {
    for (let n = 0; n < Number(times); n++) {
      await withLock(folder, 'edits', async () => {
        const before = Number(readFileSync(file, 'utf8'))
        // Lets the others have a go between reading and writing.
        await new Promise((resolve) => setImmediate(resolve))
        writeFileSync(file, String(before + 1))
      })
    }
  },
}

acts[act]?.().catch((error: unknown) => {
  process.stderr.write(`${error}\n`)
  process.exitCode = 1
})
