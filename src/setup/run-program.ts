import { spawn } from 'node:child_process'

export interface Outcome {
  /** Exit code; undefined where a signal ended it. */
  readonly code: number | undefined
  readonly output: string
}

/**
 * Runs a program to its end and keeps what it wrote to both outputs.
 * @param onStatus gets each line the program writes to file descriptor 3
 * @throws the system's error (code ENOENT: there is no such program)
 */
export function runProgram(file: string, args: readonly string[], onStatus?: (line: string) => void): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      // Messages are matched against English texts.
      env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'pipe', 'pipe', onStatus ? 'pipe' : 'ignore'],
    })
    let output = ''
    const keep = (text: string) => {
      output += text
    }
    child.stdout?.setEncoding('utf8').on('data', keep)
    child.stderr?.setEncoding('utf8').on('data', keep)
    let rest = ''
    child.stdio[3]?.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) onStatus?.(line)
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? undefined, output }))
  })
}
