import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import type { NewCallbackRequest } from '../../src/domain/callback-request.ts'
import { type PhoneNumber, parseCallerNumber } from '../../src/domain/phone-number.ts'
import { type HotlineUser, openHotline } from '../../src/store/database.ts'
import type { Hotline } from '../../src/store/tables.ts'

const folders: string[] = []
const databases: Kysely<Hotline>[] = []

/** A folder of this test's own, removed by `cleanUp`. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dobush-store-'))
  folders.push(folder)
  return folder
}

/** Opens the hotline database of a folder; closed by `cleanUp`. */
export const openIn = (folder: string): Promise<Kysely<Hotline>> => openDatabase(join(folder, 'hotline.db'))

/** Opens a hotline database; closed by `cleanUp`. */
export async function openDatabase(database: string, user?: HotlineUser): Promise<Kysely<Hotline>> {
  const hotline = await openHotline(database, user)
  databases.push(hotline)
  return hotline
}

export async function cleanUp(): Promise<void> {
  for (const database of databases.splice(0)) await database.destroy()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}

export function numberOf(text: string): PhoneNumber {
  const number = parseCallerNumber(text, '312')
  if (!number) throw new Error(`${text} is no number.`)
  return number
}

let spooled = 0

/** A request whose audio lies in the switch's spool, as the line hands it over. */
export function requestIn(folder: string, more: Partial<NewCallbackRequest> = {}): NewCallbackRequest {
  spooled += 1
  const file = join(folder, `spool-${process.pid}-${spooled}.wav`)
  writeFileSync(file, `audio ${spooled}`)
  return {
    callId: `call-${spooled}`,
    language: 'ky',
    reason: 'wrong-station',
    recording: { file, durationMs: 4200.4, talkingMs: 3100, ended: 'key' },
    consentedAt: new Date('2026-11-22T05:00:01Z'),
    number: numberOf('0555123456'),
    ...more,
  }
}
