import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { freeTcpPort } from '../../src/bench/free-ports.ts'
import { type Smsc, startSmsc } from '../../src/bench/peers/smsc.ts'
import { loadConfig } from '../../src/config.ts'
import { until } from '../switch/rig.ts'
import { openTextLine, password, pins, type TextLine } from './line.ts'
import { type Kannel, startKannel } from './peers/kannel.ts'

let smsc: Smsc
let kannel: Kannel
let line: TextLine
let between: Server
/** How many requests of ours are let through, and their answers not. */
let swallowed = 0

beforeAll(async () => {
  const port = await freeTcpPort()
  smsc = await startSmsc(loadConfig(() => new Date()))
  kannel = await startKannel(
    loadConfig(() => new Date()),
    {
      smscPort: smsc.port,
      username: 'dobush',
      password,
      inbound: `http://dobush:${password}@127.0.0.1:${port}/gate/text?id=%I`,
    },
  )
  between = await openBetween(Number(new URL(kannel.url).port))
  const bind = { kind: 'kannel', name: 'gate', username: 'dobush', passwordFile: 'password', perSecond: 100 }
  const url = `http://127.0.0.1:${(between.address() as AddressInfo).port}/cgi-bin/sendsms`
  line = await openTextLine({
    binds: [{ ...bind, url, callback: `http://127.0.0.1:${port}` }],
    http: { port },
    doubtSeconds: 5,
  })
  await smsc.when(() => smsc.named('bound').length > 0)
})

afterAll(async () => {
  await line?.close()
  between?.close()
  await kannel?.close()
  await smsc?.close()
})

/** Hands our requests on, and hangs up on their answers as long as it is told to. */
async function openBetween(target: number): Promise<Server> {
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1')
    near.pipe(far)
    far.on('data', (bytes) => {
      if (swallowed === 0) return void near.write(bytes)
      swallowed -= 1
      near.destroy()
    })
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => other.destroy())
      one.on('close', () => other.destroy())
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

function deliver(from: string, text: string): void {
  const hex = Buffer.from(text, 'utf16le').swap16().toString('hex')
  smsc.order({ do: 'deliver', from, dataCoding: 8, hex, name: from })
}

const states = async () => (await line.listed()).flatMap(({ sending }) => sending?.state ?? [])

test('a PIN goes in by Kannel, and the station comes out by it', async () => {
  deliver('996555000201', `Менин ПИНим ${pins.listed}, участогум кайсы?`)
  expect(await smsc.when(() => smsc.handset('996555000201')[0])).toMatch(/^Сиз шайлоочулардын тизмесинде барсыз.*№1101/)
  await until(async () => (await states()).every((state) => state === 'delivered'))
})

test('a text that Kannel took, and whose answer was lost, is not sent twice', async () => {
  swallowed = 1
  deliver('996555000202', `ПИН ${pins.elsewhere}, где участок?`)
  await until(async () => {
    const all = await states()
    return all.length === 2 && all.every((state) => state === 'delivered')
  })
  expect(swallowed).toBe(0)
  expect(smsc.handset('996555000202')).toEqual([expect.stringContaining('№7087')])
  const numbers = smsc.submits().filter(({ to }) => to === '996555000202')
  expect(numbers).toHaveLength(numbers[0]?.parts ?? 0)
})
