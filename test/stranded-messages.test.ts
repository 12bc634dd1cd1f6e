import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { wavBytes } from '../src/audio/wav.ts'
import { keepStrandedMessages } from '../src/stranded-messages.ts'
import { callbacksOf, requestsWithAudio, silent } from './store/callbacks.ts'
import { cleanUp, numberOf, openIn, scratch } from './store/scratch.ts'
import { until } from './switch/rig.ts'
import { speechLike } from './switch/speech.ts'

afterEach(cleanUp)

const said = wavBytes(speechLike(3000))
const nothing = wavBytes({ sampleRate: 8000, samples: new Int16Array(24_000) })

test('what calls of the run before left is kept, once they are over, and nothing else of theirs stays behind', async () => {
  const folder = scratch()
  const spool = join(folder, 'spool')
  mkdirSync(spool)
  const hotline = await openIn(folder)
  const callbacks = await callbacksOf(hotline, folder)
  for (const callId of ['1.1', '1.2', '1.3']) {
    await callbacks.begin({
      callId,
      language: 'ky',
      number: numberOf('0555123456'),
      reason: 'other',
      consentedAt: new Date(),
    })
  }
  const spooled = {
    // Recorded anew: the last one counts.
    '1.1-message-1.wav': nothing,
    '1.1-message-2.wav': said,
    // Nobody spoke.
    '1.2-message-1.wav': nothing,
    // Still on the line.
    '1.3-message-1.wav': said,
    // Kept already: the application died before it could remove the file.
    '1.4-message-1.wav': said,
  }
  for (const [name, bytes] of Object.entries(spooled)) writeFileSync(join(spool, name), bytes)

  const talking = new Set(['1.3'])
  const switchboard = { up: true, channels: async () => talking }
  const stop = await keepStrandedMessages(callbacks, switchboard, spool, silent)
  const kept = async () => (await requestsWithAudio(hotline, folder)).map(({ callId, state }) => `${callId} ${state}`)
  try {
    await until(() => readdirSync(spool).length === 1)
    expect(readdirSync(spool)).toEqual(['1.3-message-1.wav'])
    expect(await kept()).toEqual(['1.1 incomplete'])
    expect(await callbacks.drafts()).toEqual(['1.3'])
    talking.clear()
    await until(() => readdirSync(spool).length === 0)
    expect((await kept()).sort()).toEqual(['1.1 incomplete', '1.3 incomplete'])
    expect(await callbacks.drafts()).toEqual([])
  } finally {
    stop()
  }
})
