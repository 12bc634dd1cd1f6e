import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  hearPrompt,
  largestRecording,
  listPrompts,
  type PromptClip,
  type RecordingCheck,
  revertPrompt,
  uploadPrompt,
} from '../api/prompts.ts'
import type { Audit } from '../domain/audit.ts'
import type { Language } from '../domain/language.ts'
import { answer, type Mounted } from './mount-routes.ts'
import { HttpProblem } from './problem.ts'
import { receiveUpload } from './receive-upload.ts'

export interface ClipName {
  readonly name: string
  readonly language: Language
}

/** The prompts as the console needs them. */
export interface PromptShelf {
  list(): Promise<readonly PromptClip[]>
  one(clip: ClipName): Promise<PromptClip | undefined>
  /** How callers hear it, a WAV file; nothing while it has no audio, or there is no such prompt. */
  audio(clip: ClipName): Promise<Buffer | undefined>
  /** Where uploads are written until they are judged. */
  incoming(): Promise<string>
  /** @returns what a recording sounds like; it is heard from the next call on unless it has faults */
  take(clip: ClipName, file: string, by: string): Promise<RecordingCheck>
  /** Takes an uploaded recording away. */
  revert(clip: ClipName): Promise<void>
}

/** Some programs call a WAV so. */
const wavTypes = ['audio/wav', 'audio/x-wav', 'audio/wave', 'audio/vnd.wave']

/** The prompts: their texts, how they sound, and studio recordings in their place. */
export function promptsApi(shelf: PromptShelf, audit: Audit): Mounted[] {
  async function clipOf({ name, language }: ClipName): Promise<PromptClip> {
    const clip = await shelf.one({ name, language })
    if (!clip) throw new HttpProblem(404, 'no-such-prompt', 'There is no such prompt.')
    return clip
  }

  return [
    answer(listPrompts, async () => [...(await shelf.list())]),
    answer(hearPrompt, async ({ params, reply }) => {
      const audio = await shelf.audio(params)
      if (!audio) throw new HttpProblem(404, 'no-audio', 'There is no such prompt, or it has no audio yet.')
      reply.set('cache-control', 'private, no-cache').type('audio/wav').send(audio)
      return undefined
    }),
    answer(uploadPrompt, async ({ params, asker, from, request }) => {
      const clip = await clipOf(params)
      if (!clip.replaceable) {
        throw new HttpProblem(409, 'not-replaceable', 'Values are said in this prompt, so it stays synthetic.')
      }
      const file = join(await shelf.incoming(), `${randomUUID()}.wav`)
      try {
        await receiveUpload(request, { types: wavTypes, maxBytes: largestRecording }, file)
        await audit({ by: asker.name, action: 'prompt.upload', subject: subjectOf(clip), from })
        const check = await shelf.take(params, file, asker.name)
        if (check.faults.length > 0) throw unusable(check)
        return { clip: await clipOf(params), check }
      } finally {
        await rm(file, { force: true })
      }
    }),
    answer(revertPrompt, async ({ params, asker, from }) => {
      const clip = await clipOf(params)
      if (clip.uploadedAt === null) {
        throw new HttpProblem(409, 'not-uploaded', 'No recording was uploaded for this prompt.')
      }
      await audit({ by: asker.name, action: 'prompt.revert', subject: subjectOf(clip), from })
      await shelf.revert(params)
      return clipOf(params)
    }),
  ]
}

function subjectOf({ name, language }: ClipName): string {
  return `prompt:${language}/${name}`
}

/** Its faults are fields of the problem, each with what was measured. */
function unusable({ faults, ...check }: RecordingCheck): HttpProblem {
  const seconds = `${(check.durationMs / 1000).toFixed(1)} s`
  const measured: Record<RecordingCheck['faults'][number], string> = {
    'not-wav': 'a WAV file of PCM or floating point samples is needed',
    'rate-too-low': `${check.sampleRate} Hz`,
    'too-short': seconds,
    'too-long': seconds,
    silent: seconds,
    'too-quiet': `${check.loudness} dBFS`,
    clipped: `${check.clipped} samples`,
  }
  const fields = Object.fromEntries(faults.map((fault) => [fault, measured[fault]]))
  return new HttpProblem(422, 'unusable-recording', 'This recording can not be used.', fields)
}
