import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { decodeAlaw, decodeUlaw } from '../../src/audio/g711.ts'
import { decodeG722 } from '../../src/audio/g722.ts'
import { measureLevel } from '../../src/audio/level.ts'
import { writeWav } from '../../src/audio/wav.ts'
import { type Config, loadConfig, projectFolder, sampleCalendar } from '../../src/config.ts'
import { languages } from '../../src/domain/language.ts'
import { parseCallerNumber } from '../../src/domain/phone-number.ts'
import type { Station } from '../../src/domain/station.ts'
import { ensureTools, type Tools } from '../../src/setup/tools.ts'
import type { Finding } from '../../src/speech/check.ts'
import { clipCodecs } from '../../src/speech/clip-files.ts'
import { tone } from '../../src/speech/shape.ts'
import { MissingClipError, openSpeech, type Speech } from '../../src/speech/speech.ts'
import { speechLevel } from '../../src/speech/telephone-level.ts'

jest.setTimeout(240_000)

const clock = () => new Date('2026-10-18T06:00:00Z')
const station: Station = {
  number: '1101',
  address: { ky: 'Кирпичная көчөсү, 2, "Алтын Балалык" бала бакчасы', ru: 'детский сад №79, ул. Политехническая, 10' },
}
const other: Station = { ...station, number: '7087', address: { ky: 'Туз айылы', ru: 'село Туз' } }

const asOf = '2026-10-17'

/** Their texts stay as they are; the others are cut to a word, for rendering takes as long as what it says. */
const whole: ReadonlySet<string> = new Set([
  ...['found', 'station-closed', 'as-of', 'pin-length', 'cb-number', 'beep', 'rec-silent', 'dates-voting'],
])

let home: string
let prompts: string
let tools: Tools
let speech: Speech
/** Done once, by the first who needs it: rendering is what takes the time. */
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'dobush-test-'))
  tools = await ensureTools(loadConfig(clock), { update() {}, done() {}, warn() {} })
  prompts = ownPrompts()
  speech = openSpeech(configOf(), tools)
  await speech.renderPrompts()
  await speech.renderStations([station], asOf)
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

function configOf(changes: Partial<{ prompts: string; clips: string; voices: Config['voices'] }> = {}) {
  const base = loadConfig(clock, home)
  return {
    voices: changes.voices ?? base.voices,
    election: sampleCalendar(clock()),
    paths: {
      ...base.paths,
      clips: changes.clips ?? join(home, 'clips'),
      prompts: changes.prompts ?? prompts,
    },
  }
}

/** A shorter catalog in a folder of its own. */
function ownPrompts(change: (catalog: string) => string = (same) => same): string {
  const folder = mkdtempSync(join(home, 'prompts-'))
  const catalog: Record<string, { ky: string; ru: string }> = parse(
    readFileSync(join(projectFolder, 'prompts/catalog.yaml'), 'utf8'),
  )
  for (const name of Object.keys(catalog)) if (!whole.has(name)) catalog[name] = { ky: 'Салам.', ru: 'Привет.' }
  writeFileSync(join(folder, 'catalog.yaml'), change(stringify(catalog)))
  return folder
}

const audio = (base: string) => ({
  alaw: decodeAlaw(readFileSync(`${base}.alaw`)),
  ulaw: decodeUlaw(readFileSync(`${base}.ulaw`)),
  g722: decodeG722(readFileSync(`${base}.g722`)),
})
const kinds = (findings: readonly Finding[]) =>
  findings.map(({ kind, name, language }) => `${kind} ${name} ${language}`)

