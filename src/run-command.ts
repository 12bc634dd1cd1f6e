import { spawn } from 'node:child_process'
import type { Command } from './command.ts'
import { UserError } from './user-error.ts'

/** No voice takes this long for one batch; one that hangs must not hold a start for ever. */
const longestMs = 180_000

/**
 * Runs a program to its end and gives its standard output.
 * @param limitMs killed when it takes longer
 * @throws UserError when it can't be started or fails, with the last line it wrote
 */
export function runCommand(
  command: Command,
  args: readonly string[],
  input: string | Uint8Array,
  limitMs = longestMs,
): Promise<Buffer> {
  const program = programOf(command)
  return new Promise((resolve, reject) => {
    const child = spawn(command.file, [...command.args, ...args], {
      env: { ...process.env, ...command.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    // Node's own `timeout` keeps its timer when the program could not be started.
    const tooLong = setTimeout(() => child.kill('SIGKILL'), limitMs)
    const out: Buffer[] = []
    let complaint = ''
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString()).slice(-2000)
    })
    // A program that ends without reading everything says why by its exit code.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    child.on('error', (error) => {
      clearTimeout(tooLong)
      reject(new UserError(`${program} can't be started (${error.message}): run "npm start" to set it up again.`))
    })
    child.on('close', (code, signal) => {
      clearTimeout(tooLong)
      if (code === 0) return resolve(Buffer.concat(out))
      const last = complaint.trim().split('\n').at(-1)
      reject(new UserError(`${program} failed (${signal ?? code})${last ? `: ${last}` : ''}.`))
    })
  })
}

/** A tool of an unpacked tree is started by that tree's loader, which nobody asked for: its own path is an argument. */
function programOf({ file, args }: Command): string {
  return args.findLast((arg) => arg.startsWith('/') && !arg.includes(':')) ?? file
}
