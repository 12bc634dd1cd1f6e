import { keepHouse } from '../../src/desk/keep-house.ts'
import type { Deed } from '../../src/domain/audit.ts'
import { logLines } from '../log-lines.ts'

const now = new Date('2026-11-23T06:00:00Z')

function house(
  lastRun: () => Promise<Date | undefined>,
  removeOld: (stopping: AbortSignal) => Promise<Record<string, number>>,
) {
  const deeds: Deed[] = []
  const { log, lines, heard } = logLines()
  const stop = keepHouse({
    lastRun,
    removeOld,
    audit: async (deed) => {
      deeds.push(deed)
    },
    timeZone: 'Asia/Bishkek',
    now: () => now,
    log,
  })
  return { deeds, lines, heard, stop }
}

test('a night that was missed is made up for at once, and noted', async () => {
  for (const last of [undefined, new Date('2026-11-21T20:10:00Z')]) {
    const { deeds, stop } = house(
      async () => last,
      async () => ({ calls: 3, audit: 0 }),
    )
    await stop()
    expect(deeds).toEqual([{ by: 'system', action: 'retention.removed', detail: '{"calls":3}' }])
  }
})

test('where the last night was not missed, nothing happens before the next', async () => {
  const { deeds, stop } = house(
    async () => new Date('2026-11-22T20:10:00Z'),
    async () => ({ calls: 3 }),
  )
  await stop()
  expect(deeds).toEqual([])
})

test('where nothing was old enough, nothing is noted; what fails is logged and harms nobody', async () => {
  const idle = house(
    async () => undefined,
    async () => ({ calls: 0 }),
  )
  await idle.stop()
  expect(idle.deeds).toEqual([])
  const broken = house(
    async () => undefined,
    async () => {
      throw new Error('the disk')
    },
  )
  await broken.heard('could not be removed')
  await broken.stop()
  expect(broken.lines.map(({ level }) => level)).toEqual([50])
  const unread = house(
    async () => {
      throw new Error('the disk')
    },
    async () => ({ calls: 3 }),
  )
  await unread.heard('whether a night was missed')
  await unread.stop()
  expect(unread.deeds).toEqual([])
  expect(unread.lines.map(({ level }) => level)).toEqual([50])
})

test('a run is told to stop, and that it did is no failure', async () => {
  let began = () => {}
  const running = new Promise<void>((resolve) => {
    began = resolve
  })
  const { deeds, lines, stop } = house(
    async () => undefined,
    (stopping) => {
      began()
      return new Promise((_, reject) => stopping.addEventListener('abort', () => reject(stopping.reason)))
    },
  )
  await running
  await stop()
  expect(deeds).toEqual([])
  expect(lines).toEqual([])
})