describe('every clip', () => {
  it('is as loud as every other, and none is clipped', () => {
    for (const { name, language, files } of speech.list([station])) {
      const samples = decodeAlaw(readFileSync(files.alaw))
      const level = speechLevel({ sampleRate: 8000, samples })
      const expected = name === 'beep' ? -18 : -20
      expect({ name, language, off: Math.abs(level - expected) < 1 }).toEqual({ name, language, off: true })
      expect(measureLevel({ sampleRate: 8000, samples }).peak).toBeLessThan(-1)
    }
  })

  it('is there in three codecs, of whole frames, and lasts the same in each', () => {
    for (const { files } of speech.list([station])) {
      const frames = clipCodecs.map((codec) => statSync(files[codec]).size / 160)
      expect(frames).toEqual([frames[0], frames[0], frames[0]])
      expect(frames[0]).toBe(Math.round(frames[0] ?? 0))
    }
  })

  it('begins and ends in silence, so that no seam clicks in any codec', () => {
    for (const base of speech.clipsFor({ name: 'found', values: { station } }, 'ky')) {
      for (const samples of Object.values(audio(base))) {
        const ends = [...samples.slice(0, 80), ...samples.slice(-80)]
        expect(Math.max(...ends.map(Math.abs))).toBeLessThan(100)
      }
    }
  })

  it('has no direct current and nothing below the line', () => {
    for (const { files } of speech.list([station])) {
      const samples = decodeAlaw(readFileSync(files.alaw))
      const mean = samples.reduce((sum, sample) => sum + sample, 0) / samples.length
      expect(Math.abs(mean)).toBeLessThan(20)
    }
  })
})

describe('a prompt', () => {
  it('is a list of files that are there, in order', () => {
    const bases = speech.clipsFor({ name: 'found', values: { station } }, 'ru')
    expect(bases).toHaveLength(1 + 5 + 1 + 5 + 1 + 1)
    expect(bases.slice(1, 6)).toEqual(bases.slice(7, 12))
    const names = new Map(speech.list([station]).map(({ name, files }) => [files.alaw, name]))
    expect(bases.map((base) => names.get(`${base}.alaw`) ?? '|').join(' ')).toBe(
      'found.1 digit-1 digit-1 | digit-0 digit-1-final found.2 digit-1 digit-1 | digit-0 digit-1-final found.3 station-1101',
    )
  })

  it('is a tone where the catalog says so', () => {
    const [tone, none] = speech.clipsFor({ name: 'beep' }, 'ky')
    expect(none).toBeUndefined()
    expect(`${tone}.ulaw`).toBe(speech.list([]).find(({ name }) => name === 'beep')?.files.ulaw)
  })

  it('speaks its own language where it has one', () => {
    expect(speech.clipsFor({ name: 'lang', language: 'ru' }, 'ky')).toEqual(speech.clipsFor({ name: 'lang' }, 'ru'))
    expect(speech.clipsFor({ name: 'lang', language: 'ru' }, 'ky')).not.toEqual(speech.clipsFor({ name: 'lang' }, 'ky'))
  })

  it('says counts as whole sentences', () => {
    const said = [1, 7, 13].map((count) => speech.clipsFor({ name: 'pin-length', values: { count } }, 'ru'))
    expect(new Set(said.flat()).size).toBe(3)
    expect(speech.list([]).find(({ name, language }) => name === 'pin-length-7' && language === 'ru')?.text).toBe(
      'ПИН состоит из четырнадцати цифр, вы набрали семь цифр. Наберите ещё раз.',
    )
  })

  it('says which day the list describes, once that list was rendered', () => {
    for (const language of languages) {
      const [base, none] = speech.clipsFor({ name: 'as-of', values: { asOf } }, language)
      expect(none).toBeUndefined()
      const listed = speech.list([], asOf).filter(({ name }) => name === `as-of-${asOf}`)
      expect(listed.find((each) => each.language === language)?.files.alaw).toBe(`${base}.alaw`)
    }
    expect(speech.list([]).filter(({ name }) => name.startsWith('as-of'))).toEqual([])
    expect(() => speech.clipsFor({ name: 'as-of' }, 'ky')).toThrow('the prompt as-of says {asOf}')
    expect(() => speech.clipsFor({ name: 'as-of', values: { asOf: '2026-10-18' } }, 'ky')).toThrow(MissingClipError)
  })

  it('says a closed station as it says an open one, digit by digit', () => {
    for (const language of languages) {
      const open = speech.clipsFor({ name: 'found', values: { station } }, language)
      const closed = speech.clipsFor({ name: 'station-closed', values: { station } }, language)
      expect(closed).toHaveLength(1 + 5 + 1)
      expect(closed.slice(1, 6)).toEqual(open.slice(1, 6))
    }
  })

  it('is refused by name when a value or a clip is missing', () => {
    expect(() => speech.clipsFor({ name: 'found' }, 'ky')).toThrow('the prompt found says {station}')
    expect(() => speech.clipsFor({ name: 'pin-length', values: { count: 14 } }, 'ky')).toThrow('a count of 1 to 13')
    expect(() => speech.clipsFor({ name: 'found', values: { station: other } }, 'ky')).toThrow(MissingClipError)
    expect(() => speech.clipsFor({ name: 'found', values: { station: other } }, 'ky')).toThrow('The prompt found (ky)')
  })

  it('says telephone numbers', () => {
    const phone = parseCallerNumber('0555123456', '312')
    const bases = speech.clipsFor({ name: 'cb-number', values: { ...(phone && { phone }) } }, 'ky')
    expect(bases).toHaveLength(1 + 10 + 3 + 1)
  })
})

