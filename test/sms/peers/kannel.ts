import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freeTcpPort } from '../../../src/bench/free-ports.ts'
import type { Command } from '../../../src/command.ts'
import type { Config } from '../../../src/config.ts'
import { ensureSmsPeers } from '../../../src/setup/tools.ts'

export interface Kannel {
  /** Of sendsms. */
  readonly url: string
  close(): Promise<void>
}

export interface KannelOptions {
  /** Port of the SMSC that Kannel binds to as a transceiver. */
  readonly smscPort: number
  readonly username: string
  readonly password: string
  /** What Kannel posts received texts to; may hold the other direction's user and password. */
  readonly inbound: string
}

const quiet = { update: () => undefined, done: () => undefined, warn: () => undefined }

/** Starts Debian's Kannel as an operator runs it: a bearerbox bound to an SMSC, and an smsbox that speaks HTTP. */
export async function startKannel(config: Config, options: KannelOptions): Promise<Kannel> {
  const { bearerbox, smsbox } = await ensureSmsPeers(config, quiet)
  const folder = await mkdtemp(join(tmpdir(), 'dobush-kannel-'))
  const [adminPort, boxPort, sendPort] = [await freeTcpPort(), await freeTcpPort(), await freeTcpPort()]
  const file = join(folder, 'kannel.conf')
  await writeFile(
    file,
    settings([
      ['core', { 'admin-port': adminPort, 'admin-password': 'a', 'smsbox-port': boxPort, 'dlr-storage': 'internal' }],
      [
        'smsc',
        {
          smsc: 'smpp',
          'smsc-id': 'perl',
          host: '127.0.0.1',
          port: options.smscPort,
          'transceiver-mode': true,
          'smsc-username': 'kannel',
          'smsc-password': 'k',
          'system-type': 'VMA',
          'interface-version': 34,
          'reconnect-delay': 1,
        },
      ],
      [
        'smsbox',
        {
          'bearerbox-host': '127.0.0.1',
          'sendsms-port': sendPort,
          'global-sender': 119,
          'http-request-retry': 20,
          'http-queue-delay': 1,
        },
      ],
      [
        'sendsms-user',
        {
          username: options.username,
          password: options.password,
          'max-messages': 10,
          concatenation: true,
        },
      ],
      [
        'sms-service',
        {
          keyword: 'default',
          'post-url': options.inbound,
          'catch-all': true,
          'max-messages': 0,
          'send-sender': true,
        },
      ],
    ]),
  )
  const bearer = start(bearerbox, file)
  await listening(boxPort, bearer)
  const sms = start(smsbox, file)
  await listening(sendPort, sms)
  return {
    url: `http://127.0.0.1:${sendPort}/cgi-bin/sendsms`,
    async close() {
      for (const process of [sms, bearer]) await stop(process)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function settings(groups: readonly (readonly [string, Record<string, string | number | boolean>])[]): string {
  return groups
    .map(([group, values]) =>
      [`group = ${group}`, ...Object.entries(values).map(([name, value]) => `${name} = "${value}"`), ''].join('\n'),
    )
    .join('\n')
}

interface Running {
  readonly child: ChildProcess
  said: string
}

function start(command: Command, file: string): Running {
  const child = spawn(command.file, [...command.args, '-v', '1', file], {
    env: { ...process.env, ...command.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const running: Running = { child, said: '' }
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      running.said = (running.said + text).slice(-20_000)
    })
  }
  return running
}

/** @throws Error with the program's last words when it does not listen in time */
async function listening(port: number, { child, ...running }: Running): Promise<void> {
  const deadline = performance.now() + 20_000
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const open = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false)
    socket.destroy()
    if (open) return
    if (child.exitCode !== null || performance.now() > deadline) {
      throw new Error(`Kannel does not listen on ${port}: ${running.said}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function stop({ child }: Running): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const closed = once(child, 'close')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000)
  await closed
  clearTimeout(timer)
}
