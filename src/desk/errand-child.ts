// One errand of the console, in a process of its own: see errand.ts.
import { once } from 'node:events'
import { loadConfig } from '../config.ts'
import { activateRegister, editRegister, overrideReport, type Prepared, spokenRegister } from '../prepare.ts'
import { previousId } from '../register/active.ts'
import { withdrawEdit } from '../register/edits.ts'
import { peopleToOverride, peopleWhoOverrode } from '../register/journal.ts'
import { readInfoOf, snapshotPath } from '../register/snapshot-file.ts'
import { ensureTools } from '../setup/tools.ts'
import { openSpeech } from '../speech/speech.ts'
import { takeRecording } from '../speech/take-recording.ts'
import { UserError } from '../user-error.ts'
import type { ErrandKind, Given, Order, Outcome, Result } from './errand.ts'

type Run<Kind extends ErrandKind> = (given: Given<Kind>, ground: Prepared) => Promise<Result<Kind>>

const errands: { readonly [Kind in ErrandKind]: Run<Kind> } = {
  async 'look-at-snapshots'({ ids }, { config }) {
    return ids.map((id) => readInfoOf(snapshotPath(config.paths.register, id)))
  },
  async activate({ id, ...deed }, ground) {
    await activateRegister(ground, id, deed)
  },
  async 'roll-back'(deed, ground) {
    await activateRegister(ground, await previousId(ground.config.paths.register), deed)
  },
  async override({ id, ...deed }, ground) {
    const { config } = ground
    await overrideReport(config, id, deed)
    const people = await peopleWhoOverrode(config.paths.register, id)
    if (people.length >= peopleToOverride) await activateRegister(ground, id, deed)
  },
  async 'edit-station'(edit, ground) {
    await editRegister(ground, edit)
  },
  async 'withdraw-edit'({ station, by, reason }, { config }) {
    await withdrawEdit(config.paths.register, station, by, reason, new Date())
  },
  async 'render-prompts'({ without }, { config, speech }) {
    const changed = without ? speech.changed({ recording: { ...without, clip: undefined } }) : speech
    await changed.renderPrompts()
    const { asOf } = spokenRegister(config)
    // The day's sentences may speak of the election, too.
    if (asOf !== undefined) await changed.renderStations([], asOf)
    const unreadable = (await changed.check([], asOf)).filter(({ kind }) => kind === 'unreadable')
    const [first] = unreadable
    if (first) throw new UserError(first.message)
  },
  async 'check-prompts'(_, { config, speech }) {
    const { asOf } = spokenRegister(config)
    return speech.check([], asOf)
  },
  'take-recording'({ name, language, file, by }, { config, speech, tools }) {
    return takeRecording({ speech, sox: tools.sox, folder: config.paths.studio }, { name, language, file, by })
  },
}

async function run<Kind extends ErrandKind>({ kind, given, election }: Order<Kind>): Promise<Outcome> {
  const progress = { update: () => undefined, done: () => undefined, warn: () => undefined }
  const config = { ...loadConfig(() => new Date()), election }
  const tools = await ensureTools(config, progress)
  try {
    const result = await errands[kind](given, { config, tools, speech: openSpeech(config, tools), progress })
    return { result }
  } catch (error) {
    if (error instanceof UserError) return { refused: error.message }
    throw error
  }
}

process.once('disconnect', () => process.exit())
const [order] = (await once(process, 'message')) as [Order]
const outcome = await run(order)
process.send?.(outcome, () => process.exit())
