import { listCallbacks } from '../../src/store/callback-requests.ts'
import { openHotline } from '../../src/store/database.ts'
import { type PostgresServer, startPostgres } from '../store/postgres-server.ts'
import { type LineRig, loggedCalls, openLine, pins, until } from './rig.ts'
import { agree, heardFrom, speak, typePin } from './talk.ts'

let server: PostgresServer
let rig: LineRig
beforeAll(async () => {
  server = await startPostgres()
  process.env.DATABASE_URL = server.url('postgres')
  rig = await openLine()
}, 300_000)
afterAll(async () => {
  await rig.close()
  delete process.env.DATABASE_URL
  await server.stop()
})

test('a line on PostgreSQL answers, takes a request, and logs both calls', async () => {
  const asks = await rig.dial({ from: '+996700333331' })
  await typePin(asks, 'ru', `${pins.listed}#`)
  await asks.hears('end-call', { language: 'ru', whole: true, withinMs: 60_000 })
  await asks.press('4')
  await asks.hears('goodbye', { language: 'ru' })
  await asks.hangup()
  await asks.ended
  expect(heardFrom(asks, 'found.1')).toContain('ru/station-1101')

  const tells = await rig.dial({ from: '+996700333332' })
  await agree(tells, 'ky', '2')
  await speak(tells, 'ky', 4000)
  await tells.press('#')
  await tells.hears('cb-review', { language: 'ky' })
  await tells.press('3')
  await tells.hears('cb-number.2', { language: 'ky' })
  await tells.press('1')
  await tells.hears('goodbye', { language: 'ky', withinMs: 40_000 })
  const hotline = await openHotline(rig.config.database)
  const requests = await listCallbacks(hotline, 10)
  await hotline.destroy()
  expect(requests).toMatchObject([{ state: 'open', reason: 'wrong-station', language: 'ky' }])
  await tells.hangup()
  await tells.ended

  await until(async () => (await loggedCalls(rig.config)).length === 2)
  expect(await loggedCalls(rig.config)).toMatchObject([
    { language: 'ky', disposition: 'completed' },
    { language: 'ru', disposition: 'completed', station: '1101' },
  ])
})
