import type { PhoneNumber } from '../../src/domain/phone-number.ts'
import { type BindNow, messagesApi } from '../../src/http/messages-api.ts'
import { makeAuditLog } from '../../src/store/audit-log.ts'
import { makeMessageList } from '../../src/store/message-list.ts'
import { openTestConsole, type TestConsole } from './console-rig.ts'

const caller = '+996555123456' as PhoneNumber
// The clock of the test console.
const now = new Date('2026-11-23T09:00:00Z')

const bind: BindNow = {
  name: 'mega',
  kind: 'smpp',
  status: 'bound',
  since: new Date('2026-11-23T08:00:00Z'),
  window: { used: 1, size: 10 },
  queued: 3,
  lastMinute: { in: 0, out: 0 },
}

let page: TestConsole
beforeAll(async () => {
  page = await openTestConsole({
    mounted: (hotline) =>
      messagesApi({
        messages: makeMessageList(hotline),
        binds: () => [bind, { ...bind, name: 'o', status: 'down', fault: 'It hung up.' }],
        audit: makeAuditLog(hotline, () => now).append,
        now: () => now,
      }),
  })
  for (const [id, received_at] of [
    ['old', '2026-11-23T08:00:59.000Z'],
    ['a', '2026-11-23T08:01:00.000Z'],
    ['b', '2026-11-23T09:00:00.000Z'],
  ] as const) {
    await page.hotline
      .insertInto('sms_in')
      .values({ id, bind: 'mega', received_at, sender: caller, language: 'ky', outcome: 'found', station: '1101' })
      .execute()
  }
})
afterAll(() => page.close())

test('messages come in pages, numbers masked', async () => {
  const aida = await page.signedIn('aida', ['supervisor'])
  const first = await aida.send('GET', '/api/messages?limit=2')
  expect(first.status).toBe(200)
  expect(first.text).not.toContain('555123456')
  const second = await aida.send('GET', `/api/messages?limit=2&cursor=${first.body.next}`)
  const ids = [...first.body.rows, ...second.body.rows].map(({ id }: { id: string }) => id)
  expect(ids).toEqual(['b', 'a', 'old'])
  expect(second.body.next).toBeNull()
  expect((await aida.send('GET', '/api/messages?cursor=made-up')).status).toBe(400)
  expect((await aida.send('GET', '/api/messages?state=lost')).status).toBe(400)
})

test('a full number is shown once that is in the audit log', async () => {
  const nur = await page.signedIn('nur', ['auditor'])
  expect((await nur.send('POST', '/api/messages/a/number')).body).toEqual({ number: caller })
  expect((await nur.send('POST', '/api/messages/nothing/number')).status).toBe(404)
  expect(await page.auditLog.list({ limit: 10 })).toEqual([
    expect.objectContaining({ by: 'nur', action: 'message.number-shown', subject: 'message:a' }),
  ])
})

test('binds are shown with what came and went in each of the last sixty minutes', async () => {
  const olya = await page.signedIn('olya', ['administrator'])
  const { body } = await olya.send('GET', '/api/messages/binds')
  expect(body).toMatchObject([
    { name: 'mega', kind: 'smpp', state: 'up', queued: 3, lastFault: null },
    { name: 'o', state: 'down', lastFault: 'It hung up.' },
  ])
  expect(body[0].received).toEqual([1, ...Array(58).fill(0), 1])
  expect(body[1].received).toEqual(Array(60).fill(0))
  expect(body[0].sent).toHaveLength(60)
})
