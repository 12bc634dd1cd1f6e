import type { Kysely } from 'kysely'
import type { MessageFilter } from '../../src/api/messages.ts'
import type { PhoneNumber } from '../../src/domain/phone-number.ts'
import { makeMessageList } from '../../src/store/message-list.ts'
import type { Hotline } from '../../src/store/tables.ts'
import { databases } from './databases.ts'

const caller = '+996555123456' as PhoneNumber
const minute = (past: number) => new Date(Date.parse('2026-11-23T09:00:00Z') + past * 60_000).toISOString()

/** A text an odd minute, its answer in the even one after. */
async function fill(hotline: Kysely<Hotline>, pairs: number): Promise<void> {
  for (let pair = 0; pair < pairs; pair += 1) {
    const bind = pair % 2 ? 'o' : 'mega'
    await hotline
      .insertInto('sms_in')
      .values({
        ...{ id: `in-${pair}`, bind, received_at: minute(pair * 2), sender: pair === 0 ? 'MEGACOM' : caller },
        ...{ language: 'ky', outcome: pair % 3 ? 'found' : 'help', station: null },
      })
      .execute()
    await hotline
      .insertInto('sms_out')
      .values({
        ...{ id: `out-${pair}`, in_id: `in-${pair}`, bind, created_at: minute(pair * 2 + 1), recipient: caller },
        ...{
          call_id: pair === 4 ? 'call-1' : null,
          name: pair % 3 ? 'found' : 'help',
          language: 'ky',
          text: null,
          ids: 2,
        },
        ...{ reference: 1, state: pair === 5 ? 'rejected' : 'delivered', attempts: 1, next_at: minute(0) },
        ...{ sent_at: minute(pair * 2 + 1), final_at: minute(pair * 2 + 2), fault: pair === 5 ? 'refused' : null },
      })
      .execute()
  }
}

describe.each(databases)('texts on $name', ({ empty }) => {
  async function list(pairs = 6) {
    const hotline = await empty()
    await fill(hotline, pairs)
    return makeMessageList(hotline)
  }

  const idsOf = async (filter: MessageFilter) => {
    const { rows } = await (await list()).page({ filter, limit: 100 })
    return rows.map(({ id }) => id)
  }

  test('come newest first, page by page, none twice and none left out', async () => {
    const messages = await list()
    const seen: string[] = []
    for (let after: { value: string; id: string } | undefined; ; ) {
      const { rows, end } = await messages.page({ filter: {}, after, limit: 5 })
      seen.push(...rows.map(({ at }) => at))
      if (!end) break
      after = end
    }
    expect(seen).toEqual(Array.from({ length: 12 }, (_, index) => minute(11 - index)))
  })

  test('of one moment are told apart by their ids across pages', async () => {
    const hotline = await empty()
    for (const id of ['a', 'b', 'c']) {
      await hotline
        .insertInto('sms_in')
        .values({
          id,
          bind: 'o',
          received_at: minute(0),
          sender: caller,
          language: null,
          outcome: 'help',
          station: null,
        })
        .execute()
    }
    const messages = makeMessageList(hotline)
    const first = await messages.page({ filter: {}, limit: 2 })
    const second = await messages.page({ filter: {}, after: first.end, limit: 2 })
    expect([...first.rows, ...second.rows].map(({ id }) => id)).toEqual(['c', 'b', 'a'])
    expect(second.end).toBeUndefined()
  })

  test.each<[string, MessageFilter, number]>([
    ['direction', { direction: 'in' }, 6],
    ['state received', { state: ['received'] }, 6],
    ['a final state', { state: ['rejected'] }, 1],
    ['both', { state: ['received', 'rejected'] }, 7],
    ['a direction and a state of the other', { direction: 'in', state: ['delivered'] }, 0],
    ['bind', { bind: ['mega'] }, 6],
    ['outcome', { outcome: ['help'] }, 4],
    ['an outcome that none has', { outcome: ['callback-accepted'] }, 0],
    ['language', { language: ['ru'] }, 0],
    ['time', { from: minute(2), until: minute(4) }, 2],
  ])('are filtered by %s', async (_what, filter, count) => {
    expect(await idsOf(filter)).toHaveLength(count)
  })

  test('show no full number until one is asked for', async () => {
    const messages = await list()
    const { rows } = await messages.page({ filter: {}, limit: 100 })
    expect(JSON.stringify(rows)).not.toContain('555123456')
    expect(rows.find(({ id }) => id === 'in-0')?.number).toBe('MEGACOM')
    expect(await messages.number('in-1')).toEqual({ number: caller })
    expect(await messages.number('out-1')).toEqual({ number: caller })
    expect(await messages.number('in-0')).toEqual({ number: null })
    expect(await messages.number('nothing')).toBeUndefined()
  })

  test('of a call are found by it', async () => {
    expect(await (await list()).ofCall('call-1')).toEqual([{ id: 'out-4', outcome: 'found', state: 'delivered' }])
    expect(await (await list()).ofCall('call-2')).toEqual([])
  })

  test('are counted by minute and bind', async () => {
    const counts = await (await list()).perMinute(new Date(minute(4)))
    expect([...(counts.get('mega')?.received ?? [])].sort()).toEqual([
      ['2026-11-23T09:04', 1],
      ['2026-11-23T09:08', 1],
    ])
    expect([...(counts.get('o')?.sent ?? [])].sort()).toEqual([
      ['2026-11-23T09:07', 1],
      ['2026-11-23T09:11', 1],
    ])
  })
})
