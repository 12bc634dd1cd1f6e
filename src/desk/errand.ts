import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { RecordingCheck } from '../api/prompts.ts'
import { type Config, projectFolder } from '../config.ts'
import type { ElectionCalendar } from '../domain/calendar.ts'
import type { Language } from '../domain/language.ts'
import type { NewEdit } from '../register/edits.ts'
import type { SnapshotInfo } from '../register/snapshot-file.ts'
import { putLast } from '../scheduling.ts'
import type { Finding } from '../speech/check.ts'
import type { StudioClip } from '../speech/studio.ts'
import { UserError } from '../user-error.ts'

interface Deed {
  readonly by: string
  readonly reason: string
}

/** Work that somebody at the console asks for and that would hold up calls: what is needed for it, and what comes of it. */
interface Errands {
  readonly 'look-at-snapshots': { given: { readonly ids: readonly string[] }; result: readonly SnapshotInfo[] }
  readonly activate: { given: Deed & { readonly id: string }; result: undefined }
  readonly 'roll-back': { given: Deed; result: undefined }
  /** Says that the reds may be passed over; once two people did, the snapshot is activated. */
  readonly override: { given: Deed & { readonly id: string }; result: undefined }
  readonly 'edit-station': { given: NewEdit; result: undefined }
  readonly 'withdraw-edit': { given: Deed & { readonly station: string }; result: undefined }
  /** Renders all that is said of an election; `without`: as the voice says it once that recording is gone. */
  readonly 'render-prompts': {
    given: { readonly without?: { readonly name: string; readonly language: Language } }
    result: undefined
  }
  readonly 'check-prompts': { given: object; result: readonly Finding[] }
  /** Judges a recording and, when it can be used, renders it and puts it where it belongs. */
  readonly 'take-recording': {
    given: { readonly name: string; readonly language: Language; readonly file: string; readonly by: string }
    result: { readonly check: RecordingCheck; readonly clip?: StudioClip }
  }
}

export type ErrandKind = keyof Errands
export type Given<Kind extends ErrandKind> = Errands[Kind]['given']
export type Result<Kind extends ErrandKind> = Errands[Kind]['result']

/** What the child is told. */
export interface Order<Kind extends ErrandKind = ErrandKind> {
  readonly kind: Kind
  readonly given: Given<Kind>
  /** What prompts speak of. */
  readonly election: ElectionCalendar
}

/** What it says at its end. */
export type Outcome = { readonly result: unknown } | { readonly refused: string }

/** @throws UserError what the errand is refused with, Error when it fails otherwise or the line closes */
export type RunErrand = <Kind extends ErrandKind>(
  kind: Kind,
  given: Given<Kind>,
  election: ElectionCalendar,
) => Promise<Result<Kind>>

/** Compiled: a process can't be started from TypeScript, which tests run from. */
const script = join(projectFolder, 'dist', 'desk', 'errand-child.js')

/** Clips of all stations take minutes; nothing takes this long. */
const longestMs = 3_600_000

/**
 * Runs errands each in a process of its own, which yields to everything else: calls never wait for them.
 * @param closing ends those that run
 */
export function errandRunner({ paths: { home } }: Config, closing: AbortSignal): RunErrand {
  return async (kind, given, election) => {
    const child = fork(script, {
      env: { ...process.env, DOBUSH_HOME: home },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // Dates stay dates.
      serialization: 'advanced',
      detached: true,
      timeout: longestMs,
      signal: closing,
    })
    if (child.pid !== undefined) putLast(child.pid)
    let complaint = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-2000)
    })
    let outcome: Outcome | undefined
    child.once('message', (message) => {
      outcome = message as Outcome
    })
    child.send({ kind, given, election } satisfies Order)
    const [code, signal] = await once(child, 'close')
    if (!outcome) throw new Error(complaint.trim().split('\n').at(-1) || `${kind} ended with ${signal ?? code}`)
    // Where the files lie is nothing for a page.
    if ('refused' in outcome) throw new UserError(outcome.refused.replaceAll(`${home}/`, ''))
    return outcome.result as Result<typeof kind>
  }
}