describe('rendering', () => {
  it('does nothing a second time, and says so by no progress', async () => {
    const files = readdirSync(join(home, 'clips'), { recursive: true }).sort()
    const written = files.map((file) => statSync(join(home, 'clips', String(file))).mtimeMs)
    const progress = jest.fn()
    await speech.renderPrompts(progress)
    await speech.renderStations([station], asOf, progress)
    expect(progress).not.toHaveBeenCalled()
    const clips = files.map((file) => String(file)).filter((file) => /\.(alaw|ulaw|g722)$/.test(file))
    expect(clips.length).toBeGreaterThan(200)
    const after = files.map((file) => statSync(join(home, 'clips', String(file))).mtimeMs)
    const changed = files.filter((file, index) => String(file).includes('.') && after[index] !== written[index])
    expect(changed.filter((file) => clips.includes(String(file)))).toEqual([])
  })

  it('leaves no part of a file behind, and mends a clip of which a file is missing or empty', async () => {
    expect(
      readdirSync(join(home, 'clips'), { recursive: true }).filter((file) => /partial/.test(String(file))),
    ).toEqual([])
    const [first, second] = speech.list([]).filter(({ name }) => name.startsWith('pin-length'))
    if (!first || !second) throw new Error('the list is too short')
    rmSync(first.files.g722)
    writeFileSync(second.files.alaw, '')
    const progress = jest.fn()
    await openSpeech(configOf(), tools).renderPrompts(progress)
    expect(progress).toHaveBeenLastCalledWith(2, 2)
    expect(existsSync(first.files.g722)).toBe(true)
    expect(statSync(second.files.alaw).size).toBeGreaterThan(0)
  })

  it('takes no half-written clip for a whole one, and clears up behind a writer that was killed', async () => {
    const [clip] = speech.list([station]).filter(({ name }) => name === 'station-1101')
    if (!clip) throw new Error('the station is not listed')
    const whole = clipCodecs.map((codec) => readFileSync(clip.files[codec]))
    truncateSync(clip.files.ulaw, 4096)
    const { pid } = spawnSync(process.execPath, ['--version'])
    const theirs = `${clip.files.alaw}.${pid}.partial`
    const ours = `${clip.files.alaw}.${process.ppid}.partial`
    for (const partial of [theirs, ours]) writeFileSync(partial, 'half')
    const own = openSpeech(configOf(), tools)
    expect(own.hasStationClips(station)).toBe(false)
    const progress = jest.fn()
    await own.renderStations([station], asOf, progress)
    expect(progress).toHaveBeenLastCalledWith(1, 1)
    expect(own.hasStationClips(station)).toBe(true)
    expect(clipCodecs.map((codec) => readFileSync(clip.files[codec]))).toEqual(whole)
    expect([existsSync(theirs), existsSync(ours)]).toEqual([false, true])
    rmSync(ours)
  })

  it('says an edited address from the next call on', async () => {
    const edited = { ...station, address: { ky: 'Жаңы көчө, 5', ru: 'Новая улица, 5' } }
    await speech.renderStations([edited], asOf)
    const said = (each: Station) => speech.clipsFor({ name: 'found', values: { station: each } }, 'ru')
    const [before, after] = [said(station), said(edited)]
    expect(after.slice(0, -1)).toEqual(before.slice(0, -1))
    expect(after.at(-1)).not.toBe(before.at(-1))
    expect(after.at(-1)).toBe(
      speech
        .list([edited])
        .at(-1)
        ?.files.alaw.replace(/\.alaw$/, ''),
    )
    expect(said(station)).toEqual(before)
  })

  it('knows which stations can be said', () => {
    expect([station, other].map((each) => speech.hasStationClips(each))).toEqual([true, false])
  })

  it('speaks with espeak-ng where RHVoice is not to be had, and with any command', async () => {
    const { rhvoice: _, ...without } = tools
    const robot = openSpeech(configOf({ clips: join(home, 'robot') }), without)
    await robot.renderStations([other], asOf)
    expect(robot.hasStationClips(other)).toBe(true)

    const voice = { engine: 'command' as const, rate: 92, slowRate: 82, voice: '440' }
    const command = [process.execPath, join(__dirname, 'tone-voice.mjs'), '{voice}', '{rate}', '{out}']
    const voices = { ky: { ...voice, command }, ru: { ...voice, command } }
    const toned = openSpeech(configOf({ clips: join(home, 'toned'), voices }), tools)
    await toned.renderStations([other], asOf)
    expect(toned.hasStationClips(other)).toBe(true)
    expect(robot.list([other]).at(-1)?.files).not.toEqual(toned.list([other]).at(-1)?.files)
    expect(() => openSpeech(configOf({ voices: { ky: voice, ru: voice } }), tools)).toThrow('but no command')
  })

  it('says in one sentence that a voice can not be started', async () => {
    const broken = openSpeech(configOf({ clips: join(home, 'broken') }), {
      ...tools,
      rhvoice: { file: join(home, 'no-such-program'), args: [], env: {} },
    })
    await expect(broken.renderStations([other], asOf)).rejects.toThrow("no-such-program can't be started")
  })
})

