import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Smsc, startSmsc } from '../../src/bench/peers/smsc.ts'
import { loadConfig } from '../../src/config.ts'
import { type LineRig, openLine, pins, until } from './rig.ts'
import { heardFrom, typePin } from './talk.ts'

let smsc: Smsc
let rig: LineRig
beforeAll(async () => {
  smsc = await startSmsc(loadConfig(() => new Date()))
  const secret = join(await mkdtemp(join(tmpdir(), 'dobush-secret-')), 'password')
  await writeFile(secret, 'sesame\n', { mode: 0o600 })
  rig = await openLine({
    settings: {
      sms: {
        binds: [
          { kind: 'smpp', name: 'perl', host: '127.0.0.1', port: smsc.port, systemId: 'dobush', passwordFile: secret },
        ],
      },
    },
  })
  await until(() => rig.line.health().sms?.[0]?.status === 'bound')
}, 300_000)
afterAll(async () => {
  await rig.close()
  await smsc.close()
})

const station = 'город Бишкек, улица Киевская, здание школы'

test('2 after the answer texts it to a mobile caller', async () => {
  const caller = await rig.dial({ from: '+996555987601' })
  await typePin(caller, 'ru', `${pins.listed}#`)
  await caller.hears('menu-sms', { language: 'ru', whole: true, withinMs: 60_000 })
  await caller.press('2')
  await caller.hears('sms-sent', { language: 'ru', whole: true })
  await caller.hears('again-answer', { language: 'ru', whole: true })
  await caller.press('4')
  await caller.hears('goodbye', { language: 'ru' })
  await caller.hangup()
  await caller.ended
  const text = await smsc.when(() => smsc.handset('996555987601')[0])
  expect(text).toContain('Избирательный участок №1101')
  expect(text).toContain(station)
  expect(heardFrom(caller, 'menu-sms').slice(0, 3)).toEqual(['ru/menu-sms', 'ru/sms-sent', 'ru/again-answer'])
})

test('a fixed caller is not offered it', async () => {
  const caller = await rig.dial({ from: '+996312660241' })
  await typePin(caller, 'ru', `${pins.listed}#`)
  await caller.hears('end-call', { language: 'ru', whole: true, withinMs: 60_000 })
  await caller.press('4')
  await caller.hears('goodbye', { language: 'ru' })
  await caller.hangup()
  await caller.ended
  expect(heardFrom(caller, 'again-answer').slice(0, 2)).toEqual(['ru/again-answer', 'ru/report-error'])
})

test('the same line answers a text from the same register, and a monitor sees the bind', async () => {
  const hex = Buffer.from(`ПИН 2 0504 1980 00123, кайда?`, 'utf16le').swap16().toString('hex')
  smsc.order({ do: 'deliver', from: '996700987602', dataCoding: 8, hex, name: 'text' })
  const text = await smsc.when(() => smsc.handset('996700987602')[0])
  expect(text).toContain('Шайлоо участогу №1101')
  const { host, port } = rig.config.console
  const metrics = await (await fetch(`http://${host}:${port}/metrics`)).text()
  expect(metrics).toMatch(/^dobush_sms_bound\{bind="perl"\} 1$/m)
  expect(metrics).toMatch(/^dobush_sms_last_minute\{bind="perl",direction="in"\} 1$/m)
  const log = await readFile(join(rig.config.paths.run, 'dobush.log'), 'utf8')
  expect(log).not.toMatch(new RegExp(`${pins.listed}|987602|sesame`))
})
