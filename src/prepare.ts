import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Config, loadConfig } from './config.ts'
import type { Station } from './domain/station.ts'
import { activate, activeSnapshot } from './register/active.ts'
import { importSnapshot } from './register/import.ts'
import { writeSample } from './register/sample.ts'
import type { SnapshotInfo } from './register/snapshot-file.ts'
import type { RegisterFiles } from './register/source.ts'
import { type Progress, streamProgress } from './setup/progress.ts'
import { renderSwitch, type SwitchFiles } from './setup/render-dialplan.ts'
import { ensureTools, type Tools } from './setup/tools.ts'
import { openSpeech, type Speech } from './speech/speech.ts'

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
  const config = loadConfig(() => new Date())
  const tools = await ensureTools(config, progress)
  return { config, tools, speech: openSpeech(config, tools), progress }
}

export async function renderPrompts({ speech, progress }: Pick<Prepared, 'speech' | 'progress'>): Promise<void> {
  await speech.renderPrompts(shown(progress, 'rendering prompts'))
}

/** Configures the switch; its apology must have been rendered. */
export function configureSwitch({ config, tools, speech }: Omit<Prepared, 'progress'>): Promise<SwitchFiles> {
  const [ky] = speech.clipsFor({ name: 'apology' }, 'ky')
  const [ru] = speech.clipsFor({ name: 'apology' }, 'ru')
  if (!ky || !ru) throw new Error('The apology is not one clip in each language')
  return renderSwitch(config, tools, { apology: { ky, ru } })
}

/** Imports a register and makes it the active one, once every address in it can be spoken. */
export async function importRegister(
  { config, speech, progress }: Omit<Prepared, 'tools'>,
  files: RegisterFiles,
): Promise<SnapshotInfo> {
  const folder = config.paths.register
  const imported = await importSnapshot({ ...files, folder, now: new Date() }, ({ step, share }) =>
    progress.update('register', `${step}, ${Math.round(share * 100)} %`),
  )
  progress.done('register', `snapshot ${imported.id}: ${imported.voters} voters, ${imported.stations} stations`)
  return activateRegister({ config, speech, progress }, imported.id)
}

export function activateRegister(
  { config, speech, progress }: Omit<Prepared, 'tools'>,
  id: string,
): Promise<SnapshotInfo> {
  const ensureClips = (stations: readonly Station[]) =>
    speech.renderStations(stations, shown(progress, 'rendering stations'))
  return activate(config.paths.register, id, ensureClips, { keep: config.register.keep, now: new Date() })
}

/** Where no register was ever imported, a synthetic one takes its place. Its CSV, with PINs in it, does not stay. */
export async function ensureRegister(prepared: Omit<Prepared, 'tools'>): Promise<void> {
  const { config, progress } = prepared
  if (activeSnapshot(config.paths.register)) return
  const folder = join(config.paths.home, 'sample')
  try {
    await importRegister(prepared, await writeSample(folder))
    progress.done('register', 'synthetic sample; import yours with npx dobush register import')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
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