describe('a studio recording', () => {
  it('stands in for the synthetic voice, at the same level', async () => {
    const changed = ownPrompts()
    mkdirSync(join(changed, 'ky'))
    writeWav(join(changed, 'ky/welcome.wav'), { sampleRate: 44_100, samples: tone(44_100, 500, 700, 0.02) })
    const own = openSpeech(configOf({ prompts: changed }), tools)
    await own.renderPrompts()
    const [base] = own.clipsFor({ name: 'welcome' }, 'ky')
    expect(base).not.toBe(speech.clipsFor({ name: 'welcome' }, 'ky')[0])
    expect(own.clipsFor({ name: 'welcome' }, 'ru')).toEqual(speech.clipsFor({ name: 'welcome' }, 'ru'))
    expect(own.list([]).find(({ name }) => name === 'welcome')?.source).toBe('studio')
    expect(speechLevel({ sampleRate: 8000, samples: audio(base ?? '').alaw })).toBeCloseTo(-20, 0)
    expect(await own.check()).toEqual([])
  })
})

describe('an uploaded recording', () => {
  const uploads = () => mkdtempSync(join(home, 'uploads-'))
  const sampleRate = 44_100
  const record = (folder: string, hertz: number) => {
    mkdirSync(join(folder, 'ky'), { recursive: true })
    const file = join(folder, 'ky/welcome.wav')
    writeWav(file, { sampleRate, samples: tone(sampleRate, hertz, 500, 0.1) })
    return file
  }
  const open = (own: string, studio: string) =>
    openSpeech({ ...configOf({ prompts: own }), paths: { ...configOf({ prompts: own }).paths, studio } }, tools)
  const welcome = (from: Speech) => from.list([]).find(({ name, language }) => name === 'welcome' && language === 'ky')
  const note = (file: string, changes: object = {}) => ({
    ...{ sha256: createHash('sha256').update(readFileSync(file)).digest('hex'), by: 'aida', text: 'Салам.' },
    at: '2026-11-22T05:00:00.000Z',
    ...changes,
  })

  it('goes before the one of the project, which counts again once it is taken away', () => {
    const [own, studio] = [ownPrompts(), uploads()]
    record(own, 300)
    const file = record(studio, 500)
    writeFileSync(join(studio, 'ky/welcome.json'), JSON.stringify(note(file)))
    const both = open(own, studio)
    expect(welcome(both)).toMatchObject({ source: 'studio', uploaded: { by: 'aida', at: note(file).at } })
    const reverted = both.changed({ recording: { name: 'welcome', language: 'ky', clip: undefined } })
    expect(welcome(reverted)?.files).toEqual(welcome(open(own, uploads()))?.files)
    expect(welcome(reverted)?.files).not.toEqual(welcome(both)?.files)
    expect(welcome(reverted)?.uploaded).toBeUndefined()
    // The voice of before is as it was: calls still speak with it.
    expect(welcome(both)?.uploaded).toBeDefined()
  })

  it('has nobody’s name where its note is of another recording, or damaged', () => {
    const [own, studio] = [ownPrompts(), uploads()]
    const file = record(studio, 500)
    for (const text of [JSON.stringify(note(file, { sha256: 'another' })), '{"by"']) {
      writeFileSync(join(studio, 'ky/welcome.json'), text)
      expect(welcome(open(own, studio))).toMatchObject({ source: 'studio', name: 'welcome' })
      expect(welcome(open(own, studio))?.uploaded).toBeUndefined()
    }
  })

  it('of one sentence or a digit stands in for that alone', async () => {
    const studio = uploads()
    const file = record(studio, 400)
    cpSync(file, join(studio, 'ky/found.2.wav'))
    cpSync(file, join(studio, 'ky/digit-1-final.wav'))
    rmSync(file)
    const own = open(prompts, studio)
    await own.renderPrompts()
    const [recorded, synthetic] = [own, speech].map((each) =>
      each.clipsFor({ name: 'found', values: { station } }, 'ky'),
    )
    const differing = recorded?.flatMap((base, index) => (base === synthetic?.[index] ? [] : [index]))
    // found.1, 1 1 | 0 1., found.2, 1 1 | 0 1., found.3 and the address
    expect(differing).toEqual([5, 6, 11])
  })
})

