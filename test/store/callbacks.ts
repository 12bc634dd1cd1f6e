import { join } from 'node:path'
import type { Kysely } from 'kysely'
import pino from 'pino'
import { type CallbackOptions, listCallbacks, makeCallbackRequests } from '../../src/store/callback-requests.ts'
import { loadRecordingKeys, type RecordingKeys } from '../../src/store/recording-keys.ts'
import { makeRecordings, openRecording, type Recordings } from '../../src/store/recordings.ts'
import type { Hotline } from '../../src/store/tables.ts'

export const silent = pino({ level: 'silent' })

export const keysIn = (folder: string): Promise<RecordingKeys> => loadRecordingKeys(join(folder, 'recordings.key'))

/** Keeps recordings as the line does, but without compressing them. */
export async function recordingsOf(hotline: Kysely<Hotline>, folder: string): Promise<Recordings> {
  return makeRecordings({ hotline, keys: await keysIn(folder), encode: async (wav) => wav, log: silent })
}

/** Requests are due a day later. */
export async function callbacksOf(
  hotline: Kysely<Hotline>,
  folder: string,
  more: Partial<CallbackOptions> = {},
): Promise<ReturnType<typeof makeCallbackRequests>> {
  return makeCallbackRequests({
    hotline,
    recordings: await recordingsOf(hotline, folder),
    dueAt: async (createdAt) => new Date(createdAt.getTime() + 86_400_000),
    now: () => new Date(),
    log: silent,
    ...more,
  })
}

/** The newest requests, each with what was said, as text. */
export async function requestsWithAudio(hotline: Kysely<Hotline>, folder: string) {
  const keys = await keysIn(folder)
  const listed = await listCallbacks(hotline, 5000)
  return Promise.all(
    listed.map(async (request) => {
      const audio = await openRecording(hotline, keys, request.id)
      return { ...request, audio: audio && Buffer.from(audio.bytes).toString() }
    }),
  )
}
