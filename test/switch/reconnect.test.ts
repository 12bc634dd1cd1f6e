import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { makeLog } from '../../src/log.ts'
import { type RunningLine, runLine } from '../../src/main.ts'
import { askAri, switchGlobal } from '../ask-ari.ts'
import { loggedCalls, openSwitch, type SwitchRig, until } from './rig.ts'
import { choose } from './talk.ts'

/** The way to ARI, which can be cut. */
interface Cable {
  readonly port: number
  cut(): void
  mend(): void
  close(): void
}

async function layCable(to: number): Promise<Cable> {
  const sockets = new Set<Socket>()
  let whole = true
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    if (!whole) return near.destroy()
    near.pipe(far).pipe(near)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const breakAll = () => {
    for (const socket of [...sockets]) socket.destroy()
  }
  return {
    port: (server.address() as { port: number }).port,
    cut() {
      whole = false
      breakAll()
    },
    mend() {
      whole = true
    },
    close() {
      server.close()
      breakAll()
    },
  }
}

describe.each(['websocket', 'ari-client'])('by %s', (way) => {
  let rig: SwitchRig
  let cable: Cable
  let line: RunningLine
  beforeAll(async () => {
    rig = await openSwitch({ settings: { asterisk: { ari: way } } })
    cable = await layCable(rig.files.http.port)
    line = await runLine({
      config: rig.config,
      files: { ...rig.files, ariUrl: `http://127.0.0.1:${cable.port}` },
      speech: rig.speech,
      opusenc: rig.tools.opusenc,
      clock: () => new Date('2024-10-10T06:00:00Z'),
      log: makeLog('error'),
    })
    await until(() => line.health().switch.ari)
  }, 300_000)
  afterAll(async () => {
    await line.close()
    cable.close()
    await rig.close()
  })

  test('calls go on after the connection to Asterisk broke, and what was missed is made up', async () => {
    // Once the switch has been told what follows the first question, it asks the menu, too, before we hear of a call.
    await until(async () => /^\d{5}(?!0{8})/.test(await switchGlobal(rig.files, 'DOBUSH_FIRST')))
    const stays = await rig.dial({ from: '+996700000010' })
    const unheardOf = await rig.dial({ from: '+996700000020' })
    const known = await rig.dial({ from: '+996700000030' })
    await Promise.all([stays, unheardOf, known].map((caller) => choose(caller, 'ru')))
    await Promise.all([stays, unheardOf, known].map((caller) => caller.hears('menu-check', { language: 'ru' })))
    await known.press('9')
    await known.hears('menu-check', { language: 'ky' })
    expect(line.health().callsInProgress).toBe(1)

    cable.cut()
    await until(() => !line.health().switch.ari)
    await until(async () => (await askAri(rig.files, '/applications/dobush')).status === 404)
    // Their ends are events nobody receives. The other's prompt must not end before the line is there again, which takes
    // two seconds: the dialplan hears soon after it that nobody is, and apologises.
    await unheardOf.hangup()
    await known.hangup()
    await stays.hears('menu-language', { language: 'ru', withinMs: 40_000 })
    cable.mend()
    await until(() => line.health().switch.ari)

    const rowOf = async (end: string) => (await loggedCalls(rig.config)).find(({ caller }) => caller?.endsWith(end))
    for (const end of ['20', '30']) {
      await until(async () => (await rowOf(end)) !== undefined)
      expect(await rowOf(end)).toMatchObject({ hangupCause: 16 })
    }
    // The line knows the prompt is over: silence counts, and keys are heard.
    await stays.hears('no-input', { language: 'ru', withinMs: 20_000 })
    await stays.press('9')
    await stays.hears('menu-check', { language: 'ky' })
    await stays.hangup()
    await stays.ended
    await until(() => line.health().callsInProgress === 0)
  })

  test('a call that comes while the application is away hears the apology', async () => {
    cable.cut()
    await until(() => !line.health().switch.ari)
    const caller = await rig.dial()
    await caller.hears('apology', { language: 'ky', withinMs: 30_000 })
    await caller.hears('apology', { language: 'ru', whole: true })
    expect(await caller.ended).toMatchObject({ by: 'line', cause: 16 })
    cable.mend()
    await until(() => line.health().switch.ari)
  })
})
