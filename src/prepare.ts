import { mkdir, rename, rm, symlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { type Config, loadConfig } from './config.ts'
import { type Day, dayAt } from './domain/calendar.ts'
import { type Language, languages } from './domain/language.ts'
import type { Station } from './domain/station.ts'
import { activate, activeSnapshot, type EnsureClips } from './register/active.ts'
import { bringIn, type Origin } from './register/bring-in.ts'
import { openVoterDirectory } from './register/directory.ts'
import type { StageOptions } from './register/edition/source.ts'
import { editStation, type NewEdit } from './register/edits.ts'
import { appendJournal } from './register/journal.ts'
import { readReport } from './register/report.ts'
import { writeSample } from './register/sample.ts'
import { readStations, type SnapshotInfo, withSnapshot } from './register/snapshot-file.ts'
import { type Progress, streamProgress } from './setup/progress.ts'
import { renderSwitch, type SwitchFiles } from './setup/render-dialplan.ts'
import { ensureTools, type Tools } from './setup/tools.ts'
import { clipCodecs } from './speech/clip-files.ts'
import { openSpeech, type Speech } from './speech/speech.ts'
import { openHotline } from './store/database.ts'
import { electionOf, makeSettingsStore } from './store/settings.ts'
import { UserError } from './user-error.ts'

/** Configuration, programs and voices, ready to use. */
export interface Prepared {
  readonly config: Config
  readonly tools: Tools
  readonly speech: Speech
  readonly progress: Progress
}

/** Brings what the line needs to this machine, as far as it isn't there. */
export async function prepare(): Promise<Prepared> {
  const progress = streamProgress(process.stderr)
  const config = await withSetElection(loadConfig(() => new Date()))
  const tools = await ensureTools(config, progress)
  return { config, tools, speech: openSpeech(config, tools), progress }
}

/** What somebody set in the console goes before the configuration. */
export async function withSetElection(config: Config): Promise<Config> {
  const hotline = await openHotline(config.database)
  try {
    const settings = await makeSettingsStore(hotline, config.election, () => new Date()).get()
    return { ...config, election: electionOf(settings, config.election) }
  } finally {
    await hotline.destroy()
  }
}

export async function renderPrompts({ speech, progress }: Pick<Prepared, 'speech' | 'progress'>): Promise<void> {
  await speech.renderPrompts(shown(progress, 'rendering prompts'))
}

/**
 * Gives the apology that the switch says by itself names that stay the same: a recording of it is heard at once, without
 * configuring the switch anew.
 * @returns its clips without extension
 */
export async function placeApology({ paths }: Config, speech: Speech): Promise<Readonly<Record<Language, string>>> {
  const folder = join(paths.run, 'apology')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const language of languages) {
    const [clip, ...others] = speech.clipsFor({ name: 'apology' }, language)
    if (!clip || others.length > 0) throw new Error('The apology is not one clip in each language')
    for (const codec of clipCodecs) {
      const name = join(folder, `${language}.${codec}`)
      const partial = `${name}.${process.pid}.partial`
      await rm(partial, { force: true })
      await symlink(`${clip}.${codec}`, partial)
      await rename(partial, name)
    }
  }
  return { ky: join(folder, 'ky'), ru: join(folder, 'ru') }
}

/** Configures the switch; its apology must have been rendered. */
export async function configureSwitch({ config, tools, speech }: Omit<Prepared, 'progress'>): Promise<SwitchFiles> {
  return renderSwitch(config, tools, { apology: await placeApology(config, speech) })
}

/** What the register's commands stand on. */
export type RegisterTools = Omit<Prepared, 'tools'>

/** Who does something to the register, and why. */
export interface Deed {
  readonly by?: string
  readonly reason?: string
}

/** Renders what the line must be able to say of a register before it may answer from it. */
export function clipsOf({ config, speech, progress }: RegisterTools): EnsureClips {
  return (stations, asOf) =>
    speech.renderStations(stations, dayAt(config.election.timeZone, asOf), shown(progress, 'rendering stations'))
}

export interface ImportOptions {
  /** Whether a signature is not needed; without it the configuration says. */
  readonly trusted?: boolean
  readonly newKey?: boolean
  readonly again?: boolean
  /** Which election it must be for, or is when nothing says; without it the configuration says. */
  readonly election?: string
}

