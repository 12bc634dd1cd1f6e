import { readFileSync } from 'node:fs'
import { rescueCallers } from '../../src/asterisk/rescue-callers.ts'
import { decodeAlaw } from '../../src/audio/g711.ts'
import { wavBytes } from '../../src/audio/wav.ts'
import { bookOf } from '../../src/commands/call.ts'
import type { Language } from '../../src/domain/language.ts'
import { makePasswords } from '../../src/passwords.ts'
import { importRegister } from '../../src/prepare.ts'
import { openSpeech, type Speech } from '../../src/speech/speech.ts'
import { openHotline } from '../../src/store/database.ts'
import { makePeople } from '../../src/store/people.ts'
import { addresses, type LineRig, openLine, pins, stations, until, writeRegister } from './rig.ts'
import { choose, typePin } from './talk.ts'

let rig: LineRig
let administrator: Awaited<ReturnType<typeof signIn>>

beforeAll(async () => {
  rig = await openLine()
  administrator = await signIn('aida')
}, 300_000)
afterAll(() => rig.close())

/** Adds an administrator and signs in to the line's own console. */
async function signIn(name: string) {
  const { config } = rig
  const hotline = await openHotline(config.database)
  const people = makePeople(hotline, () => new Date())
  const password = 'a password of the tests'
  const passwordHash = await makePasswords().hash(password)
  const added = await people.add({ name, displayName: name, roles: ['administrator'], passwordHash })
  await people.setPassword(added?.id ?? '', passwordHash)
  await hotline.destroy()

  const address = `http://127.0.0.1:${config.console.port}/api`
  const json = { 'content-type': 'application/json' }
  const signedIn = await fetch(`${address}/sign-in`, {
    ...{ method: 'POST', headers: json },
    body: JSON.stringify({ name, password }),
  })
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const { csrfToken } = (await signedIn.json()) as { csrfToken: string }
  return async (method: string, path: string, body?: object | Uint8Array<ArrayBuffer>) => {
    const type = body instanceof Uint8Array ? { 'content-type': 'audio/wav' } : json
    const response = await fetch(`${address}/${path}`, {
      method,
      headers: { cookie, 'x-csrf-token': csrfToken, ...(body && type) },
      ...(body && { body: body instanceof Uint8Array ? body : JSON.stringify(body) }),
    })
    const answer = await response.json()
    if (response.status !== 200) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`)
    return answer
  }
}

/** Something else that sounds like a voice: what it says, backwards. */
function backwards(name: string, language: Language) {
  const clip = rig.speech.list([]).find((each) => each.name === name && each.language === language)
  const samples = decodeAlaw(readFileSync(clip?.files.alaw ?? '')).reverse()
  return new Uint8Array(wavBytes({ sampleRate: 8000, samples }))
}

const known = ['1101', '7087'].map((number) => ({ number, address: addresses(number) }))

/** The sounds of a voice, by which a caller knows what is said. */
const bookFor = (speech: Speech) => bookOf(speech.list(known))

test('an uploaded recording is heard on the next call; who is in a call still hears the voice', async () => {
  const held = await rig.dial()
  await choose(held, 'ru')
  await held.hears('menu-check', { language: 'ru', whole: true })

  const uploaded = await administrator('PUT', 'prompts/ru/menu-check/audio', backwards('menu-check', 'ru'))
  expect(uploaded).toMatchObject({ clip: { source: 'studio', uploadedBy: 'aida' }, check: { faults: [] } })

  await held.press('*')
  await held.hears('menu-check', { language: 'ru', whole: true })
  await held.hangup()
  await held.ended

  const next = await rig.dial({ book: bookFor(openSpeech(rig.config, rig.tools)) })
  await choose(next, 'ru')
  await next.hears('menu-check', { language: 'ru', whole: true })
  await next.hangup()
  await next.ended

  await administrator('DELETE', 'prompts/ru/menu-check/audio')
  const after = await rig.dial()
  await choose(after, 'ru')
  await after.hears('menu-check', { language: 'ru', whole: true })
  await after.hangup()
  await after.ended
})

test('the apology that the switch says alone is the uploaded one, too', async () => {
  const { files, config } = rig
  await administrator('PUT', 'prompts/ky/apology/audio', backwards('apology', 'ky'))
  const book = bookFor(openSpeech(config, rig.tools))
  const caller = await rig.dial({ book })
  await typePin(caller, 'ru', pins.typedWrongly)
  await caller.hears('pin-invalid', { language: 'ru' })
  // As when the application has died; what is being played is heard out, unless a key ends it.
  expect(await rescueCallers(files)).toBe(1)
  await caller.press('5')
  await caller.hears('apology', { language: 'ky', whole: true })
  await caller.hears('apology', { language: 'ru', whole: true })
  await caller.ended
  await until(() => rig.line.health().callsInProgress === 0)
  await administrator('DELETE', 'prompts/ky/apology/audio')
})

test('another calendar is told on the next call; a call in progress is in the phase it began in', async () => {
  const held = await rig.dial()
  await choose(held, 'ru')
  await held.hears('menu-check', { language: 'ru' })
  const { calendar } = await administrator('GET', 'settings')
  const closed = { ...calendar, corrections: { from: '2024-09-01', until: '2024-10-05' } }
  await administrator('PUT', 'settings/calendar', closed)

  await held.press('2')
  await held.hears('dates-window', { language: 'ru', whole: true, withinMs: 60_000 })
  await held.hangup()
  await held.ended

  const election = { ...rig.config.election, ...closed }
  const next = await rig.dial({ book: bookFor(rig.speech.changed({ election })) })
  await choose(next, 'ru')
  await next.hears('after-deadline', { language: 'ru', whole: true })
  await next.hangup()
  await next.ended
  await administrator('PUT', 'settings/calendar', calendar)
})

test('the register is rolled back from the console, and a station closed: the next caller hears it', async () => {
  const moved = stations.map((row) => row.replace(/^1101,1/, '1109,1'))
  const prepared = {
    ...{ config: rig.config, speech: rig.speech },
    progress: { update: () => undefined, done: () => undefined, warn: () => undefined },
  }
  const first = rig.line.health().register?.id
  const files = await writeRegister(rig.config.paths.home, [...moved, stations[0] ?? ''])
  const second = await importRegister(prepared, files, { trusted: true })
  await until(() => rig.line.health().register?.id === second?.id)

  const state = await administrator('POST', 'register/rollback', { reason: 'a test' })
  expect(state.work).toMatchObject({ what: 'roll-back', running: false, fault: null })
  expect(rig.line.health().register?.id).toBe(first)

  await administrator('PUT', 'register/stations/1101', { closed: true, instead: '7087', reason: 'a test' })
  const caller = await rig.dial()
  await typePin(caller, 'ru', pins.listed)
  await caller.hears('station-7087', { language: 'ru', withinMs: 60_000 })
  await caller.hangup()
  await caller.ended
})
