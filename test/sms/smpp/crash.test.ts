import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { benchScript, messageOf } from '../../../src/bench/children.ts'
import { type Smsc, startSmsc } from '../../../src/bench/peers/smsc.ts'
import { loadConfig } from '../../../src/config.ts'
import { seeded } from '../../audio/seeded.ts'
import { until } from '../../switch/rig.ts'
import { bindTo, makeTextHome } from '../line.ts'

const texts = 400
const crashes = 12

let smsc: Smsc
let home: string
let child: ChildProcess | undefined

beforeAll(async () => {
  smsc = await startSmsc(loadConfig(() => new Date()))
  smsc.order({ do: 'set', window: 10 })
  // No faster than this, so that there is always something under way when it is killed.
  home = await makeTextHome({ binds: [bindTo(smsc.port, { perSecond: 150 })], doubtSeconds: 4 })
})

afterAll(async () => {
  child?.kill('SIGKILL')
  await smsc.close()
  await rm(home, { recursive: true, force: true })
})

async function start(): Promise<void> {
  child = fork(benchScript('sms-line-child'), { env: { ...process.env, DOBUSH_HOME: home } })
  await messageOf(child, 20_000)
}

test('killed a dozen times in the middle of it, every text is answered, and none twice', async () => {
  const random = seeded(31)
  const numbers = Array.from({ length: texts }, (_, index) => `996220${String(index).padStart(6, '0')}`)
  for (const from of numbers) smsc.order({ do: 'deliver', from, name: from, hex: Buffer.from('help').toString('hex') })
  for (let crash = 0; crash < crashes; crash += 1) {
    await start()
    const before = smsc.events.length
    const lives = 5 + Math.floor(random() * 60)
    await smsc.when(() => smsc.events.length > before + lives)
    const ended = once(child as ChildProcess, 'exit')
    child?.kill('SIGKILL')
    await ended
  }
  await start()
  const answered = () => new Set(smsc.submits().map(({ to, part }) => `${to} ${part}`))
  const partsEach = () => smsc.submits()[0]?.parts ?? 0
  await smsc.when(() => answered().size === texts * partsEach(), 60_000)
  // A second answer would go out when doubts are settled, while the link is quiet.
  const enquired = smsc.named('enquired').length
  await until(() => smsc.named('enquired').length > enquired + 6, 60_000)
  const wrong = numbers.filter((number) => smsc.handset(number).length !== 1)
  expect(wrong).toEqual([])
  expect(smsc.submits()).toHaveLength(texts * partsEach())
  expect(smsc.named('closed').length).toBeGreaterThanOrEqual(crashes)
}, 300_000)
