import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import type { EncodeOpus } from '../audio/opus.ts'
import type { Log } from '../log.ts'
import { UserError } from '../user-error.ts'
import type { RecordingTable } from './callback-tables.ts'
import type { RecordingKeys } from './recording-keys.ts'
import { seal, unseal } from './sealed.ts'
import type { Hotline } from './tables.ts'

export interface Audio {
  /** WAV only where it could not be compressed. */
  readonly type: RecordingTable['type']
  readonly bytes: Uint8Array
}

/** Where a recording is put before it is written, with its request. */
export interface SealRecordings {
  /**
   * Reads a WAV, compresses and encrypts it. What can't be compressed is kept as it is.
   * @throws the file system's error when it can't be read
   */
  seal(file: string, requestId: string): Promise<RecordingTable>
}

/** Puts what callers said into the database, compressed and encrypted. */
export interface Recordings extends SealRecordings {
  /**
   * Compresses what could not be, and takes over the files of versions that kept them in a folder. What fails stays as
   * it is, and is told to the log; so is every key that is missing.
   */
  catchUp(folder: string, closing: AbortSignal): Promise<void>
}

export interface RecordingOptions {
  readonly hotline: Kysely<Hotline>
  readonly keys: RecordingKeys
  readonly encode: EncodeOpus
  readonly log: Log
}

export function makeRecordings({ hotline, keys, encode, log }: RecordingOptions): Recordings {
  async function compress(wav: Uint8Array, requestId: string): Promise<Audio> {
    try {
      return { type: 'audio/ogg', bytes: await encode(wav) }
    } catch (error) {
      log.warn({ err: error, callback: requestId }, 'a recording could not be compressed, and is kept as it is')
      return { type: 'audio/wav', bytes: wav }
    }
  }

  function sealAudio({ type, bytes }: Audio, requestId: string): RecordingTable {
    const { id, key } = keys.current
    return { request_id: requestId, key_id: id, type, sealed: seal(key, bytes, aboutOf(requestId, type)) }
  }

  const sealFile = async (file: string, requestId: string): Promise<RecordingTable> =>
    sealAudio(await compress(await readFile(file), requestId), requestId)

  async function takeFilesOver(folder: string, closing: AbortSignal): Promise<void> {
    const left = await hotline
      .selectFrom('callback_request')
      .select(['id', 'wav_file'])
      .where('wav_file', 'is not', null)
      .execute()
    for (const { id, wav_file } of left) {
      if (closing.aborted) return
      const file = join(folder, wav_file ?? '')
      try {
        const row = await sealFile(file, id)
        await hotline.transaction().execute(async (transaction) => {
          await transaction.insertInto('recording').values(row).execute()
          await transaction.updateTable('callback_request').set({ wav_file: null }).where('id', '=', id).execute()
        })
        await rm(file)
      } catch (error) {
        log.error({ err: error, callback: id }, 'the file of a recording could not be taken over into the database')
      }
    }
  }

  async function compressLeft(closing: AbortSignal): Promise<void> {
    const left = await hotline.selectFrom('recording').select('request_id').where('type', '=', 'audio/wav').execute()
    for (const { request_id: id } of left) {
      if (closing.aborted) return
      try {
        const audio = await openRecording(hotline, keys, id)
        if (audio?.type !== 'audio/wav') continue
        const { type, key_id, sealed } = sealAudio({ type: 'audio/ogg', bytes: await encode(audio.bytes) }, id)
        await hotline.updateTable('recording').set({ type, key_id, sealed }).where('request_id', '=', id).execute()
      } catch (error) {
        log.warn({ err: error, callback: id }, 'a recording could still not be compressed')
      }
    }
  }

  async function tellMissingKeys(): Promise<void> {
    const used = await hotline.selectFrom('recording').select('key_id').distinct().execute()
    for (const { key_id } of used) {
      if (!keys.byId(key_id)) log.error({ key: key_id, file: keys.file }, 'a key that recordings need is not there')
    }
  }

  return {
    seal: sealFile,
    async catchUp(folder, closing) {
      await tellMissingKeys()
      await takeFilesOver(folder, closing)
      await compressLeft(closing)
    },
  }
}

/**
 * What a caller said, if it was kept until now.
 * @throws UserError when its key is not there any more
 */
export async function openRecording(
  hotline: Kysely<Hotline>,
  keys: RecordingKeys,
  requestId: string,
): Promise<Audio | undefined> {
  const stored = hotline.selectFrom('recording').selectAll().where('request_id', '=', requestId)
  const row = await stored.executeTakeFirst()
  if (!row) return undefined
  const key = keys.byId(row.key_id)
  if (!key) {
    throw new UserError(
      `The recording of request ${requestId} is encrypted with key ${row.key_id}, which is not in ${keys.file}: put that key back as a line of its own before the last.`,
    )
  }
  return { type: row.type, bytes: unseal(key, row.sealed, aboutOf(requestId, row.type)) }
}

/** A recording opens only in its own row, and as what it is. */
function aboutOf(requestId: string, type: RecordingTable['type']): string {
  return `${type} of callback request ${requestId}`
}