describe('the check', () => {
  it('finds nothing in what was just rendered', async () => {
    expect(await speech.check([station], asOf)).toEqual([])
  })

  it('names what is missing', async () => {
    expect(kinds(await speech.check([other], '2026-10-18'))).toEqual([
      'missing as-of-2026-10-18 ky',
      'missing as-of-2026-10-18 ru',
      'missing station-7087 ky',
      'missing station-7087 ru',
    ])
  })

  it('names what is stale: its text has changed since', async () => {
    const changed = ownPrompts((catalog) => catalog.replace('Голос не слышен.', 'Голоса не слышно.'))
    expect(kinds(await openSpeech(configOf({ prompts: changed }), tools).check())).toEqual(['stale rec-silent ru'])
  })

  it('names what cannot be read', async () => {
    const changed = ownPrompts((catalog) => catalog.replace('Голос не слышен.', 'БШК 12.'))
    const findings = await openSpeech(configOf({ prompts: changed }), tools).check()
    expect(kinds(findings)).toEqual(['stale rec-silent ru', 'unreadable rec-silent ru', 'unreadable rec-silent ru'])
  })

  it('names recordings that are too quiet, clipped, of another text or never heard', async () => {
    const changed = ownPrompts()
    mkdirSync(join(changed, 'ru'))
    const sampleRate = 48_000
    const record = (name: string, samples: Int16Array) =>
      writeWav(join(changed, 'ru', `${name}.wav`), { sampleRate, samples })
    record('welcome', tone(sampleRate, 500, 500, 0.001))
    record(
      'goodbye',
      tone(sampleRate, 500, 500, 0.9).map((sample) => Math.max(-32768, Math.min(32767, sample * 2))),
    )
    record('nav', tone(sampleRate, 500, 500, 0.3))
    writeFileSync(join(changed, 'ru/nav.txt'), 'Так было раньше.\n')
    record('found', tone(sampleRate, 500, 500, 0.3))
    record('no-such', tone(sampleRate, 500, 500, 0.3))
    const own = openSpeech(configOf({ prompts: changed }), tools)
    await own.renderPrompts()
    expect(kinds(await own.check())).toEqual([
      'stale nav ru',
      'clipped goodbye ru',
      'too-quiet welcome ru',
      'unused found ru',
      'unused no-such ru',
    ])
  })

  it('names a rendered clip that is too quiet or clipped', async () => {
    const clips = join(home, 'spoilt')
    const own = openSpeech(configOf({ clips }), tools)
    cpSync(join(home, 'clips'), clips, { recursive: true })
    const [first, second] = own.list([]).filter(({ name }) => name.startsWith('pin-length'))
    if (!first || !second) throw new Error('the list is too short')
    writeFileSync(first.files.alaw, readFileSync(first.files.alaw).fill(0xd5 ^ 0x10))
    writeFileSync(second.files.alaw, readFileSync(second.files.alaw).fill(0xaa))
    expect(kinds(await own.check())).toEqual([
      `clipped ${second.name} ${second.language}`,
      `too-quiet ${first.name} ${first.language}`,
    ])
  })
})
