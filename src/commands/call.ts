import { placeCall } from '../caller/call.ts'
import { type ClipBook, makeClipBook } from '../caller/clip-book.ts'
import { type CodecName, codecNames } from '../caller/codec.ts'
import { parseKeys, runKeys } from '../caller/keys.ts'
import { formatTranscript } from '../caller/print-transcript.ts'
import { prepare, spokenRegister } from '../prepare.ts'
import type { ListedClip } from '../speech/speech.ts'
import { isRunning } from '../start.ts'
import { UserError } from '../user-error.ts'

export interface CallCommandOptions {
  readonly did: string
  readonly keys: string
  readonly from?: string
  readonly codec?: string
  readonly save?: string
  readonly json?: boolean
}

/** `dobush call`: a real SIP call into the running line, and what was heard in it. */
export async function placeCallCommand({
  did,
  keys,
  from = '+996555123456',
  codec = 'alaw',
  save,
  json,
}: CallCommandOptions): Promise<void> {
  const steps = parseKeys(keys)
  if (!isCodec(codec)) throw new UserError(`--codec takes ${codecNames.join(', ')}, not "${codec}".`)
  const { config, speech } = await prepare()
  if (!(await isRunning(config))) throw new UserError('The line is not running: start it with npm start, then call.')
  const { stations, asOf } = spokenRegister(config)
  const book = bookOf(speech.list(stations, asOf))

  const { host, sipPort } = config.asterisk
  const caller = await placeCall({
    to: did,
    from: from === 'withheld' ? undefined : from,
    codec,
    host,
    port: sipPort,
    book,
  })
  await runKeys(caller, steps)
  process.stdout.write(
    `${json ? JSON.stringify(caller.transcript(), null, 2) : formatTranscript(caller.transcript())}\n`,
  )
  if (save) caller.saveWav(save)
}

/** What the caller knows the line can say. The beep is nobody's language; the book wants one. */
export function bookOf(listed: readonly ListedClip[]): ClipBook {
  return makeClipBook(listed.map((clip) => ({ ...clip, language: clip.language ?? 'ky' })))
}

function isCodec(name: string): name is CodecName {
  return (codecNames as readonly string[]).includes(name)
}
