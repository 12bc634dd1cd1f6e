import { z } from 'zod'
import { language, moment } from './common.ts'
import { route } from './route.ts'

const area = 'prompts'
const readers = ['supervisor', 'auditor', 'administrator'] as const

/** One clip: prompts of several sentences and with values in them have several, `found.1`. */
const clip = z.strictObject({ name: z.string().regex(/^[a-z0-9.-]{1,80}$/), language })

/** `stale`: recorded or rendered with another text. `unreadable`: the voice can't read its text. */
export const promptFinding = z.enum(['missing', 'stale', 'clipped', 'too-quiet', 'unreadable'])

export const promptClip = z
  .strictObject({
    name: z.string(),
    language,
    text: z.string(),
    /** A studio recording, or the synthesiser. */
    source: z.enum(['studio', 'synthetic']),
    /** Whether a recording may take its place; sentences with values in them stay synthetic. */
    replaceable: z.boolean(),
    durationMs: z.int().nullable(),
    uploadedAt: moment.nullable(),
    uploadedBy: z.string().nullable(),
    /** What `prompts check` says of it. */
    findings: z.array(promptFinding),
  })
  .meta({ id: 'PromptClip' })

export type PromptClip = z.infer<typeof promptClip>

/** Why a recording can't be used. `not-wav`: not a sound file of a kind a studio delivers. */
export const recordingFault = z.enum([
  'not-wav',
  'rate-too-low',
  'too-short',
  'too-long',
  'silent',
  'too-quiet',
  'clipped',
])

/** What a recording may have and still be used. `length-differs`: much longer or shorter than the voice takes. */
export const recordingWarning = z.enum(['quiet', 'long-silence', 'length-differs', 'narrow'])

/** What an uploaded recording sounds like. Levels in dBFS, -100 where there is nothing. */
export const recordingCheck = z
  .strictObject({
    durationMs: z.int(),
    sampleRate: z.int(),
    peak: z.number(),
    /** Of what is spoken, without the pauses. */
    loudness: z.number(),
    /** Samples whose peaks were cut off. */
    clipped: z.int(),
    silenceBeforeMs: z.int(),
    silenceAfterMs: z.int(),
    /** Empty when it can be used. */
    faults: z.array(recordingFault),
    warnings: z.array(recordingWarning),
  })
  .meta({ id: 'RecordingCheck' })

export type RecordingCheck = z.infer<typeof recordingCheck>

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

/** Bytes of an upload: a minute and a half of 48 kHz, 24 bits, stereo, and some. */
export const largestRecording = 30_000_000

export const uploadPrompt = route({
  name: 'uploadPrompt',
  area,
  method: 'put',
  path: '/api/prompts/{language}/{name}/audio',
  summary:
    'A studio recording; checked, its loudness normalised, heard from the next call on. 422 when it can not be used, its faults as `fields`.',
  who: ['administrator'],
  params: clip,
  upload: { type: 'audio/wav', maxBytes: largestRecording },
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
