import { mkdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { PromptClip } from '../api/prompts.ts'
import { decodeAlaw } from '../audio/g711.ts'
import { wavBytes } from '../audio/wav.ts'
import type { ClipName, PromptShelf } from '../http/prompts-api.ts'
import type { NextCall } from '../next-call.ts'
import type { Finding } from '../speech/check.ts'
import type { ListedClip, Speech } from '../speech/speech.ts'
import { noteFile, type StudioClip } from '../speech/studio.ts'
import type { RunErrand } from './errand.ts'

/** What the shelf works with. */
export interface ShelfGround {
  /** Where uploaded recordings lie. */
  readonly folder: string
  readonly next: NextCall
  readonly run: RunErrand
}

/** Clips have 8000 bytes a second in every codec. */
const bytesPerMs = 8

/** Gathers what the console shows of the prompts, and changes what the next call hears. */
export function openPromptShelf({ folder, next, run }: ShelfGround): PromptShelf {
  let checked: { readonly speech: Speech; readonly findings: Promise<readonly Finding[]> } | undefined
  let incoming: Promise<string> | undefined
  // Two changes of one voice must not both begin from the same one.
  let turn: Promise<unknown> = Promise.resolve()

  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = turn.then(work)
    turn = result.catch(() => undefined)
    return result
  }

  /** Listening to every clip takes a while: once for each voice. */
  function findingsOf({ speech, election }: ReturnType<NextCall['now']>): Promise<readonly Finding[]> {
    if (checked?.speech !== speech) {
      const findings = run('check-prompts', {}, election)
      checked = { speech, findings }
      findings.catch(() => {
        if (checked?.findings === findings) checked = undefined
      })
    }
    return checked.findings
  }

  /** What was heard of all other clips stays true. */
  function change({ name, language }: ClipName, clip: StudioClip | undefined): void {
    const before = checked?.speech === next.now().speech ? checked.findings : undefined
    next.change({ recording: { name, language, clip } })
    const isOther = (finding: Finding) => finding.name !== name || finding.language !== language
    checked = before && { speech: next.now().speech, findings: before.then((findings) => findings.filter(isOther)) }
    checked?.findings.catch(() => {
      checked = undefined
    })
  }

  async function described(clips: readonly ListedClip[]): Promise<readonly PromptClip[]> {
    const findings = await findingsOf(next.now())
    return Promise.all(
      clips.flatMap(({ name, language, ...clip }) => (language ? describe({ ...clip, name, language }, findings) : [])),
    )
  }

  return {
    list: () => described(next.now().speech.list([])),
    async one(clip) {
      const [found] = await described(clipsNamed(next.now().speech, clip))
      return found
    },
    async audio(clip) {
      const [found] = clipsNamed(next.now().speech, clip)
      const alaw = found && (await readFile(found.files.alaw).catch(() => undefined))
      return alaw && wavBytes({ sampleRate: 8000, samples: decodeAlaw(alaw) })
    },
    incoming() {
      incoming ??= emptyFolder(join(folder, 'incoming'))
      return incoming
    },
    take: ({ name, language }, file, by) =>
      inTurn(async () => {
        const { check, clip } = await run('take-recording', { name, language, file, by }, next.now().election)
        if (clip) change({ name, language }, clip)
        return check
      }),
    revert: ({ name, language }) =>
      inTurn(async () => {
        await run('render-prompts', { without: { name, language } }, next.now().election)
        change({ name, language }, undefined)
        const place = join(folder, language, `${name}.wav`)
        await rm(place, { force: true })
        await rm(noteFile(place), { force: true })
      }),
  }
}

/** What uploads that were cut off have left goes. */
async function emptyFolder(place: string): Promise<string> {
  await rm(place, { recursive: true, force: true })
  await mkdir(place, { recursive: true, mode: 0o700 })
  return place
}

function clipsNamed(speech: Speech, { name, language }: ClipName): readonly ListedClip[] {
  return speech.list([]).filter((clip) => clip.name === name && clip.language === language)
}

async function describe(
  { name, language, text, source, replaceable, uploaded, files }: ListedClip & ClipName,
  findings: readonly Finding[],
): Promise<PromptClip> {
  const size = (await stat(files.alaw).catch(() => undefined))?.size
  const own = findings.filter((finding) => finding.name === name && finding.language === language)
  return {
    ...{ name, language, text, source, replaceable },
    durationMs: size === undefined ? null : Math.round(size / bytesPerMs),
    uploadedAt: uploaded?.at ?? null,
    uploadedBy: uploaded?.by ?? null,
    findings: [...new Set(own.flatMap(({ kind }) => (kind === 'unused' ? [] : kind)))],
  }
}
