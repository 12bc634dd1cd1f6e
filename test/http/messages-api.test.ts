import type { PhoneNumber } from '../../src/domain/phone-number.ts'
import { type BindNow, messagesApi } from '../../src/http/messages-api.ts'
import { makeAuditLog } from '../../src/store/audit-log.ts'
import { listMessages, numberOfMessage } from '../../src/store/message-list.ts'
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
        messages: {
          list: (wanted) => listMessages(hotline, wanted),
          number: (id) => numberOfMessage(hotline, id),
        },
        binds: {
          state: () => [bind, { ...bind, name: 'o', status: 'down', fault: 'It hung up.' }],
          lastHour: (name) => ({ in: [name.length], out: [] }),
        },
        audit: makeAuditLog(hotline, () => now).append,
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
  const odd = Buffer.from('{"value":"now in","id":"a"}').toString('base64url')
  for (const cursor of ['made-up', odd]) {
    expect((await aida.send('GET', `/api/messages?cursor=${cursor}`)).status).toBe(400)
  }
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

test('binds are shown with what came and went in the last hour', async () => {
  const olya = await page.signedIn('olya', ['administrator'])
  const { body } = await olya.send('GET', '/api/messages/binds')
  expect(body).toMatchObject([
    { name: 'mega', kind: 'smpp', state: 'up', queued: 3, lastFault: null },
    { name: 'o', state: 'down', lastFault: 'It hung up.' },
  ])
  expect(body.map(({ received }: { received: number[] }) => received)).toEqual([[4], [1]])
})
