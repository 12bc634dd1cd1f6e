import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElectionCalendar } from '../../src/domain/calendar.ts'
import type { CallRecord } from '../../src/domain/call-log.ts'
import type { TextsToCallers } from '../../src/domain/sms.ts'
import type { Line } from '../../src/ivr/main-menu.ts'
import { makeLog } from '../../src/log.ts'
import { activate } from '../../src/register/active.ts'
import { openVoterDirectory } from '../../src/register/directory.ts'
import { editStation } from '../../src/register/edits.ts'
import { importSnapshot } from '../../src/register/import.ts'
import type { CallbackArchive } from '../../src/store/callback-requests.ts'
import { openHotline } from '../../src/store/database.ts'
import { loadHotlineKey } from '../../src/store/hotline-key.ts'
import { makePinLimit } from '../../src/store/pin-use.ts'
import { tolerant } from '../register/scratch.ts'
import { callbacksOf, requestsWithAudio } from '../store/callbacks.ts'

/** PINs of synthetic voters, by what the line says of them. */
export const pins = {
  listed: '20504198000123',
  noBiometry: '21212197500042',
  notListed: '20101199099999',
  under18: '10203201200017',
  typedWrongly: '90000000000000',
}

export const election: ElectionCalendar = {
  name: { ky: 'Жергиликтүү кеңештердин депутаттарын шайлоо', ru: 'Голосование на выборах депутатов местных кенешей' },
  votingDay: '2024-11-17',
  voting: { from: '08:00', to: '20:00' },
  corrections: { from: '2024-09-28', until: '2024-11-01' },
  timeZone: 'Asia/Bishkek',
  operators: { from: '09:00', to: '18:00' },
}

export interface TestLine {
  readonly line: Line & { callbacks: CallbackArchive }
  readonly records: CallRecord[]
  readonly folder: string
  /** The requests that were kept, the newest first. */
  requests(): ReturnType<typeof requestsWithAudio>
  /** How often a number asked for a PIN too many. */
  readonly excesses: number
  /** Closes the station of all voters, with none in its place. */
  closeStation(): Promise<void>
  /** A file as a recording would leave it. */
  recording(name: string): Promise<string>
  close(): Promise<void>
}

/**
 * The real register and the real store in a folder of their own, at noon of a day of the 2024 campaign.
 * @param asOf ISO time the voter list describes; that noon
 */
export async function openTestLine({
  day = '2024-10-10',
  register = true,
  asOf,
  texts,
  pinsPerDay = 20,
}: {
  day?: string
  register?: boolean
  asOf?: string
  texts?: TextsToCallers
  pinsPerDay?: number
} = {}): Promise<TestLine> {
  const folder = await mkdtemp(join(tmpdir(), 'dobush-line-'))
  const clock = () => new Date(`${day}T12:00:00+06:00`)
  if (register) {
    const votersCsv = join(folder, 'voters.csv')
    const stationsCsv = join(folder, 'stations.csv')
    await writeFile(votersCsv, `pin,station,status\n${pins.listed},1101,listed\n${pins.noBiometry},1101,no-biometry\n`)
    await writeFile(stationsCsv, 'number,region,address_ky,address_ru\n1101,1,Бишкек шаары,город Бишкек\n')
    const source = {
      votersCsv,
      stationsCsv,
      folder,
      now: clock(),
      asOf: asOf ? new Date(asOf) : clock(),
      limits: tolerant,
    }
    const { id } = await importSnapshot(source, () => undefined)
    await activate(folder, id, async () => undefined, { keep: 1, now: clock() })
  }
  const voters = openVoterDirectory(folder)
  const hotline = await openHotline(join(folder, 'hotline.db'))
  const lookUps = await openHotline(join(folder, 'hotline.db'), 'caller')
  const callbacks = await callbacksOf(hotline, folder, { now: clock })
  const key = await loadHotlineKey(join(folder, 'hotline.key'))
  const log = makeLog('error', join(folder, 'log'))
  let excesses = 0
  const { timeZone } = election
  const pinLimit = makePinLimit({ hotline, lookUps, key, now: clock, timeZone, pinsPerDay, log }, () => {
    excesses += 1
  })
  return {
    line: { voters, pinLimit, texts, callbacks, election, clock, sayAsOfAfterHours: 72 },
    records: [],
    get excesses() {
      return excesses
    },
    folder,
    requests: () => requestsWithAudio(hotline, folder),
    async closeStation() {
      const snapshot = voters.snapshot()?.id ?? ''
      await editStation(
        folder,
        { station: '1101', closed: {}, by: 'Айгүл', reason: 'the roof fell in' },
        { snapshot, stations: voters.stations(), ensureClips: async () => undefined, now: clock() },
      )
      voters.reload()
    },
    async recording(name) {
      const file = join(folder, name)
      await writeFile(file, 'RIFF')
      return file
    },
    async close() {
      voters.close()
      await pinLimit.written()
      await lookUps.destroy()
      await hotline.destroy()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
