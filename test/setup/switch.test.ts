import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { type AsteriskProcess, startAsterisk } from '../../src/setup/asterisk-process.ts'
import { ensureSmsPeers } from '../../src/setup/tools.ts'
import { UserError } from '../../src/user-error.ts'
import { askAri } from '../ask-ari.ts'
import { type AriEvents, listenAsApplication } from './ari-events.ts'
import { placeRawCall } from './raw-caller.ts'
import { quiet, renderTestSwitch, type TestSwitch } from './test-switch.ts'

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

/** RFC 3551. */
const comfortNoise = 13
const payloadType = (packet: Buffer) => (packet[1] ?? 0) & 0x7f

/** Calls and waits for the end: the status, and of an answered call what was heard. */
async function call(number: string, payloads?: readonly number[]) {
  const placed = await placeRawCall(line.files.sip.port, number, payloads)
  try {
    const status = await placed.answered
    if (status === 200) await placed.hungUp
    const heard = new Set(placed.rtp.map(payloadType))
    heard.delete(comfortNoise)
    return { status, codecs: placed.codecs(), heard: [...heard], packets: placed.rtp.length }
  } finally {
    placed.close()
  }
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
  expect((await askAri(line.files, '/asterisk/ping')).status).toBe(200)
  expect((await askAri({ ...line.files, ariPassword: 'guess' }, '/asterisk/ping')).status).toBe(401)
})

test('the description ari-client reads at connect is complete', async () => {
  const { apis } = (await (await askAri(line.files, '/api-docs/resources.json')).json()) as { apis: { path: string }[] }
  const statuses = await Promise.all(
    apis.map(async ({ path }) => (await askAri(line.files, path.replace('{format}', 'json'))).status),
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

test('a caller from an address that is no trunk is told nothing but to sign in', async () => {
  for (const number of ['1255', '4444']) {
    const placed = await placeRawCall(line.files.sip.port, number, [8], '127.0.0.2')
    expect(await placed.answered).toBe(401)
    placed.close()
  }
})

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

// One connection for both: an application that comes again at once may find its context still there, which Asterisk complains of.
describe('with an application that does nothing', () => {
  let events: AriEvents
  beforeAll(async () => {
    events = await listenAsApplication(line.files)
  })
  afterAll(() => events.cut())

  test('a frozen application, whose heartbeat is old, leaves nobody ringing', async () => {
    await beat(line.files, 10)
    expect(await call('1255')).toMatchObject({ status: 200, heard: [8] })
  })

  test('a stranded call gets a sign of life, though it gives none, and can be sent to the apology by another process', async () => {
    await beat(line.files, 0)
    const placed = await placeRawCall(line.files.sip.port, '119')
    const { args, channel } = await events.next('StasisStart')
    expect(args).toEqual(['119'])
    events.cut()
    const packet = await placed.firstRtp
    // As soft as can be: RFC 3389.
    expect([payloadType(packet), ...packet.subarray(12)]).toEqual([comfortNoise, 127])
    await askAri(line.files, `/channels/${channel?.id}/continue?context=apology&extension=s&priority=1`, 'POST')
    await placed.hungUp
    expect(placed.rtp.length).toBeGreaterThanOrEqual(50)
    placed.close()
  })
})

test('nothing of it all was worth a complaint', async () => {
  // Closing the event socket from our side is one to Asterisk, and a hang-up just after that finds nobody to be told.
  const expected = /socket|Stasis app 'dobush' doesn't exist/i
  expect((await complaints()).filter((text) => !expected.test(text))).toEqual([])
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

test.each([
  ['before anything was asked', '', ['1255']],
  ['after a question of the dialplan', '90001000000000', ['typed', '900']],
])('the absolute limit ends a call whose application died, with the apology: %s', async (_, first, handedOver) => {
  const other = await renderTestSwitch({ maxCallSeconds: 2 })
  const own = await startAsterisk(other.tools.asterisk, other.files)
  try {
    const events = await listenAsApplication(other.files)
    await setGlobal(other.files, 'DOBUSH_FIRST', first)
    await beat(other.files, 0)
    const placed = await placeRawCall(other.files.sip.port, '1255')
    const { args } = await events.next('StasisStart')
    expect(args?.slice(0, handedOver.length)).toEqual(handedOver)
    events.cut()
    await placed.hungUp
    expect(placed.rtp.length).toBeGreaterThanOrEqual(50)
    placed.close()
  } finally {
    await own.stop()
    await other.remove()
  }
})

test('calls above the limit are refused, not kept waiting', async () => {
  const other = await renderTestSwitch({ maxCalls: 1 })
  const own = await startAsterisk(other.tools.asterisk, other.files)
  try {
    const first = await placeRawCall(other.files.sip.port, '1255')
    expect(await first.answered).toBe(200)
    const second = await placeRawCall(other.files.sip.port, '1255')
    expect(await second.answered).toBeGreaterThanOrEqual(480)
    await first.hungUp
    first.close()
    second.close()
  } finally {
    await own.stop()
    await other.remove()
  }
})

test('an Asterisk left over from a killed start is replaced', async () => {
  const other = await renderTestSwitch()
  const first = await startAsterisk(other.tools.asterisk, other.files)
  const second = await startAsterisk(other.tools.asterisk, other.files)
  try {
    expect(second.pid).not.toBe(first.pid)
    await first.exited
  } finally {
    await Promise.all([first.stop(), second.stop()])
    await other.remove()
  }
})

test('what is left over is waited for until its last thread has let go of its port', async () => {
  const other = await renderTestSwitch()
  const { perl } = await ensureSmsPeers(other.config, quiet)
  const left = spawn(perl.file, [...perl.args, '-e', endsSlowly, other.files.configFile, `${other.files.sip.port}`], {
    env: { ...process.env, ...perl.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(left.stdout, 'data')
  await writeFile(other.files.pidFile, `${left.pid}`)
  const own = await startAsterisk(other.tools.asterisk, other.files)
  await own.stop()
  await other.remove()
}, 300_000)

/** Told to end, its first thread does so at once; another holds the UDP port a while longer, as Asterisk's may. */
const endsSlowly = `
  use threads; use threads::shared; use Config; use IO::Socket::INET;
  my $socket = IO::Socket::INET->new(Proto => 'udp', LocalAddr => '127.0.0.1', LocalPort => $ARGV[1]) or die $@;
  my $isEnding :shared = 0;
  threads->create(sub { select undef, undef, undef, 0.01 until $isEnding; select undef, undef, undef, 0.3 });
  $SIG{TERM} = sub { $isEnding = 1; syscall $Config{archname} =~ /x86_64/ ? 60 : 93, 0 };
  $| = 1; print "ready"; sleep 60;
`

/** What the living application does every second. */
async function beat(files: TestSwitch['files'], ageSeconds: number): Promise<void> {
  await setGlobal(files, 'DOBUSH_HEARTBEAT', String(Math.floor(Date.now() / 1000) - ageSeconds))
}

async function setGlobal(files: TestSwitch['files'], name: string, value: string): Promise<void> {
  await askAri(files, `/asterisk/variable?variable=${name}&value=${value}`, 'POST')
}

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
