import type { Command } from '../command.ts'
import { runCommand } from '../run-command.ts'

/** Makes Ogg Opus of a WAV. */
export type EncodeOpus = (wav: Uint8Array) => Promise<Uint8Array>

/** Clear for speech off a telephone line; an eighth of a WAV. */
const settings = ['--quiet', '--speech', '--bitrate', '16', '--comp', '5']

/** A message of two minutes takes a second and a half. */
const longestMs = 10_000

/** More at a time would take the calls' processor. */
const atOnce = 3

/**
 * @returns an encoder that fails at once where many are at work already: somebody waits on the telephone
 */
export function opusEncoder(opusenc: Command): EncodeOpus {
  let running = 0
  return async (wav) => {
    if (running >= atOnce) throw new Error(`${running} recordings are being compressed already`)
    running += 1
    try {
      return await runCommand(opusenc, [...settings, '-', '-'], wav, longestMs)
    } finally {
      running -= 1
    }
  }
}
