import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { type AsteriskProcess, startAsterisk } from '../../src/setup/asterisk-process.ts'
import { UserError } from '../../src/user-error.ts'
import { placeRawCall } from './raw-caller.ts'
import { renderTestSwitch, type TestSwitch } from './test-switch.ts'

jest.setTimeout(60_000)

let line: TestSwitch
let asterisk: AsteriskProcess

beforeAll(async () => {
  line = await renderTestSwitch()
  asterisk = await startAsterisk(line.tools.asterisk, line.files)
}, 300_000)

afterAll(async () => {
  await asterisk.stop()
  await line.remove()
})

/** Calls and waits for the end: the status, and of an answered call what was heard. */
async function call(number: string, payloads?: readonly number[]) {
  const placed = await placeRawCall(line.files.sip.port, number, payloads)
  try {
    const status = await placed.answered
    if (status === 200) await placed.hungUp
    const heard = new Set(placed.rtp.map((packet) => (packet[1] ?? 0) & 0x7f))
    return { status, codecs: placed.codecs(), heard: [...heard], packets: placed.rtp.length }
  } finally {
    placed.close()
  }
}

async function ari(method: string, path: string, sign = `${line.files.ariUser}:${line.files.ariPassword}`) {
  const authorization = `Basic ${Buffer.from(sign).toString('base64')}`
  return fetch(`${line.files.ariUrl}/ari${path}`, { method, headers: { authorization } })
}

/** Warnings and errors of Asterisk, without the line that names its version. */
async function complaints(): Promise<string[]> {
  const log = await readFile(line.files.logFile, 'utf8')
  return log.split('\n').filter((text) => /WARNING|ERROR/.test(text))
}

test('it starts without a warning or an error', async () => {
  expect(await complaints()).toEqual([])
})

test('ARI answers to the generated password only', async () => {
  expect((await ari('GET', '/asterisk/ping')).status).toBe(200)
  expect((await ari('GET', '/asterisk/ping', 'dobush:guess')).status).toBe(401)
})

test('the description ari-client reads at connect is complete', async () => {
  const { apis } = (await (await ari('GET', '/api-docs/resources.json')).json()) as { apis: { path: string }[] }
  const statuses = await Promise.all(
    apis.map(async ({ path }) => (await ari('GET', path.replace('{format}', 'json'))).status),
  )
  expect(new Set(statuses)).toEqual(new Set([200]))
})

test('ARI, AMI and SIP listen on loopback only', async () => {
  const { pid } = asterisk
  const own = await listeningAddresses(pid)
  expect(own).toHaveLength(3)
  expect(own.filter((address) => address !== '0100007F')).toEqual([])
})

test.each(['4444', '112', '0555123456', '+996555123456', 's', 'T', '12550', '99611'])(
  'the unknown number %s is refused',
  async (number) => {
    expect((await call(number)).status).toBe(404)
  },
)

test.each(['1255', '+996119', '996312119', '990091255', '00996500091255', '+996779091255'])(
  'with no application, %s hears the apology and is hung up',
  async (number) => {
    const { status, packets } = await call(number)
    expect(status).toBe(200)
    expect(packets).toBeGreaterThanOrEqual(50)
  },
)

test.each([
  ['A-law comes first whatever the caller prefers', [9, 0, 8], 8],
  ['a mu-law caller is answered in mu-law', [0], 0],
  ['a G.722 caller is answered in G.722', [9], 9],
])('%s', async (_, offered, answered) => {
  const { codecs, heard } = await call('1255', offered)
  expect(codecs).toEqual([answered, 101])
  expect(heard).toEqual([answered])
})

test('a frozen application, whose heartbeat is old, leaves nobody ringing', async () => {
  const events = new WebSocket(
    `${line.files.ariUrl.replace('http', 'ws')}/ari/events?app=dobush&api_key=${line.files.ariUser}:${line.files.ariPassword}`,
  )
  await once(events, 'open')
  const beat = (age: number) =>
    ari('POST', `/asterisk/variable?variable=DOBUSH_HEARTBEAT&value=${Math.floor(Date.now() / 1000) - age}`)
  try {
    await beat(10)
    expect((await call('1255')).status).toBe(200)
    await beat(0)
    const started = once(events, 'message')
    const placed = await placeRawCall(line.files.sip.port, '119')
    const [{ data }] = (await started) as [{ data: string }]
    const { type, args, channel } = JSON.parse(data) as { type: string; args: string[]; channel: { id: string } }
    expect({ type, args }).toEqual({ type: 'StasisStart', args: ['119'] })
    // Whoever is stranded can be sent to the apology by another process.
    await ari('POST', `/channels/${channel.id}/continue?context=apology&extension=s&priority=1`)
    await placed.hungUp
    expect(placed.rtp.length).toBeGreaterThanOrEqual(50)
    placed.close()
  } finally {
    events.close()
  }
})

