import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { openVoterDirectory } from '../../src/register/directory.ts'
import { type ImportProgress, importSnapshot } from '../../src/register/import.ts'
import { UserError } from '../../src/user-error.ts'
import {
  ignoreProgress,
  pinOf,
  publishRegister,
  removeScratch,
  scratch,
  sourceOf,
  stationsText,
  votersText,
} from './scratch.ts'

// These work on files and processes, and a machine may be busy with others.
jest.setTimeout(60_000)

afterEach(removeScratch)

async function faultOf(work: Promise<unknown>): Promise<UserError> {
  const fault = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(fault instanceof UserError)) throw new Error('A UserError was expected.', { cause: fault })
  return fault
}

test('a snapshot tells what it holds', async () => {
  const source = sourceOf(scratch())
  const steps: ImportProgress[] = []
  const info = await importSnapshot(source, (at) => steps.push(at))
  expect(info).toEqual({
    id: expect.stringMatching(/^20261122-030000-[0-9a-f]{4}$/),
    madeAt: source.now,
    voters: 3,
    stations: 2,
    noBiometry: 1,
    duplicates: 0,
    conflicts: 0,
    file: join(source.folder, `snapshot-${info.id}.sqlite`),
  })
  expect(readdirSync(source.folder).sort()).toEqual(['pin.key', `snapshot-${info.id}.sqlite`])
  expect(steps.at(-1)).toEqual({ step: 'checking', share: 1 })
  expect(steps.every(({ share }) => share >= 0 && share <= 1)).toBe(true)
})

test('neither a PIN nor a part of one is in the snapshot, and only the owner reads it and the key', async () => {
  const source = sourceOf(scratch())
  const { file } = await importSnapshot(source, ignoreProgress)
  const bytes = readFileSync(file).toString('latin1')
  for (const part of ['20504198000123', '05041980', '11503199200045', '15031992']) expect(bytes).not.toContain(part)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(statSync(join(source.folder, 'pin.key')).mode & 0o777).toBe(0o600)
  expect(statSync(source.folder).mode & 0o777).toBe(0o700)
})

test('the same list under another key has other tokens; under the same key the same', async () => {
  const tokens = async (source: ReturnType<typeof sourceOf>) => {
    const database = new Database((await importSnapshot(source, ignoreProgress)).file, { readonly: true })
    const rows = database.prepare<[], { token: string }>('SELECT hex(token) AS token FROM voter').all()
    database.close()
    return rows.map(({ token }) => token)
  }
  const source = sourceOf(scratch())
  const first = await tokens(source)
  expect(await tokens(source)).toEqual(first)
  for (const token of await tokens(sourceOf(scratch()))) expect(first).not.toContain(token)
})

describe('reads', () => {
  const found = { kind: 'found', station: expect.objectContaining({ number: '1101' }) }

  it.each([
    ['semicolons', votersText.replaceAll(',', ';')],
    ['quotes', votersText.replace(/[^,\n]+/g, '"$&"')],
    ['a byte order mark', `\ufeff${votersText}`],
    ['Windows line ends', votersText.replaceAll('\n', '\r\n')],
    ['no line end at the end', votersText.trimEnd()],
    ['blank lines', votersText.replaceAll('\n', '\n\n')],
    ['spaces', votersText.replaceAll(',', ' , ')],
    ['capital header', votersText.replace('pin,station,status', 'PIN, Station ,STATUS')],
    [
      'columns in another order, and more of them',
      'name,status,birth_date,station,pin\nx,listed,1980-04-05,1101,20504198000123\n',
    ],
  ])('%s', async (_, voters) => {
    const source = sourceOf(scratch(), voters)
    await publishRegister(source)
    const directory = openVoterDirectory(source.folder)
    expect(directory.findByPin(pinOf('20504198000123'))).toEqual(found)
    directory.close()
  })

  it('addresses with commas, quotes, line ends and look-alike letters', async () => {
    const stations =
      'number;region;address_ru;address_ky\n1101;1;"улица ""Мир"",\r\n 2";" Ѳзгѳн   шаары,\u00a0Тоӊ "\n7087;7;а, б;в, г\n'
    const source = sourceOf(scratch(), votersText, stations)
    await publishRegister(source)
    const directory = openVoterDirectory(source.folder)
    expect(directory.stations()).toEqual([
      { number: '1101', address: { ky: 'Өзгөн шаары, Тоң', ru: 'улица "Мир", 2' } },
      { number: '7087', address: { ky: 'в, г', ru: 'а, б' } },
    ])
    directory.close()
  })
})

