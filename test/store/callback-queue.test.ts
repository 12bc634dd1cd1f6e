import type { Kysely } from 'kysely'
import type { Role } from '../../src/api/route.ts'
import type { CallbackPerson } from '../../src/domain/callback-work.ts'
import { makeCallbackList, waitingCallbacks } from '../../src/store/callback-list.ts'
import { makeCallbackQueue } from '../../src/store/callback-queue.ts'
import type { CallbackRules } from '../../src/store/callback-rules.ts'
import { makePeople } from '../../src/store/people.ts'
import type { Hotline } from '../../src/store/tables.ts'
import { callbacksOf } from './callbacks.ts'
import { databases } from './databases.ts'
import { cleanUp, numberOf, openDatabase, requestIn, scratch } from './scratch.ts'

// These work on files and processes, and a machine may be busy with others.
jest.setTimeout(60_000)

afterEach(cleanUp)

const rules: CallbackRules = {
  dueHours: 48,
  claimMinutes: 15,
  attemptGapMinutes: 120,
  maxAttempts: 3,
  hours: { workdays: [1, 2, 3, 4, 5], from: '09:00', to: '18:00', holidays: [], timeZone: 'Asia/Bishkek' },
}

const auditor: CallbackPerson = { id: 'auditor', seesAll: true, works: false, leads: false }

const noon = Date.parse('2024-10-10T06:00:00Z')

/** A clock to be set, on a Thursday at noon in Bishkek. */
function clockAt(start = noon) {
  let at = start
  return {
    now: () => new Date(at),
    pass(minutes: number) {
      at += minutes * 60_000
    },
  }
}

/** Somebody whose name the history shows. */
async function person(hotline: Kysely<Hotline>, name: string, role: Role): Promise<CallbackPerson> {
  const added = await makePeople(hotline, () => new Date()).add({
    name,
    displayName: name.toUpperCase(),
    roles: [role],
    passwordHash: 'none',
  })
  if (!added) throw new Error(`${name} is there already`)
  const leads = role === 'supervisor'
  return { id: added.id, leads, seesAll: leads, works: true }
}

