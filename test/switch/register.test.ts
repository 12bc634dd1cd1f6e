import { bookOf } from '../../src/commands/call.ts'
import { languages } from '../../src/domain/language.ts'
import { activateRegister, clipsOf, importRegister } from '../../src/prepare.ts'
import { activeSnapshot, previousId } from '../../src/register/active.ts'
import { editStation } from '../../src/register/edits.ts'
import { readStations, withSnapshot } from '../../src/register/snapshot-file.ts'
import { addresses, type LineRig, openLine, pins, stations, until, writeRegister } from './rig.ts'
import { heardFrom, typePin } from './talk.ts'

let rig: LineRig
beforeAll(async () => {
  rig = await openLine({ register: false })
}, 300_000)
afterAll(() => rig.close())

const silent = { update: () => undefined, done: () => undefined, warn: () => undefined }

test('without a register callers are told, and offered a request; with one, and with the next, they are answered', async () => {
  for (const language of languages) {
    const early = await rig.dial()
    await typePin(early, language, pins.listed)
    await early.hears('unavailable', { language, whole: true })
    await early.hears('leave-request', { language })
    await early.hangup()
    await early.ended
  }
  expect(rig.line.health()).toMatchObject({ ok: false, register: undefined })

  const prepared = { config: rig.config, speech: rig.speech, progress: silent }
  await importRegister(prepared, await writeRegister(rig.config.paths.home, stations), { trusted: true })
  await until(() => rig.line.health().ok)

  // Held through the swap: this caller has the answer of the old snapshot and asks again.
  const held = await rig.dial()
  await typePin(held, 'ru', pins.listed)
  await held.hears('station-1101', { language: 'ru', withinMs: 40_000 })
  const before = rig.line.health().register?.id

  const moved = stations.map((row) => row.replace(/^1101,1/, '1109,1'))
  const files = await writeRegister(rig.config.paths.home, [...moved, stations[0] ?? ''])
  await importRegister(prepared, files, { trusted: true })
  await until(() => rig.line.health().register?.id !== before)

  await held.hears('again-answer', { language: 'ru', withinMs: 40_000 })
  await held.press('1')
  await held.hears('station-1101', { language: 'ru', whole: true, withinMs: 40_000 })
  await held.hangup()
  await held.ended
  expect(heardFrom(held, 'found.1').filter((name) => name.startsWith('ru/station-'))).toHaveLength(2)

  const next = await rig.dial()
  await typePin(next, 'ru', pins.listedElsewhere)
  await next.hears('station-7087', { language: 'ru', withinMs: 40_000 })
  await next.hangup()
  await next.ended
  expect(rig.speech.hasStationClips({ number: '1109', address: addresses('1101') })).toBe(true)
})

/** Dials, types the first PIN and waits for a clip of the answer. */
async function hearsNow(clip: string): Promise<void> {
  const caller = await rig.dial()
  await typePin(caller, 'ru', pins.listed)
  await caller.hears(clip, { language: 'ru', withinMs: 60_000 })
  await caller.hangup()
  await caller.ended
}

test('an edit and a closing are spoken from the next call on, an older register after a rollback', async () => {
  const folder = rig.config.paths.register
  const prepared = { config: rig.config, speech: rig.speech, progress: silent }
  const active = activeSnapshot(folder)
  if (!active) throw new Error('The test before this one leaves a register.')
  const edit = (change: Pick<Parameters<typeof editStation>[1], 'address' | 'closed'>) =>
    editStation(
      folder,
      { station: '1101', by: 'Айсулуу Асанова', reason: 'a test', ...change },
      {
        snapshot: active.id,
        stations: withSnapshot(active.file, readStations),
        ensureClips: (changed) => clipsOf(prepared)(changed, active.asOf),
        now: new Date(),
      },
    )

  const address = { ky: 'Ош көчөсү, мектептин имараты', ru: 'улица Ошская, здание школы' }
  await edit({ address })
  const edited = await rig.dial({ book: bookOf(rig.speech.list([{ number: '1101', address }])) })
  await typePin(edited, 'ru', pins.listed)
  await edited.hears('station-1101', { language: 'ru', whole: true, withinMs: 40_000 })
  await edited.hangup()
  await edited.ended

  await edit({ closed: {} })
  await hearsNow('station-closed.2')

  await edit({ closed: { instead: '7087' } })
  await hearsNow('station-7087')

  await activateRegister(prepared, await previousId(folder))
  await until(() => rig.line.health().register?.id !== active.id)
  await hearsNow('station-7087')
})