describe('rows of the same PIN', () => {
  it('that agree are counted once; that contradict each other are all dropped', async () => {
    const voters = `pin,station,status
20504198000123,1101,listed
11503199200045,7087,listed
20504198000123,1101,listed
10000194000001,1101,listed
10000194000001,7087,listed
10000194000001,1101,listed
10000194000002,1101,listed
10000194000002,1101,no-biometry
20504198000123,1101,listed
`
    const source = sourceOf(scratch(), voters)
    expect(await publishRegister(source)).toMatchObject({ voters: 2, duplicates: 2, conflicts: 2 })
    const directory = openVoterDirectory(source.folder)
    expect(directory.findByPin(pinOf('20504198000123')).kind).toBe('found')
    expect(directory.findByPin(pinOf('10000194000001'))).toEqual({ kind: 'not-listed' })
    expect(directory.findByPin(pinOf('10000194000002'))).toEqual({ kind: 'not-listed' })
    directory.close()
  })

  it('are found wherever they stand in a long list', async () => {
    const pin = (n: number) => `1${String(n).padStart(13, '0')}`
    const rows = Array.from({ length: 150_000 }, (_, n) => `${pin(n)},1101,listed`)
    // The first again with another station, and one from another chunk again with the same.
    rows.push(`${pin(0)},7087,listed`, `${pin(70_000)},1101,listed`)
    const source = sourceOf(scratch(), `pin,station,status\n${rows.join('\n')}\n`)
    expect(await publishRegister(source)).toMatchObject({ voters: 149_999, duplicates: 1, conflicts: 1 })
    const directory = openVoterDirectory(source.folder)
    expect(directory.findByPin(pinOf(pin(0)))).toEqual({ kind: 'not-listed' })
    for (const n of [1, 65_535, 65_536, 70_000, 131_071, 131_072, 149_999]) {
      expect(directory.findByPin(pinOf(pin(n))).kind).toBe('found')
    }
    directory.close()
  })
})

