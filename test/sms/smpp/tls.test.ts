import { rm } from 'node:fs/promises'
import { type Smsc, startSmsc } from '../../../src/bench/peers/smsc.ts'
import { loadConfig } from '../../../src/config.ts'
import { until } from '../../switch/rig.ts'
import { bindTo, openTextLine, pins, type TextLine } from '../line.ts'
import { type Certificates, makeCertificates } from '../peers/certificates.ts'

const config = loadConfig(() => new Date())

let own: Certificates
let stranger: Certificates
let smsc: Smsc
let line: TextLine

beforeAll(async () => {
  own = await makeCertificates(config, 'smsc.example')
  stranger = await makeCertificates(config, 'smsc.example')
  smsc = await startSmsc(config, { tls: own })
})

afterEach(() => line.close())

afterAll(async () => {
  await smsc.close()
  for (const { folder } of [own, stranger]) await rm(folder, { recursive: true, force: true })
})

async function open(tls: unknown): Promise<void> {
  smsc.forget()
  line = await openTextLine({ binds: [bindTo(smsc.port, { tls })] })
}

test('binds over TLS to whom the authority knows by that name', async () => {
  await open({ ca: own.ca, serverName: 'smsc.example' })
  const from = '996555000001'
  smsc.order({ do: 'deliver', from, hex: Buffer.from(pins.listed).toString('hex'), name: 'one' })
  expect(await smsc.when(() => smsc.handset(from)[0])).toContain('№1101')
})

test.each([
  ['another authority', () => ({ ca: stranger.ca, serverName: 'smsc.example' })],
  ['another name', () => ({ ca: own.ca, serverName: 'other.example' })],
  ['no name but its address', () => ({ ca: own.ca })],
  ["the system's authorities", () => true],
])('does not bind with %s, and says so', async (_, tls) => {
  await open(tls())
  await until(() => line.state().status === 'down' && line.state().fault !== undefined)
  expect(line.state().fault).toMatch(/CERT|SELF_SIGNED|UNABLE_TO/)
  // Nothing was said, and above all no password.
  await smsc.when(() => smsc.named('tls-failed').length > 1 || smsc.named('closed').length > 1)
  expect([...smsc.named('bound'), ...smsc.named('bind-refused')]).toEqual([])
})
