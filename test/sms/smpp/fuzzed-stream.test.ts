import { type Smsc, startSmsc } from '../../../src/bench/peers/smsc.ts'
import { loadConfig } from '../../../src/config.ts'
import { seeded } from '../../audio/seeded.ts'
import { until } from '../../switch/rig.ts'
import { bindTo, openTextLine, type TextLine } from '../line.ts'

const random = seeded(13)
const below = (count: number) => Math.floor(random() * count)
const bytes = (count: number) => Buffer.from(Array.from({ length: count }, () => below(256)))

let smsc: Smsc
let line: TextLine

beforeAll(async () => {
  smsc = await startSmsc(loadConfig(() => new Date()))
  // Nothing is asked of the link that garbage could answer in its place.
  line = await openTextLine({ binds: [bindTo(smsc.port, { enquireSeconds: 60 })] })
})

afterAll(async () => {
  await line.close()
  await smsc.close()
})

beforeEach(async () => {
  await until(() => line.state().status === 'bound')
  smsc.forget()
})

function pdu(command: number, body: Buffer, length = 16 + body.length): Buffer {
  const head = Buffer.alloc(16)
  head.writeUInt32BE(length, 0)
  head.writeUInt32BE(command, 4)
  head.writeUInt32BE(below(3) === 0 ? below(0xffffffff) : 0, 8)
  head.writeUInt32BE(below(0x7fffffff), 12)
  return Buffer.concat([head, body])
}

const commands = [
  0x05, 0x103, 0x80000004, 0x80000005, 0x80000000, 0x80000009, 0x15, 0x80000015, 0x102, 0x0b, 0x04, 0x21,
]
const command = () => (below(3) === 0 ? below(0xffffffff) : (commands[below(commands.length)] ?? 5))

/** A deliver_sm that is nearly sound: fields too long, a length that lies, parameters that end too early. */
function nearly(): Buffer {
  const zero = Buffer.of(0)
  const pieces = [
    zero,
    Buffer.of(1, 1),
    Buffer.from('996555777777'),
    zero,
    Buffer.of(0, 1),
    Buffer.from('119'),
    zero,
    Buffer.of([0, 4, 0x40, 0xff][below(4)] ?? 0, 0, 0),
    zero,
    zero,
    Buffer.of(0, 0, [0, 8, 4, 0xf5][below(4)] ?? 0, 0),
  ]
  const text = bytes(below(140))
  pieces.push(Buffer.of(below(2) === 0 ? text.length : below(256)), text)
  if (below(2) === 0) pieces.push(bytes(below(12)))
  let body = Buffer.concat(pieces)
  if (below(3) === 0) body = body.subarray(0, below(body.length))
  if (below(3) === 0) body[below(body.length)] = below(256)
  return pdu(below(5) === 0 ? 0x103 : 0x05, body)
}

async function stillAnswers(name: string): Promise<void> {
  const from = `996555${name.padStart(6, '0')}`
  smsc.order({ do: 'deliver', from, name, hex: Buffer.from('РУС', 'utf16le').swap16().toString('hex'), dataCoding: 8 })
  await smsc.when(() => smsc.handset(from)[0])
}

test('two thousand PDUs that are none leave the session as it was', async () => {
  for (let round = 0; round < 40; round += 1) {
    const garbage = Array.from({ length: 50 }, () => (below(2) === 0 ? nearly() : pdu(command(), bytes(below(200)))))
    smsc.order({ do: 'raw', hex: Buffer.concat(garbage.filter((each) => each.readUInt32BE(4) !== 6)).toString('hex') })
    await stillAnswers(String(round))
  }
  expect(smsc.named('closed')).toEqual([])
})

test.each([
  ['a length of 0', Buffer.alloc(16)],
  ['a length of 15', pdu(5, Buffer.alloc(0), 15)],
  ['a length of 4 GB', pdu(5, Buffer.alloc(0), 0xffffffff)],
  ['a web server', Buffer.from('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n')],
  ['what looks random', bytes(4000)],
])('%s ends the connection, and the next one is sound', async (name, garbage) => {
  smsc.order({ do: 'raw', hex: garbage.toString('hex') })
  await smsc.when(() => smsc.named('bound').length > 0)
  await until(() => line.state().status === 'bound')
  await stillAnswers(String(900 + name.length))
})

test('a PDU that never ends is given up with the link', async () => {
  await line.close()
  line = await openTextLine({ binds: [bindTo(smsc.port, { enquireSeconds: 0.3, answerSeconds: 0.5 })] })
  await until(() => line.state().status === 'bound')
  smsc.forget()
  smsc.order({ do: 'raw', hex: pdu(5, Buffer.alloc(0), 5000).toString('hex') })
  await smsc.when(() => smsc.named('bound').length > 0)
  await until(() => line.state().status === 'bound')
  await stillAnswers('777')
})