describe('refuses', () => {
  const row = (line: string) => `${votersText}${line}\n`
  it.each([
    ['a short PIN', row('2050419800012,1101,listed'), 'line 5: the PIN is not 14 digits'],
    ['a long PIN', row('205041980001234,1101,listed'), 'line 5: the PIN is not 14 digits'],
    ['a PIN in full-width digits', row('２0504198000123,1101,listed'), 'line 5: the PIN is not 14 digits'],
    ['a PIN Excel spoilt', row('2.05042E+13,1101,listed'), 'line 5: the PIN is not 14 digits'],
    [
      'a station that is not there',
      row('20504198000999,1102,listed'),
      'line 5: station 1102 is not in the list of stations',
    ],
    ['a station that is no number', row('20504198000999,11o1,listed'), 'line 5: the station is not four digits'],
    ['no station', row('20504198000999,,listed'), 'line 5: the station is not four digits'],
    ['another status', row('20504198000999,1101,dead'), 'line 5: the status is not one of listed, no-biometry'],
    ['a status of every object', row('20504198000999,1101,constructor'), 'line 5: the status is not one of'],
    ['too few cells', row('20504198000999,1101'), 'line 5: the row has more or fewer cells'],
    ['too many cells', row('20504198000999,1101,listed,'), 'line 5: the row has more or fewer cells'],
    ['a quotation mark left open', row('"20504198000999,1101,listed'), 'a quotation mark is not closed'],
    ['a stray quotation mark', row('2050"4198000999,1101,listed'), 'line 5: a quotation mark is out of place'],
    ['a missing column', votersText.replace('status', 'state'), 'line 1: there is no column "status"'],
    ['a column twice', 'pin,pin,station,status\n', 'line 1: the column "pin" is there twice'],
    ['no header', votersText.split('\n').slice(1).join('\n'), 'line 1: there is no column "pin"'],
    ['an empty file', '', 'is empty'],
    ['a file of blank lines', '\n\n\n', 'is empty'],
    ['a header alone', 'pin,station,status\n', 'has a header and no rows'],
    ['UTF-16', Buffer.from(votersText, 'utf16le'), 'line 1: there is no column'],
    ['random bytes', Buffer.from('7f454c4602010100ff00', 'hex'), 'line 1: there is no column'],
    ['swapped columns', votersText.replace('pin,station', 'station,pin'), 'line 2: the PIN is not 14 digits'],
  ])('%s', async (_, voters, message) => {
    const source = sourceOf(scratch(), voters)
    const fault = await faultOf(importSnapshot(source, ignoreProgress))
    expect(fault.message).toContain(source.votersCsv)
    expect(fault.message).toContain(message)
    // What stands in the row may be somebody's PIN.
    expect(`${fault.message} ${fault.stack} ${JSON.stringify(fault)}`).not.toMatch(/[0-9]{9}/)
    expect(fault.cause).toBeUndefined()
    expect(readdirSync(source.folder).filter((name) => name !== 'pin.key')).toEqual([])
  })

  it.each([
    ['a station twice', `${stationsText}1101,1,а,б\n`, 'line 4: station 1101 is there twice'],
    ['a number of five digits', `${stationsText}11010,1,а,б\n`, "line 4: the station's number is not four digits"],
    ['a number beginning with 0', `${stationsText}0101,0,а,б\n`, "line 4: the station's number is not four digits"],
    ['another region than the number’s', `${stationsText}1102,2,а,б\n`, 'line 4: the region is not 1'],
    ['no Kyrgyz address', `${stationsText}1102,1,  ,б\n`, 'line 4: station 1102 has no address in address_ky'],
    ['no Russian address', `${stationsText}1102,1,а,-\n`, 'line 4: station 1102 has no address in address_ru'],
    [
      'another encoding',
      Buffer.concat([Buffer.from(`${stationsText}1102,1,`), Buffer.from([0xc0, 0xe1]), Buffer.from('а,б\n')]),
      'line 4: address_ky is not UTF-8',
    ],
  ])('%s', async (_, stations, message) => {
    const source = sourceOf(scratch(), votersText, stations)
    const fault = await faultOf(importSnapshot(source, ignoreProgress))
    expect(fault.message).toContain(source.stationsCsv)
    expect(fault.message).toContain(message)
  })

  it('a file that is not there', async () => {
    const source = sourceOf(scratch())
    const fault = await faultOf(importSnapshot({ ...source, votersCsv: '/nowhere/voters.csv' }, ignoreProgress))
    expect(fault.message).toContain("/nowhere/voters.csv can't be read (ENOENT)")
  })

  it('a row that never ends, without holding it in memory', async () => {
    const source = sourceOf(scratch(), `${votersText}"${'x'.repeat(5_000_000)}`)
    const fault = await faultOf(importSnapshot(source, ignoreProgress))
    expect(fault.message).toContain('the row is longer than 65,536 characters')
  })

  it('a spoilt key, and leaves it', async () => {
    const source = sourceOf(scratch())
    await importSnapshot(source, ignoreProgress)
    const key = join(source.folder, 'pin.key')
    writeFileSync(key, 'spoilt')
    expect((await faultOf(importSnapshot(source, ignoreProgress))).message).toContain('is not a key of the register')
    expect(readFileSync(key, 'utf8')).toBe('spoilt')
  })
})

test('a list cut off at any byte is refused or misses only its end, and never tells another station', async () => {
  const bytes = Buffer.from(votersText)
  for (let length = 0; length < bytes.length; length += 1) {
    const source = sourceOf(scratch(), bytes.subarray(0, length))
    const info = await importSnapshot(source, ignoreProgress).catch((error: unknown) => {
      if (!(error instanceof UserError)) throw error
    })
    // Only a cut at a row's end leaves rows that can all be used.
    if (info) expect([...bytes.subarray(length, length + 1)].concat(bytes[length - 1] ?? 0)).toContain(0x0a)
  }
})
