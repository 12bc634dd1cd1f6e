import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Command } from '../../src/command.ts'
import { loadConfig, projectFolder } from '../../src/config.ts'
import { ensurePostgres, type PostgresTools } from '../../src/setup/tools.ts'

export interface PostgresServer {
  /** Address of a database of this server. */
  url(database: string): string
  /** Ends it and removes its data. */
  stop(): Promise<void>
}

const quiet = { update: () => undefined, done: () => undefined, warn: () => undefined }

/** PostgreSQL refuses to run as root: then it runs as nobody. */
const nobody = 65534
const user = 'dobush'

/** A real PostgreSQL on loopback with a data folder of its own, empty. Nothing of it need outlive a power cut. */
export async function startPostgres(): Promise<PostgresServer> {
  const unpacked = await ensurePostgres(
    loadConfig(() => new Date(), join(projectFolder, '.dobush')),
    quiet,
  )
  const folder = mkdtempSync(join(tmpdir(), 'dobush-postgres-'))
  const asUser = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {}
  // Nobody may not look into the home folder that the tree lies in.
  const tools = asUser.uid === undefined ? unpacked : await copyTo(join(folder, 'tree'), unpacked)
  const options = { ...asUser, cwd: folder, env: { ...tools.server.env, LC_ALL: 'C.UTF-8', PATH: '/usr/bin:/bin' } }
  const [data, bin] = [join(folder, 'data'), join(folder, 'bin')]
  for (const made of [data, bin]) mkdirSync(made)
  // initdb starts the server beside itself by its bare name; ours needs its tree's loader.
  const quoted = [tools.server.file, ...tools.server.args].map((part) => `'${part}'`).join(' ')
  for (const [name, text] of [
    ['postgres', `#!/bin/sh\nexec ${quoted} "$@"\n`],
    ['initdb', ''],
  ] as const) {
    writeFileSync(join(bin, name), text)
    chmodSync(join(bin, name), 0o755)
  }
  if (asUser.uid !== undefined) for (const made of [folder, data]) chownSync(made, nobody, nobody)
  const setUp = [
    '-D',
    data,
    '-L',
    tools.share,
    '-U',
    user,
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
    '-A',
    'trust',
    '--no-sync',
  ]
  const initdb = ['--argv0', join(bin, 'initdb'), ...tools.initdb.args, ...setUp]
  await promisify(execFile)(tools.initdb.file, initdb, options)

  const port = await freePort()
  const settings = { port, listen_addresses: '127.0.0.1', unix_socket_directories: '', fsync: 'off', jit: 'off' }
  const server = spawn(
    tools.server.file,
    [
      ...tools.server.args,
      '-D',
      data,
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    { ...options, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  await ready(server)
  return {
    url: (database) => `postgres://${user}@127.0.0.1:${port}/${database}`,
    async stop() {
      const ended = once(server, 'exit')
      server.kill('SIGINT')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Second names of the files where the disk is the same. */
async function copyTo(folder: string, { root, ...tools }: PostgresTools): Promise<PostgresTools> {
  const copy = promisify(execFile)
  await copy('cp', ['-al', root, folder]).catch(async () => {
    rmSync(folder, { recursive: true, force: true })
    await copy('cp', ['-a', root, folder])
  })
  const moved = (text: string) => text.replaceAll(root, folder)
  const movedCommand = ({ file, args, env }: Command): Command => ({ file: moved(file), args: args.map(moved), env })
  return {
    root: folder,
    server: movedCommand(tools.server),
    initdb: movedCommand(tools.initdb),
    share: moved(tools.share),
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('No port was given.')
  return address.port
}

/** @throws with what the server said where it ends instead */
async function ready(server: ChildProcess): Promise<void> {
  let said = ''
  await new Promise<void>((resolve, reject) => {
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.includes('ready to accept connections')) resolve()
    })
    server.on('error', reject)
    server.on('exit', (code) => reject(new Error(`PostgreSQL ended with ${code}: ${said}`)))
  })
}
