import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { stringify } from 'yaml'
import type { Command } from '../command.ts'
import { type Config, loadConfig, pathsBelow } from '../config.ts'
import { type Progress, streamProgress } from '../setup/progress.ts'
import { ensureSqlite, ensureTools, type Tools } from '../setup/tools.ts'
import { killChildren } from './children.ts'
import { freeTcpPort, freeUdpPort } from './free-ports.ts'

/** Where a benchmark works: a home of its own, apart from the user's. */
export interface Ground {
  readonly folder: string
  readonly config: Config
  readonly tools: Tools
  /** Debian's command line tool. */
  readonly sqlite: Command
  readonly progress: Progress
  /** Run at the end, however it comes about; must bear being run after what they end has ended. */
  readonly endings: (() => Promise<void>)[]
}

// Below the ports the system gives to others, and not those of a line that runs with the usual settings.
const rtpPorts = [30_000, 30_999]

/** As a shell says of a program that Ctrl-C ended. */
const stoppedCode = 130

/**
 * Makes a folder of its own for as long as `work` takes, and ends every process that is left in it.
 * @param parent nothing for the system's temporary folder
 */
export async function onOwnGround<T>(parent: string | undefined, work: (ground: Ground) => Promise<T>): Promise<T> {
  const above = resolve(parent ?? tmpdir())
  await mkdir(above, { recursive: true })
  const folder = await mkdtemp(join(above, 'dobush-bench-'))
  const interrupted = new AbortController()
  const onSignal = (signal: NodeJS.Signals) => interrupted.abort(new Error(`The benchmark was stopped by ${signal}.`))
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, onSignal)
  const stopped = new Promise<never>((_, reject) => {
    interrupted.signal.addEventListener('abort', () => reject(interrupted.signal.reason))
  })
  stopped.catch(() => undefined)
  const endings: Ground['endings'] = []
  // What is measured here belongs in nobody's database.
  delete process.env.DATABASE_URL
  try {
    return await Promise.race([prepare(folder, endings).then(work), stopped])
  } finally {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, onSignal)
    await Promise.allSettled(endings.map((end) => end()))
    killChildren()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    // What was left in the middle would go on to its end.
    if (interrupted.signal.aborted) process.exit(stoppedCode)
  }
}

async function prepare(folder: string, endings: Ground['endings']): Promise<Ground> {
  const own = loadConfig(() => new Date())
  // What the line has unpacked need not be unpacked again.
  if (existsSync(own.paths.trees)) await symlink(own.paths.trees, pathsBelow(folder).trees)
  await writeFile(
    join(folder, 'config.yaml'),
    stringify({
      asterisk: {
        source: own.asterisk.source,
        sipPort: await freeUdpPort(),
        httpPort: await freeTcpPort(),
        amiPort: await freeTcpPort(),
        rtpPorts,
      },
      console: { port: await freeTcpPort() },
    }),
  )
  const config = loadConfig(() => new Date(), folder)
  const progress = streamProgress(process.stderr)
  const tools = await ensureTools(config, progress)
  const sqlite = await ensureSqlite(config, progress)
  return { folder, config, tools, sqlite, progress, endings }
}
