import { reportsApi } from '../../src/http/reports-api.ts'
import { makeCallDays } from '../../src/store/call-days.ts'
import { makeCallLog } from '../../src/store/call-log.ts'
import { makeReports } from '../../src/store/reports.ts'
import { aCall } from '../store/calls.ts'
import { cleanUp } from '../store/scratch.ts'
import { openTestConsole } from './console-rig.ts'

afterEach(cleanUp)

test('reports on days, a year of them at most, first before last', async () => {
  const zone = 'Asia/Bishkek'
  const page = await openTestConsole({
    mounted: (hotline) =>
      reportsApi(
        makeReports(
          hotline,
          makeCallDays(hotline, zone, () => page.time.now),
          zone,
        ),
      ),
  })
  const auditor = await page.signedIn('aida', ['auditor'])
  await makeCallLog(page.hotline).write(aCall('a'))
  const ask = (query: string) => auditor.send('GET', `/api/reports?${query}`)
  expect((await ask('from=2026-11-22&until=2026-11-22&language=ru')).body).toMatchObject({
    totals: { calls: 1, completed: 1 },
    stations: [{ station: '1101', calls: 1, callbacks: 0 }],
    languages: [{ language: 'ru', calls: 1 }],
  })
  expect((await ask('from=2026-11-22&until=2026-11-22&language=ky')).body.totals.calls).toBe(0)
  expect((await ask('from=2025-11-23&until=2026-11-23')).status).toBe(200)
  for (const wrong of [
    'from=2025-11-22&until=2026-11-23',
    'from=2026-11-23&until=2026-11-22',
    'from=today&until=today',
  ]) {
    expect((await ask(wrong)).status).toBe(400)
  }
  await page.close()
})
