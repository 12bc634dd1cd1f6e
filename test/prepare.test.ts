import { rmSync } from 'node:fs'
import type { Config } from '../src/config.ts'
import { prepare } from '../src/prepare.ts'
import { openHotline } from '../src/store/database.ts'
import { makeSettingsStore } from '../src/store/settings.ts'
import { makeHome } from './switch/rig.ts'

jest.setTimeout(300_000)

let home: string
let config: Config
const homeBefore = process.env.DOBUSH_HOME
beforeAll(async () => {
  ;({ home, config } = await makeHome())
  process.env.DOBUSH_HOME = home
})
afterAll(() => {
  if (homeBefore === undefined) delete process.env.DOBUSH_HOME
  else process.env.DOBUSH_HOME = homeBefore
  rmSync(home, { recursive: true, force: true })
})

const datesSaid = async () => {
  const { speech } = await prepare()
  return speech
    .list([])
    .flatMap(({ name, language, text }) => (name === 'dates-voting' && language === 'ru' ? text : []))
}

test('after a restart the line speaks of the election that was set in the console', async () => {
  expect(await datesSaid()).toEqual([expect.stringContaining('семнадцатого ноября две тысячи двадцать четвёртого')])
  const hotline = await openHotline(config.database)
  const store = makeSettingsStore(hotline, config.election, () => new Date())
  const { calendar } = await store.get()
  await store.set('calendar', { ...calendar, votingDay: '2027-01-24' }, 'aida')
  await hotline.destroy()
  expect(await datesSaid()).toEqual([
    expect.stringContaining('двадцать четвёртого января две тысячи двадцать седьмого'),
  ])
  expect((await prepare()).config.election).toMatchObject({ votingDay: '2027-01-24', timeZone: 'Asia/Bishkek' })
})