test('nothing of it all was worth a complaint', async () => {
  // Closing the event socket from our side is one to Asterisk.
  expect((await complaints()).filter((text) => !/socket/i.test(text))).toEqual([])
})

test('a second start on the same ports says which is taken', async () => {
  const other = await renderTestSwitch()
  const sip = createSocket('udp4')
  const ports: [keyof Pick<typeof other.files, 'http' | 'ami'>, string][] = [
    ['http', 'asterisk.httpPort'],
    ['ami', 'asterisk.amiPort'],
  ]
  try {
    for (const [name, setting] of ports) {
      const server = createServer().listen(other.files[name].port, '127.0.0.1')
      await once(server, 'listening')
      const fault = await startAsterisk(other.tools.asterisk, other.files).catch((error) => error)
      expect(fault).toBeInstanceOf(UserError)
      expect(fault.message).toContain(`Port ${other.files[name].port} on 127.0.0.1`)
      expect(fault.message).toContain(setting)
      server.close()
    }
    sip.bind(other.files.sip.port, '127.0.0.1')
    await once(sip, 'listening')
    await expect(startAsterisk(other.tools.asterisk, other.files)).rejects.toThrow(/asterisk\.sipPort/)
  } finally {
    sip.close()
    await other.remove()
  }
})

test('an Asterisk that cannot start says why', async () => {
  const other = await renderTestSwitch()
  const files = { ...other.files, configFile: `${other.files.configFile}.missing` }
  await expect(startAsterisk(other.tools.asterisk, files)).rejects.toThrow(/Asterisk ended at once/)
  await other.remove()
})

test('the absolute limit ends a call whose application died, with the apology', async () => {
  const other = await renderTestSwitch({ maxCallSeconds: 2 })
  const own = await startAsterisk(other.tools.asterisk, other.files)
  const { ariUrl, ariUser, ariPassword, sip, logFile } = other.files
  const events = new WebSocket(
    `${ariUrl.replace('http', 'ws')}/ari/events?app=dobush&api_key=${ariUser}:${ariPassword}`,
  )
  await once(events, 'open')
  await fetch(
    `${ariUrl}/ari/asterisk/variable?variable=DOBUSH_HEARTBEAT&value=${Math.floor(Date.now() / 1000)}&api_key=${ariUser}:${ariPassword}`,
    { method: 'POST' },
  )
  const started = once(events, 'message')
  const placed = await placeRawCall(sip.port, '1255')
  await started
  events.close()
  await placed.hungUp
  expect(placed.rtp.length).toBeGreaterThanOrEqual(50)
  placed.close()
  const log = await readFile(logFile, 'utf8')
  expect(log).not.toMatch(/extension/i)
  await own.stop()
  await other.remove()
})

test('an Asterisk left over from a killed start is replaced', async () => {
  const other = await renderTestSwitch()
  const first = await startAsterisk(other.tools.asterisk, other.files)
  const second = await startAsterisk(other.tools.asterisk, other.files)
  expect(second.pid).not.toBe(first.pid)
  await first.exited
  await second.stop()
  await other.remove()
})

/** Local addresses, in the kernel's hexadecimal, of the sockets a process listens on. */
async function listeningAddresses(pid: number): Promise<string[]> {
  const ports = [line.files.sip.port, line.files.http.port, line.files.ami.port].map((port) =>
    port.toString(16).toUpperCase().padStart(4, '0'),
  )
  const tables = await Promise.all(
    ['tcp', 'tcp6', 'udp', 'udp6'].map((name) => readFile(`/proc/${pid}/net/${name}`, 'utf8')),
  )
  return tables
    .join('\n')
    .split('\n')
    .flatMap((text) => {
      const [, local = '', , state] = text.trim().split(/\s+/)
      const [address = '', port = ''] = local.split(':')
      // 0A listens on TCP, 07 is open on UDP.
      return ports.includes(port) && (state === '0A' || state === '07') ? [address] : []
    })
}