/**
 * Brings an edition in and makes it the active register, once every address in it can be spoken.
 * @returns nothing when the source has had no other edition since the last one
 */
export async function importRegister(
  prepared: RegisterTools,
  origin: Origin,
  { trusted, newKey, again, election, ...deed }: Deed & ImportOptions = {},
): Promise<SnapshotInfo | undefined> {
  const { config, progress } = prepared
  const staging = stagingOf(config, origin)
  const { checks, keep } = config.register
  const imported = await bringIn(
    origin,
    {
      ...deed,
      ...staging,
      trusted: trusted ?? staging.trusted,
      limits: checks,
      keep,
      ...(election === undefined ? {} : { election }),
      ...(newKey ? { newKey } : {}),
      ...(again ? { again } : {}),
    },
    clipsOf(prepared),
    ({ step, share }) => progress.update('register', `${step}, ${Math.round(share * 100)} %`),
  )
  if (imported) {
    progress.done('register', `snapshot ${imported.id}: ${imported.voters} voters, ${imported.stations} stations`)
  }
  return imported
}

/** How an edition from there is to be verified. */
export function stagingOf({ paths, register }: Config, origin: Origin): StageOptions {
  return {
    folder: paths.register,
    keys: register.keys.map((file) => resolve(paths.home, file)),
    trusted: isTrusted(origin, register.trusted),
    ...(register.election === undefined ? {} : { election: register.election }),
    now: new Date(),
  }
}

/** Files given by hand are trusted when the folder they lie in is. */
function isTrusted(origin: Origin, trusted: readonly string[]): boolean {
  const place = typeof origin === 'string' ? origin : dirname(origin.voters)
  return trusted.some((source) => source === place || (!source.includes('://') && resolve(source) === resolve(place)))
}

export function activateRegister(prepared: RegisterTools, id: string, deed: Deed = {}): Promise<SnapshotInfo> {
  const { paths, register } = prepared.config
  return activate(paths.register, id, clipsOf(prepared), { ...deed, keep: register.keep, now: new Date() })
}

/**
 * Says that a snapshot may be activated although its report has reds.
 * @throws UserError when there is no such report, or no reason
 */
export async function overrideReport({ paths }: Config, id: string, { by, reason }: Required<Deed>): Promise<void> {
  const { id: snapshot } = readReport(paths.register, id)
  await appendJournal(paths.register, { at: new Date().toISOString(), by, reason, what: 'override', snapshot })
}

/** Changes what is said of a station from the next call on; see `editStation`. */
export async function editRegister(prepared: RegisterTools, edit: NewEdit): Promise<void> {
  const folder = prepared.config.paths.register
  const active = activeSnapshot(folder)
  if (!active) throw new UserError('No register was imported yet; npx dobush register import does it.')
  await editStation(folder, edit, {
    snapshot: active.id,
    stations: withSnapshot(active.file, readStations),
    ensureClips: (changed) => clipsOf(prepared)(changed, active.asOf),
    now: new Date(),
  })
}

/** Where no register was ever imported, a synthetic one takes its place. Its CSV, with PINs in it, does not stay. */
export async function ensureRegister(prepared: RegisterTools): Promise<void> {
  const { config, progress } = prepared
  if (activeSnapshot(config.paths.register)) return
  const folder = join(config.paths.home, 'sample')
  try {
    await writeSample(folder)
    await importRegister(prepared, folder, { trusted: true, again: true, election: 'sample' })
    progress.done('register', 'synthetic sample; import yours with npx dobush register import')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What is said of the active register: its stations as they are now, and the day it describes. */
export function spokenRegister({ paths, election }: Config): { stations: readonly Station[]; asOf: Day | undefined } {
  const directory = openVoterDirectory(paths.register)
  const asOf = directory.asOf()
  const stations = directory.stations()
  directory.close()
  return { stations, asOf: asOf && dayAt(election.timeZone, asOf) }
}

function shown(progress: Progress, task: string): (done: number, total: number) => void {
  const startedAt = performance.now()
  return (done, total) => {
    if (done === total) return progress.done(task, `${total} clips`)
    // The first clips carry the voices' start; an estimate from them frightens for nothing.
    const left =
      done * 10 > total ? Math.ceil(((performance.now() - startedAt) / done / 1000) * (total - done)) : undefined
    progress.update(task, `${done} of ${total}${left === undefined ? '' : `, ${left} s left`}`)
  }
}
