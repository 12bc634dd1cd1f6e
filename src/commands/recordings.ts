import { writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import type { Command } from 'commander'
import { loadConfig } from '../config.ts'
import { print } from '../print.ts'
import { makeAuditLog } from '../store/audit-log.ts'
import { openHotline } from '../store/database.ts'
import { loadRecordingKeys } from '../store/recording-keys.ts'
import { openRecording } from '../store/recordings.ts'
import { UserError } from '../user-error.ts'

/** Gives `dobush recordings` what it can do. */
export function addRecordingsCommands(recordings: Command): void {
  recordings
    .command('export <id> <file>')
    .description('write what a caller said, decrypted, into a new file; noted in the audit log')
    .action(async (id: string, file: string) => {
      const clock = () => new Date()
      const { database, paths } = loadConfig(clock)
      const keys = await loadRecordingKeys(paths.recordingKeys)
      const hotline = await openHotline(database)
      try {
        const audio = await openRecording(hotline, keys, id)
        if (!audio) {
          throw new UserError(`There is no recording of a request ${id}: npx dobush callbacks lists the requests.`)
        }
        const deed = { by: `user ${userInfo().username}`, action: 'callback.exported', subject: `callback:${id}` }
        await makeAuditLog(hotline, clock).append(deed)
        await writeFile(file, audio.bytes, { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
          throw new UserError(`${file} can't be written (${error.code}): name a file that is not there yet.`)
        })
        print(`${file}, ${audio.type === 'audio/ogg' ? 'Ogg Opus' : 'WAV'}: whoever has it can listen.`)
      } finally {
        await hotline.destroy()
      }
    })
}
