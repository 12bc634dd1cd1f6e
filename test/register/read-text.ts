// A process that reads a file to its end or fault, and tells both and the most memory it needed.
import { readFileSync } from 'node:fs'
import { openText } from '../../src/register/edition/open-text.ts'

async function readText(file: string): Promise<void> {
  let length = 0
  let fault = ''
  try {
    for await (const chunk of openText(file).chunks) length += chunk.length
  } catch (error) {
    fault = String(error)
  }
  // Not the process's own maxRSS: that one begins with what its parent had when it was forked.
  const peakMb = Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024
  process.stdout.write(JSON.stringify({ length, fault, peakMb }))
}

readText(process.argv[2] ?? '').catch((error: unknown) => {
  process.stderr.write(`${error}\n`)
  process.exitCode = 1
})