describe.each(databases)('on $name', ({ address }) => {
  async function open() {
    const folder = scratch()
    const at = await address()
    const hotline = await openDatabase(at)
    const clock = clockAt()
    const callbacks = await callbacksOf(hotline, folder, { now: clock.now })
    const list = makeCallbackList(hotline, clock.now)
    const changed: { rules: CallbackRules } = { rules }
    const queue = makeCallbackQueue(hotline, async () => changed.rules, clock.now)
    const [aigul, bermet, chief] = [
      await person(hotline, 'aigul', 'operator'),
      await person(hotline, 'bermet', 'operator'),
      await person(hotline, 'chief', 'supervisor'),
    ]
    return {
      ...{ at, folder, hotline, clock, callbacks, list, queue, aigul, bermet, chief, changed },
      /** Leaves a request; its id. */
      async leave(...more: Parameters<typeof requestIn> extends [string, ...infer More] ? More : never) {
        const request = requestIn(folder, ...more)
        await callbacks.accept(request)
        const made = hotline.selectFrom('callback_request').select('id').where('call_id', '=', request.callId)
        return (await made.executeTakeFirstOrThrow()).id
      },
      async seen(id: string, by: CallbackPerson = chief) {
        const found = await list.find(id, by)
        if (typeof found === 'string') throw new Error(`refused: ${found}`)
        return found
      },
      async ids(by: CallbackPerson, filter: Partial<Parameters<typeof list.page>[0]['filter']> = {}) {
        const { rows } = await list.page({ filter: { claim: 'any', ...filter }, sort: 'dueAt', limit: 200 }, by)
        return rows.map(({ id }) => id)
      },
    }
  }
  const kinds = (detail: { history: readonly { kind: string }[] }) => detail.history.map(({ kind }) => kind)

  describe('a claim', () => {
    it('is one person’s, and shows whose', async () => {
      const { queue, aigul, bermet, seen, leave, list } = await open()
      const id = await leave()
      expect(await queue.claim(id, aigul)).toBeUndefined()
      expect(await queue.claim(id, bermet)).toBe('taken')
      expect(await seen(id)).toMatchObject({
        claimedBy: { id: aigul.id, displayName: 'AIGUL' },
        claimedUntil: new Date(noon + 15 * 60_000).toISOString(),
        mayAct: false,
        mayListen: true,
        history: [{ kind: 'claimed', by: 'AIGUL', at: new Date(noon).toISOString() }],
      })
      expect(await seen(id, aigul)).toMatchObject({ mayAct: true, mayListen: true })
      expect(await list.find(id, bermet)).toBe('not-shown')
    })

    it('lasts longer when it is renewed, without a word in the history', async () => {
      const { queue, clock, aigul, bermet, seen, leave } = await open()
      const id = await leave()
      await queue.claim(id, aigul)
      clock.pass(14)
      expect(await queue.claim(id, aigul)).toBeUndefined()
      clock.pass(14)
      expect(await queue.claim(id, bermet)).toBe('taken')
      expect(kinds(await seen(id))).toEqual(['claimed'])
    })

    it('frees itself, to be taken by somebody else; the history says so', async () => {
      const { queue, clock, aigul, bermet, seen, leave, ids } = await open()
      const id = await leave()
      await queue.claim(id, aigul)
      expect(await ids(bermet)).toEqual([])
      clock.pass(15)
      expect(await ids(bermet)).toEqual([id])
      expect(await seen(id, aigul)).toMatchObject({ claimedBy: null, claimedUntil: null, mayAct: false })
      // Before anybody does anything.
      expect(kinds(await seen(id))).toEqual(['claimed', 'expired'])
      expect(await queue.claim(id, bermet)).toBeUndefined()
      const at = (minutes: number) => new Date(noon + minutes * 60_000).toISOString()
      expect((await seen(id)).history).toMatchObject([
        { kind: 'claimed', by: 'AIGUL', at: at(0) },
        { kind: 'expired', by: 'AIGUL', at: at(15) },
        { kind: 'claimed', by: 'BERMET', at: at(15) },
      ])
      expect(await queue.attempt(id, aigul, { outcome: 'reached' })).toBe('not-claimed')
    })

    it('that ran out in a long talk still takes down what came of it, unless somebody else has it', async () => {
      const { queue, clock, aigul, seen, leave } = await open()
      const id = await leave()
      await queue.claim(id, aigul)
      clock.pass(60)
      expect(await queue.attempt(id, aigul, { outcome: 'resolved' })).toBeUndefined()
      expect(await seen(id, aigul)).toMatchObject({ state: 'closed', outcome: 'resolved' })
    })

    it('is given back by whoever has it, and by a supervisor', async () => {
      const { queue, aigul, bermet, chief, seen, leave } = await open()
      const id = await leave()
      expect(await queue.release(id, chief)).toBe('not-claimed')
      await queue.claim(id, aigul)
      expect(await queue.release(id, bermet)).toBe('not-claimed')
      expect(await queue.release(id, aigul)).toBeUndefined()
      await queue.claim(id, bermet)
      expect(await queue.release(id, chief)).toBeUndefined()
      const detail = await seen(id)
      expect(detail.claimedBy).toBeNull()
      expect(kinds(detail)).toEqual(['claimed', 'released', 'claimed', 'released'])
      expect(detail.history.at(-1)?.by).toBe('CHIEF')
    })

    it('has one winner, however many race for it, over several connections', async () => {
      const { at, clock, aigul, hotline, leave } = await open()
      const id = await leave()
      const connections = [hotline, await openDatabase(at), await openDatabase(at)]
      const queues = connections.map((one) => makeCallbackQueue(one, async () => rules, clock.now))
      const racers = Array.from({ length: 1000 }, (_, n) => ({ ...aigul, id: `racer-${n}` }))
      const results = await Promise.all(racers.map((racer, n) => queues[n % 3]?.claim(id, racer)))
      const winners = racers.filter((_, n) => results[n] === undefined)
      expect(winners).toHaveLength(1)
      expect(results.filter((result) => result === 'taken')).toHaveLength(999)
      const row = hotline.selectFrom('callback_request').select('claimed_by').where('id', '=', id)
      expect(await row.executeTakeFirst()).toEqual({ claimed_by: winners[0]?.id })
      const events = await hotline.selectFrom('callback_event').select(['by_id', 'kind']).execute()
      expect(events).toEqual([{ by_id: winners[0]?.id, kind: 'claimed' }])
    })
  })

  describe('handing over', () => {
    it('gives it to a colleague with a word, and whoever had it sees it no more', async () => {
      const { queue, list, aigul, bermet, seen, leave } = await open()
      const id = await leave()
      await queue.claim(id, aigul)
      expect(await queue.handOver(id, aigul, bermet.id, 'speaks Uzbek')).toBeUndefined()
      expect(await seen(id, bermet)).toMatchObject({ claimedBy: { displayName: 'BERMET' }, mayAct: true })
      expect((await seen(id)).history.at(-1)).toMatchObject({
        kind: 'handed-over',
        by: 'AIGUL',
        to: 'BERMET',
        text: 'speaks Uzbek',
      })
      expect(await list.find(id, aigul)).toBe('not-shown')
      expect(await list.show(id, aigul)).toMatchObject({ mayAct: false, mayListen: false })
    })

    it('is for whoever has it, or a supervisor; to somebody who takes requests', async () => {
      const { queue, hotline, aigul, bermet, chief, leave } = await open()
      const id = await leave()
      const administrator = await person(hotline, 'root', 'administrator')
      expect(await queue.handOver(id, aigul, bermet.id, undefined)).toBe('not-claimed')
      for (const nobody of [administrator.id, 'unheard-of']) {
        expect(await queue.handOver(id, chief, nobody, undefined)).toBe('no-colleague')
      }
      await hotline.updateTable('person').set({ disabled: 1 }).where('id', '=', aigul.id).execute()
      expect(await queue.handOver(id, chief, aigul.id, undefined)).toBe('no-colleague')
      expect(await queue.handOver(id, chief, bermet.id, undefined)).toBeUndefined()
    })
  })

  describe('an attempt', () => {
    it('without an answer is tried again after the gap, by anybody, and the last closes', async () => {
      const { queue, clock, aigul, seen, leave, ids, bermet } = await open()
      const id = await leave()
      for (const attempts of [1, 2]) {
        await queue.claim(id, aigul)
        expect(await queue.attempt(id, aigul, { outcome: 'no-answer' })).toBeUndefined()
        expect(await seen(id)).toMatchObject({
          state: 'open',
          attempts,
          outcome: 'no-answer',
          claimedBy: null,
          nextAttemptAt: new Date(clock.now().getTime() + 120 * 60_000).toISOString(),
        })
        expect(await ids(bermet)).toEqual([id])
        clock.pass(120)
      }
      await queue.claim(id, aigul)
      await queue.attempt(id, aigul, { outcome: 'no-answer', text: 'rings out' })
      const detail = await seen(id)
      expect(detail).toMatchObject({ state: 'closed', attempts: 3, outcome: 'no-answer', nextAttemptAt: null })
      expect(detail.history.slice(-2)).toMatchObject([
        { kind: 'attempt', outcome: 'no-answer', text: 'rings out' },
        { kind: 'closed', outcome: 'no-answer', text: null },
      ])
      expect(await queue.claim(id, aigul)).toBe('closed')
      expect(await queue.attempt(id, aigul, { outcome: 'resolved' })).toBe('closed')
    })

    it('is not due before people work again', async () => {
      const { queue, clock, aigul, seen, leave } = await open()
      const id = await leave()
      clock.pass(5 * 60)
      await queue.claim(id, aigul)
      await queue.attempt(id, aigul, { outcome: 'no-answer' })
      // 17:00 and two hours is past the end of work: nine o'clock on Friday.
      expect(await seen(id)).toMatchObject({ nextAttemptAt: '2024-10-11T03:00:00.000Z' })
    })

    it('that reached the citizen leaves it with whoever talks', async () => {
      const { queue, aigul, seen, leave } = await open()
      const id = await leave()
      await queue.claim(id, aigul)
      for (let n = 0; n < 4; n += 1) await queue.attempt(id, aigul, { outcome: 'reached' })
      expect(await seen(id, aigul)).toMatchObject({ state: 'open', attempts: 4, outcome: 'reached', mayAct: true })
    })

    it.each([
      ['wrong-number', undefined],
      ['resolved', undefined],
      ['passed-to-commission', '17'],
    ] as const)('%s closes it', async (outcome, commission) => {
      const { queue, aigul, seen, leave, hotline } = await open()
      const id = await leave()
      await queue.claim(id, aigul)
      expect(await queue.attempt(id, aigul, { outcome, ...(commission && { commission }) })).toBeUndefined()
      expect(await seen(id, aigul)).toMatchObject({ state: 'closed', outcome, commission: commission ?? null })
      const row = hotline.selectFrom('callback_request').select(['closed_at', 'closed_by', 'closed_from'])
      expect(await row.executeTakeFirst()).toEqual({
        closed_at: new Date(noon).toISOString(),
        closed_by: aigul.id,
        closed_from: 'open',
      })
    })

    it('needs a claim, a supervisor’s too', async () => {
      const { queue, aigul, chief, leave } = await open()
      const id = await leave()
      expect(await queue.attempt(id, chief, { outcome: 'resolved' })).toBe('not-claimed')
      await queue.claim(id, aigul)
      expect(await queue.attempt(id, chief, { outcome: 'resolved' })).toBe('not-claimed')
    })

    it('that closes a request closes what was sent at the same moment, but not what a colleague works on', async () => {
      const { queue, hotline, aigul, bermet, seen, leave } = await open()
      const [open_, twin, other, elsewhere] = [
        await leave(),
        await leave(),
        await leave(),
        await leave({ reason: 'other' }),
      ]
      await queue.claim(other, bermet)
      await queue.claim(open_, aigul)
      await queue.attempt(open_, aigul, { outcome: 'resolved' })
      const { reference } = await seen(open_)
      expect(await seen(twin)).toMatchObject({ state: 'closed', outcome: 'resolved', attempts: 0 })
      expect((await seen(twin)).history).toMatchObject([{ kind: 'closed', by: 'AIGUL', text: reference }])
      expect(await seen(other)).toMatchObject({ state: 'duplicate', claimedBy: { displayName: 'BERMET' } })
      expect(await seen(elsewhere)).toMatchObject({ state: 'open' })
      const closed = hotline.selectFrom('callback_request').select('closed_from').where('id', '=', twin)
      expect(await closed.executeTakeFirst()).toEqual({ closed_from: 'duplicate' })
    })
  })

  it('a note is for whoever works on it, and for a supervisor at any time', async () => {
    const { queue, aigul, bermet, chief, seen, leave } = await open()
    const id = await leave()
    expect(await queue.note(id, aigul, 'x')).toBe('not-claimed')
    await queue.claim(id, aigul)
    expect(await queue.note(id, bermet, 'x')).toBe('not-claimed')
    const text = "<script>alert(1)</script> =cmd|' /C calc'!A0 өүң"
    expect(await queue.note(id, aigul, text)).toBeUndefined()
    await queue.attempt(id, aigul, { outcome: 'resolved' })
    expect(await queue.note(id, chief, 'checked')).toBeUndefined()
    expect((await seen(id)).history.filter(({ kind }) => kind === 'note')).toMatchObject([
      { text },
      { text: 'checked' },
    ])
  })

  describe('opening again', () => {
    it('puts a request back where it was, with new attempts', async () => {
      const { queue, callbacks, aigul, chief, seen, leave, ids } = await open()
      const id = await leave()
      const { reference } = await seen(id)
      expect(await queue.reopen(id, chief, 'too early')).toBe('not-closed')
      await queue.claim(id, aigul)
      await queue.attempt(id, aigul, { outcome: 'passed-to-commission', commission: '17' })
      expect(await ids(chief)).toEqual([])
      expect(await queue.reopen(id, chief, 'the citizen called again')).toBeUndefined()
      expect(await seen(id, aigul)).toMatchObject({ state: 'open', attempts: 0, commission: null, claimedBy: null })
      expect((await seen(id)).history.at(-1)).toMatchObject({ kind: 'reopened', text: 'the citizen called again' })
      expect(await callbacks.openFor(numberOf('0555123456'), 'wrong-station')).toBe(reference)
    })

    it('is refused while the citizen has another open one for the same reason', async () => {
      const { queue, aigul, chief, leave } = await open()
      const id = await leave()
      await queue.claim(id, aigul)
      await queue.attempt(id, aigul, { outcome: 'resolved' })
      await leave()
      expect(await queue.reopen(id, chief, 'again')).toBe('open-elsewhere')
    })

    it('makes an incomplete one incomplete, with another open beside it', async () => {
      const { queue, callbacks, folder, hotline, aigul, chief, seen, leave } = await open()
      await callbacks.keepIncomplete(requestIn(folder))
      const { id } = await hotline.selectFrom('callback_request').select('id').executeTakeFirstOrThrow()
      await queue.claim(id, aigul)
      await queue.attempt(id, aigul, { outcome: 'resolved' })
      await leave()
      expect(await queue.reopen(id, chief, 'again')).toBeUndefined()
      expect(await seen(id)).toMatchObject({ state: 'incomplete' })
    })
  })

  it('nothing can be done to a request that is not there', async () => {
    const { queue, list, chief, aigul } = await open()
    for (const done of [
      queue.claim('x', chief),
      queue.release('x', chief),
      queue.handOver('x', chief, aigul.id, undefined),
      queue.note('x', chief, 'x'),
      queue.attempt('x', chief, { outcome: 'resolved' }),
      queue.reopen('x', chief, 'x'),
      list.find('x', chief),
      list.show('x', chief),
      list.number('x', chief),
    ]) {
      expect(await done).toBe('unknown')
    }
  })

  it('due times are counted anew by other rules, of what is not closed', async () => {
    const { queue, hotline, changed, aigul, leave } = await open()
    const done = await leave({ reason: 'other' })
    const id = await leave()
    await queue.claim(done, aigul)
    await queue.attempt(done, aigul, { outcome: 'resolved' })
    const due = async (of: string) =>
      (await hotline.selectFrom('callback_request').select('due_at').where('id', '=', of).executeTakeFirst())?.due_at
    const before = await due(done)
    // Thursday noon and 48 hours of work: six that day, four days of nine, six more.
    expect(await queue.recountDueTimes()).toBe(1)
    expect(await due(id)).toBe('2024-10-17T09:00:00.000Z')
    expect(await queue.recountDueTimes()).toBe(0)
    changed.rules = { ...rules, dueHours: 6, hours: { ...rules.hours, holidays: ['2024-10-10'] } }
    expect(await queue.recountDueTimes()).toBe(1)
    expect(await due(id)).toBe('2024-10-11T09:00:00.000Z')
    expect(await due(done)).toBe(before)
  })

  describe('the list', () => {
    it('has what is due first first, whole over its pages, in every order', async () => {
      const { list, clock, chief, leave } = await open()
      const made: string[] = []
      for (let n = 0; n < 7; n += 1) {
        made.push(await leave({ number: numberOf(`055512340${n}`) }))
        // Some are of the same moment.
        if (n % 3 === 0) clock.pass(1)
      }
      for (const sort of ['dueAt', '-dueAt', '-createdAt'] as const) {
        const paged: string[] = []
        for (let after: Awaited<ReturnType<typeof list.page>>['end']; ; ) {
          const { rows, end } = await list.page({ filter: { claim: 'any' }, sort, after, limit: 2 }, chief)
          expect(rows.length).toBeLessThanOrEqual(2)
          paged.push(...rows.map(({ id }) => id))
          after = end
          if (!end) break
        }
        const { rows } = await list.page({ filter: { claim: 'any' }, sort, limit: 50 }, chief)
        expect(paged).toEqual(rows.map(({ id }) => id))
        expect([...paged].sort()).toEqual([...made].sort())
        const times = rows.map(({ dueAt }) => dueAt)
        expect(times).toEqual(sort === 'dueAt' ? [...times].sort() : [...times].sort().reverse())
      }
    })

    it('finds by every filter', async () => {
      const { queue, callbacks, folder, hotline, clock, aigul, chief, leave, ids, seen } = await open()
      const russian = await leave({ language: 'ru' })
      const other = await leave({ reason: 'other' })
      await callbacks.keepIncomplete(requestIn(folder, { callId: 'cut' }))
      const cut = (
        await hotline.selectFrom('callback_request').select('id').where('call_id', '=', 'cut').executeTakeFirstOrThrow()
      ).id
      const closed = await leave({ reason: 'not-in-list' })
      await queue.claim(closed, aigul)
      await queue.attempt(closed, aigul, { outcome: 'wrong-number' })
      await queue.claim(other, aigul)
      await hotline.updateTable('callback_request').set({ region: '5' }).where('id', '=', cut).execute()

      const sorted = (of: readonly string[]) => [...of].sort()
      const found = async (filter: Parameters<typeof ids>[1], by = chief) => sorted(await ids(by, filter))
      expect(await found({})).toEqual(sorted([russian, other, cut]))
      expect(await found({ state: ['closed'] })).toEqual([closed])
      expect(await found({ state: ['incomplete', 'closed'] })).toEqual(sorted([cut, closed]))
      expect(await found({ language: ['ru'] })).toEqual([russian])
      expect(await found({ reason: ['other', 'not-in-list'] })).toEqual([other])
      expect(await found({ region: ['5', '1'] })).toEqual([cut])
      expect(await found({ outcome: ['wrong-number'], state: ['closed'] })).toEqual([closed])
      expect(await found({ claim: 'free' })).toEqual(sorted([russian, cut]))
      expect(await found({ claim: 'mine' }, aigul)).toEqual([other])
      expect(await found({ claim: 'mine' })).toEqual([])
      const { reference } = await seen(russian)
      expect(await found({ reference: ` ${reference} ` })).toEqual([russian])
      expect(await found({ overdue: true })).toEqual([])
      clock.pass(24 * 60 + 1)
      expect(await found({ overdue: true })).toEqual(sorted([russian, other, cut]))
      expect(await found({ overdue: false })).toEqual([])
      expect(await found({ overdue: false, state: ['closed', 'open'] })).toEqual([closed])
      expect((await seen(russian)).overdue).toBe(true)
      expect((await seen(closed)).overdue).toBe(false)
    })

    it('shows an operator what is free, one’s own, and what one has closed; an auditor all, to read', async () => {
      const { queue, list, aigul, bermet, leave, ids, seen } = await open()
      const [free, theirs, mine, done, gone] = [
        await leave({ number: numberOf('0555000001') }),
        await leave({ number: numberOf('0555000002') }),
        await leave({ number: numberOf('0555000003') }),
        await leave({ number: numberOf('0555000004') }),
        await leave({ number: numberOf('0555000005') }),
      ]
      await queue.claim(theirs, bermet)
      await queue.claim(mine, aigul)
      for (const [id, by] of [
        [done, aigul],
        [gone, bermet],
      ] as const) {
        await queue.claim(id, by)
        await queue.attempt(id, by, { outcome: 'resolved' })
      }
      const all = { state: ['open', 'closed'] as ('open' | 'closed')[] }
      expect((await ids(aigul, all)).sort()).toEqual([free, mine, done].sort())
      expect((await ids(auditor, all)).sort()).toEqual([free, theirs, mine, done, gone].sort())
      for (const id of [theirs, gone]) expect(await list.find(id, aigul)).toBe('not-shown')
      expect(await seen(theirs, auditor)).toMatchObject({ mayAct: false, mayListen: true })
      for (const id of [free, done, theirs]) expect(await list.number(id, aigul)).toBe('not-claimed')
      expect(await list.number(mine, aigul)).toEqual({ number: '+996555000003' })
      expect(await list.number(theirs, auditor)).toEqual({ number: '+996555000002' })
    })

    it('counts and shows the other requests of the same citizen, numbers masked', async () => {
      const { queue, callbacks, folder, hotline, aigul, seen, leave } = await open()
      const [one, two] = [await leave(), await leave({ reason: 'other' })]
      await leave({ number: numberOf('0700000000') })
      await callbacks.keepIncomplete(requestIn(folder, { number: undefined as never, callId: 'withheld' }))
      const closed = await leave({ reason: 'not-in-list' })
      await queue.claim(closed, aigul)
      await queue.attempt(closed, aigul, { outcome: 'resolved' })
      const detail = await seen(one)
      expect(detail.duplicates).toBe(1)
      expect(detail.same.map(({ id }) => id).sort()).toEqual([two, closed].sort())
      expect(JSON.stringify(detail)).not.toContain('555123456')
      const withheld = await hotline
        .selectFrom('callback_request')
        .select('id')
        .where('call_id', '=', 'withheld')
        .executeTakeFirstOrThrow()
      expect(await seen(withheld.id)).toMatchObject({ number: null, duplicates: 0, same: [] })
    })

    it('says when there is nothing to listen to any more', async () => {
      const { hotline, seen, leave } = await open()
      const id = await leave()
      expect((await seen(id)).mayListen).toBe(true)
      await hotline.deleteFrom('recording').execute()
      expect((await seen(id)).mayListen).toBe(false)
    })

    it('counts what waits', async () => {
      const { queue, hotline, clock, aigul, leave } = await open()
      expect(await waitingCallbacks(hotline, clock.now())).toEqual({ waiting: 0, overdue: 0, oldestAt: null })
      await leave()
      clock.pass(24 * 60)
      await leave({ reason: 'other' })
      const done = await leave({ reason: 'not-in-list' })
      await queue.claim(done, aigul)
      await queue.attempt(done, aigul, { outcome: 'resolved' })
      clock.pass(1)
      expect(await waitingCallbacks(hotline, clock.now())).toEqual({
        waiting: 2,
        overdue: 1,
        oldestAt: new Date(noon).toISOString(),
      })
    })
  })
})
