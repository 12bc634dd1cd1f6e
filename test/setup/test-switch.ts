import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Config, loadConfig, pathsBelow, projectFolder } from '../../src/config.ts'
import type { Progress } from '../../src/setup/progress.ts'
import { renderSwitch, type SwitchFiles } from '../../src/setup/render-dialplan.ts'
import { ensureTools, type Tools } from '../../src/setup/tools.ts'

export const quiet: Progress = { update: () => undefined, done: () => undefined, warn: () => undefined }

export interface TestSwitch {
  readonly config: Config
  readonly tools: Tools
  readonly files: SwitchFiles
  /** Renders again with the same home. */
  render(): Promise<SwitchFiles>
  remove(): Promise<void>
}

/** A home of its own on free ports, with the project's unpacked trees; half a second of tone as each apology. */
export async function renderTestSwitch(line: Partial<Config['line']> = {}, prefix = 'dobush-'): Promise<TestSwitch> {
  const home = await mkdtemp(join(tmpdir(), prefix))
  const rtp = 2 * between(10_000, 14_900)
  await writeFile(
    join(home, 'config.yaml'),
    JSON.stringify({
      line,
      asterisk: {
        sipPort: await freePort('udp'),
        httpPort: await freePort('tcp'),
        amiPort: await freePort('tcp'),
        rtpPorts: [rtp, rtp + 99],
      },
    }),
  )
  const loaded = loadConfig(() => new Date(), home)
  const config = { ...loaded, paths: { ...loaded.paths, trees: pathsBelow(join(projectFolder, '.dobush')).trees } }
  const tools = await ensureTools(config, quiet)
  const apology = { ky: join(home, 'apology-ky'), ru: join(home, 'apology-ru') }
  for (const clip of [apology.ky, apology.ru]) {
    await writeFile(`${clip}.alaw`, Buffer.alloc(4000, 0x2a))
    await writeFile(`${clip}.ulaw`, Buffer.alloc(4000, 0x00))
  }
  const render = () => renderSwitch(config, tools, { apology })
  return { config, tools, files: await render(), render, remove: () => rm(home, { recursive: true, force: true }) }
}

async function freePort(protocol: 'udp' | 'tcp'): Promise<number> {
  for (;;) {
    const port = between(20_000, 29_999)
    const socket = protocol === 'udp' ? createSocket('udp4') : createServer()
    if ('bind' in socket) socket.bind(port, '127.0.0.1')
    else socket.listen(port, '127.0.0.1')
    try {
      await once(socket, 'listening')
      return port
    } catch {
      // Taken: try another.
    } finally {
      socket.close()
    }
  }
}

function between(low: number, high: number): number {
  return low + Math.floor(Math.random() * (high - low + 1))
}
