import { z } from 'zod'
import { language, moment } from './common.ts'
import { route } from './route.ts'

const area = 'prompts'
const readers = ['supervisor', 'auditor', 'administrator'] as const

/** One clip: prompts of several sentences and with values in them have several, `found.1`. */
const clip = z.strictObject({ name: z.string().regex(/^[a-z0-9.-]{1,80}$/), language })

export const promptClip = z
  .strictObject({
    name: z.string(),
    language,
    text: z.string(),
    /** A studio recording, or the synthesiser. */
    source: z.enum(['studio', 'synthetic']),
    /** Whether a recording may take its place; prompts with values in them stay synthetic. */
    replaceable: z.boolean(),
    durationMs: z.int().nullable(),
    uploadedAt: moment.nullable(),
    uploadedBy: z.string().nullable(),
    /** What `prompts check` says of it. */
    findings: z.array(z.string()),
  })
  .meta({ id: 'PromptClip' })

/** What an uploaded recording sounds like. Levels in dBFS. */
export const recordingCheck = z
  .strictObject({
    durationMs: z.int(),
    peak: z.number(),
    loudness: z.number(),
    clipped: z.int(),
    silenceBeforeMs: z.int(),
    silenceAfterMs: z.int(),
    /** Why it can't be used; empty when it can. */
    faults: z.array(z.string()),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'RecordingCheck' })

export const listPrompts = route({
  name: 'listPrompts',
  area,
  method: 'get',
  path: '/api/prompts',
  summary: 'Every prompt in both languages.',
  who: readers,
  response: z.array(promptClip),
})

export const hearPrompt = route({
  name: 'hearPrompt',
  area,
  method: 'get',
  path: '/api/prompts/{language}/{name}/audio',
  summary: 'How callers hear it, WAV.',
  who: readers,
  params: clip,
  response: 'audio/wav',
})

export const uploadPrompt = route({
  name: 'uploadPrompt',
  area,
  method: 'put',
  path: '/api/prompts/{language}/{name}/audio',
  summary:
    'A studio recording; checked, its loudness normalised, heard from the next call on. 422 with the check when refused.',
  who: ['administrator'],
  params: clip,
  upload: { type: 'audio/wav', maxBytes: 20_000_000 },
  response: z.strictObject({ clip: promptClip, check: recordingCheck }).meta({ id: 'UploadedPrompt' }),
})

export const revertPrompt = route({
  name: 'revertPrompt',
  area,
  method: 'delete',
  path: '/api/prompts/{language}/{name}/audio',
  summary: 'Takes the recording away: the voice speaks it again, from the next call on.',
  who: ['administrator'],
  params: clip,
  response: promptClip,
})
