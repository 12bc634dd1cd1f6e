import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { activate, activeId } from '../../src/register/active.ts'
import { openVoterDirectory } from '../../src/register/directory.ts'
import { type ImportProgress, type ImportSource, importSnapshot } from '../../src/register/import.ts'
import { appendJournal, readJournal } from '../../src/register/journal.ts'
import { type Check, formatReport, isRed, readReport, reportFile, reportIds } from '../../src/register/report.ts'
import { withSnapshot } from '../../src/register/snapshot-file.ts'
import { UserError } from '../../src/user-error.ts'
import {
  ignoreProgress,
  keyIn,
  noClips,
  pinOf,
  publishRegister,
  removeScratch,
  scratch,
  sourceOf,
  stationsText,
  strict,
  tolerant,
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
    asOf: source.now,
    voters: 3,
    stations: 2,
    noBiometry: 1,
    duplicates: 0,
    conflicts: 0,
    regions: { 0: 1, 1: 1, 7: 1 },
    file: join(source.folder, `snapshot-${info.id}.sqlite`),
    report: readReport(source.folder, info.id),
  })
  expect(readdirSync(source.folder).sort()).toEqual(['keys', `report-${info.id}.json`, `snapshot-${info.id}.sqlite`])
  expect(steps.at(-1)).toEqual({ step: 'checking', share: 1 })
  expect(steps.every(({ share }) => share >= 0 && share <= 1)).toBe(true)
})

test('neither a PIN nor a part of one is in the snapshot, and only the owner reads it and the key', async () => {
  const source = sourceOf(scratch())
  const { file } = await importSnapshot(source, ignoreProgress)
  const bytes = readFileSync(file).toString('latin1')
  for (const part of ['20504198000123', '05041980', '11503199200045', '15031992']) expect(bytes).not.toContain(part)
  expect(statSync(file).mode & 0o777).toBe(0o400)
  expect(statSync(keyIn(source.folder)).mode & 0o777).toBe(0o600)
  expect(statSync(source.folder).mode & 0o777).toBe(0o700)
})

test('the same list under another key has other tokens; under the same key the same', async () => {
  const tokens = async (source: ReturnType<typeof sourceOf>) => {
    const { file } = await publishRegister(source)
    return withSnapshot(file, (database) =>
      database.prepare<[], string>('SELECT CAST(place AS TEXT) FROM voter').pluck().all(),
    )
  }
  const source = sourceOf(scratch())
  const first = await tokens(source)
  expect(await tokens(source)).toEqual(first)
  for (const token of await tokens({ ...source, newKey: true })) expect(first).not.toContain(token)
  for (const token of await tokens(sourceOf(scratch()))) expect(first).not.toContain(token)
})

describe('reads', () => {
  const found = { kind: 'found', station: expect.objectContaining({ number: '1101' }) }

  it.each([
    ['semicolons', votersText.replaceAll(',', ';')],
    ['quotes', votersText.replace(/[^,\n]+/g, '"$&"')],
    ['a byte order mark', `\ufeff${votersText}`],
    ['Windows line ends', votersText.replaceAll('\n', '\r\n')],
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
    expect(await publishRegister(source)).toMatchObject({ voters: 2, duplicates: 1, conflicts: 2 })
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

/** What a report says of one check. */
async function checkOf(source: ImportSource, name: string): Promise<Check | undefined> {
  const { id, report } = await importSnapshot({ ...source, limits: strict }, ignoreProgress)
  const check = report.checks.find((each) => each.name === name)
  if (check?.verdict === 'red') {
    // What is red is not activated, and nothing in the report is anybody's PIN.
    const options = { keep: 3, now: source.now }
    await expect(activate(source.folder, id, noClips, options)).rejects.toThrow('has red checks')
    expect(activeId(source.folder)).toBeUndefined()
  }
  expect(readFileSync(reportFile(source.folder, id), 'utf8')).not.toMatch(/[0-9]{9}/)
  expect(formatReport(report)).not.toMatch(/[0-9]{9}/)
  return check
}

describe('a row of voters that can not be used is a red line of the report:', () => {
  const row = (line: string) => `${votersText}${line}\n`
  it.each([
    ['a short PIN', row('2050419800012,1101,listed'), 'the PIN is not 14 digits'],
    ['a long PIN', row('205041980001234,1101,listed'), 'the PIN is not 14 digits'],
    ['a PIN in full-width digits', row('２0504198000123,1101,listed'), 'the PIN is not 14 digits'],
    ['a PIN Excel spoilt', row('2.05042E+13,1101,listed'), 'the PIN is not 14 digits'],
    ['a station that is no number', row('20504198000999,11o1,listed'), 'the station is not four digits'],
    ['no station', row('20504198000999,,listed'), 'the station is not four digits'],
    ['another status', row('20504198000999,1101,dead'), 'the status is not one of listed, no-biometry'],
    [
      'a status of every object',
      row('20504198000999,1101,constructor'),
      'the status is not one of listed, no-biometry',
    ],
    ['too few cells', row('20504198000999,1101'), 'the row has 2 cells, the header 3'],
    ['too many cells', row('20504198000999,1101,listed,'), 'the row has 4 cells, the header 3'],
    ['a stray quotation mark', row('2050"4198000999,1101,listed'), 'a quotation mark is out of place'],
    ['text after a quotation', row('"20504198000999"1,1101,listed'), 'a quotation mark is out of place'],
  ])('%s', async (_, voters, reason) => {
    const source = sourceOf(scratch(), voters)
    expect(await checkOf(source, 'bad-voter-rows')).toMatchObject({
      ...{ verdict: 'red', count: 1, of: 4 },
      examples: [`line 5: ${reason}`],
    })
  })

  it('all of them when columns are swapped', async () => {
    const source = sourceOf(scratch(), votersText.replace('pin,station', 'station,pin'))
    expect(await checkOf(source, 'bad-voter-rows')).toMatchObject({ verdict: 'red', count: 3, of: 3 })
  })
})

describe('a row of stations that can not be used is a red line of the report:', () => {
  it.each([
    ['a station twice', 'bad-station-rows', '1101,1,а,б', 'line 4: station 1101 is there twice'],
    [
      'five digits',
      'bad-station-rows',
      '11010,1,а,б',
      "line 4: the station's number is not four digits, the first 1 to 9",
    ],
    [
      '0 in front',
      'bad-station-rows',
      '0101,0,а,б',
      "line 4: the station's number is not four digits, the first 1 to 9",
    ],
    [
      'another region',
      'bad-station-rows',
      '1102,2,а,б',
      'line 4: the region is not 1, the first digit of station 1102',
    ],
    ['no Kyrgyz address', 'missing-addresses', '1102,1,  ,б', 'station 1102 has none in address_ky'],
    ['no Russian address', 'missing-addresses', '1102,1,а,-', 'station 1102 has none in address_ru'],
    ['a spoilt address', 'missing-addresses', '1102,1,а,\ufffdб', 'station 1102 has none in address_ru'],
  ])('%s', async (_, name, row, example) => {
    const source = sourceOf(scratch(), votersText, `${stationsText}${row}\n`)
    expect(await checkOf(source, name)).toMatchObject({ verdict: 'red', count: 1, of: 3, examples: [example] })
  })
})

describe('the report counts', () => {
  it('voters whose station is not in the list, who are then told that it can not be said', async () => {
    const source = sourceOf(scratch(), `${votersText}20504198000999,1102,listed\n20504198000998,1102,listed\n`)
    expect(await checkOf(source, 'unknown-stations')).toMatchObject({
      ...{ verdict: 'red', count: 2, of: 5 },
      examples: ['station 1102: 2 voters'],
    })
    await publishRegister(source)
    const directory = openVoterDirectory(source.folder)
    expect(directory.findByPin(pinOf('20504198000999'))).toEqual({ kind: 'unavailable' })
    directory.close()
  })

  it('stations without voters', async () => {
    const source = sourceOf(scratch(), votersText, `${stationsText}1102,1,а,б\n`)
    const check = { verdict: 'red', count: 1, of: 3, examples: ['station 1102'] }
    expect(await checkOf(source, 'empty-stations')).toMatchObject(check)
  })

  it('repeated PINs by their lines', async () => {
    const again = '20504198000123,1101,listed\n11503199200045,1101,listed\n'
    const source = sourceOf(scratch(), votersText + again)
    const duplicates = await checkOf(source, 'duplicates')
    expect(duplicates).toMatchObject({ verdict: 'note', count: 1, of: 5, examples: ['lines 2, 5'] })
    expect(await checkOf(source, 'conflicts')).toMatchObject({
      ...{ verdict: 'red', count: 1 },
      examples: ['lines 3, 6: stations 1101, 7087'],
    })
  })

  it('look-alike letters, and mends them', async () => {
    const source = sourceOf(scratch(), votersText, stationsText.replace('көчөсү', 'кѳчөсү'))
    const check = { verdict: 'note', count: 1, examples: ['station 1101, line 2'] }
    expect(await checkOf(source, 'look-alikes')).toMatchObject(check)
  })

  it('a last line without an end, which may be cut off', async () => {
    const source = sourceOf(scratch(), votersText.trimEnd())
    const check = { verdict: 'red', count: 1, examples: ['voters: the last line has no end'] }
    expect(await checkOf(source, 'cut-off')).toMatchObject(check)
  })

  // 100 voters of region 1 and 100 of region 7.
  const pin = (n: number) => `1${String(n).padStart(13, '0')}`
  const list = (stationFor: (n: number) => string | undefined) =>
    `pin,station,status\n${Array.from({ length: 200 }, (_, n) => n)
      .flatMap((n) => (stationFor(n) === undefined ? [] : [`${pin(n)},${stationFor(n)},listed`]))
      .join('\n')}\n`
  const before = list((n) => (n % 2 === 0 ? '1101' : '7087'))
  it.each([
    ['moved', list((n) => (n % 2 === 0 || n < 10 ? '1101' : '7087')), 5, 200],
    ['removed', list((n) => (n < 20 ? undefined : n % 2 === 0 ? '1101' : '7087')), 20, 200],
    ['voter-count', list((n) => (n < 20 ? undefined : n % 2 === 0 ? '1101' : '7087')), 20, 200],
    ['region-7', list((n) => (n % 2 === 0 || n < 10 ? '1101' : '7087')), 5, 100],
    ['stations-gone', list(() => '1101'), 0, 2],
  ])('%s against the active snapshot, under the same key and under another', async (name, voters, count, of) => {
    for (const newKey of [false, true]) {
      const folder = scratch()
      await publishRegister(sourceOf(folder, before))
      const { report } = await importSnapshot({ ...sourceOf(folder, voters), newKey, limits: strict }, ignoreProgress)
      const check = report.checks.find((each) => each.name === name)
      expect(check).toMatchObject({ count, of, verdict: count > 0 ? 'red' : 'ok' })
    }
  })

  it('stations that came, went and got another address', async () => {
    const folder = scratch()
    await publishRegister(sourceOf(folder))
    const stations = 'number,region,address_ky,address_ru\n1101,1,Жаңы дарек,Новый адрес\n7088,7,а,б\n'
    const { report } = await importSnapshot(sourceOf(folder, votersText, stations), ignoreProgress)
    const examples = (name: string) => report.checks.find((each) => each.name === name)?.examples
    expect(examples('stations-readdressed')).toEqual(['station 1101'])
    expect(examples('stations-gone')).toEqual(['station 7087'])
    expect(examples('stations-new')).toEqual(['station 7088'])
  })

  it('no comparison when the active snapshot can not be read', async () => {
    const folder = scratch()
    const { file } = await publishRegister(sourceOf(folder))
    chmodSync(file, 0o600)
    writeFileSync(file, 'broken')
    const { report, id } = await importSnapshot(sourceOf(folder), ignoreProgress)
    expect(report.checks.find(({ name }) => name === 'comparison')).toMatchObject({ verdict: 'note' })
    expect(await activate(join(folder, 'register'), id, noClips, { keep: 3, now: new Date() })).toMatchObject({ id })
  })
})

describe('a share up to the threshold is tolerated, one beyond is red', () => {
  it.each([
    [0.5, 'note'],
    [0.49, 'red'],
  ])('%d: %s', async (badRows, verdict) => {
    const voters = 'pin,station,status\n20504198000123,1101,listed\nx,1101,listed\n'
    const source = { ...sourceOf(scratch(), voters), limits: { ...tolerant, badRows } }
    const { report } = await importSnapshot(source, ignoreProgress)
    expect(report.checks.find(({ name }) => name === 'bad-voter-rows')).toMatchObject({ verdict, count: 1, of: 2 })
    expect(isRed(report)).toBe(verdict === 'red')
  })
})

test('what two different people override is activated, and both stand in the journal', async () => {
  const source = sourceOf(scratch(), `${votersText}x,1101,listed\n`)
  const { id } = await importSnapshot({ ...source, limits: strict }, ignoreProgress)
  const options = { keep: 3, now: source.now }
  const override = (by: string) =>
    appendJournal(source.folder, { at: source.now.toISOString(), by, what: 'override', snapshot: id, reason: 'a test' })
  await override('Айсулуу Асанова')
  await override('айсулуу  АСАНОВА')
  await expect(activate(source.folder, id, noClips, options)).rejects.toThrow('one other person can')
  await override('Bek Bekov')
  expect(await activate(source.folder, id, noClips, options)).toMatchObject({ id })
  expect((await readJournal(source.folder)).map(({ what }) => what)).toEqual([
    ...['override', 'override', 'override', 'activate-overridden'],
  ])
})

describe('refuses a file as a whole:', () => {
  it.each([
    ['a quotation mark left open', `${votersText}"20504198000999,1101,listed\n`, 'a quotation mark is not closed'],
    ['a missing column', votersText.replace('status', 'state'), 'line 1: there is no column "status"'],
    ['a column twice', 'pin,pin,station,status\n', 'line 1: the column "pin" is there twice'],
    ['no header', votersText.split('\n').slice(1).join('\n'), 'line 1: there is no column "pin"'],
    ['an empty file', '', 'is empty'],
    ['a file of blank lines', '\n\n\n', 'line 1: there is no column "pin"'],
    ['a header alone', 'pin,station,status\n', 'has a header and no rows'],
    ['UTF-16', Buffer.from(votersText, 'utf16le'), 'is not UTF-8'],
    ['random bytes', Buffer.from('7f454c4602010100ff00', 'hex'), 'is not UTF-8'],
  ])('%s', async (_, voters, message) => {
    const source = sourceOf(scratch(), voters)
    const fault = await faultOf(importSnapshot(source, ignoreProgress))
    expect(fault.message).toContain(source.votersCsv)
    expect(fault.message).toContain(message)
    // What stands in the row may be somebody's PIN.
    expect(`${fault.message} ${fault.stack} ${JSON.stringify(fault)}`).not.toMatch(/[0-9]{9}/)
    expect(fault.cause).toBeUndefined()
    const [id = ''] = await reportIds(source.folder)
    expect(readReport(source.folder, id)).toMatchObject({ refused: fault.message, checks: [] })
    expect(readdirSync(source.folder).filter((name) => !['keys', `report-${id}.json`].includes(name))).toEqual([])
  })

  it('another encoding', async () => {
    const stations = Buffer.concat([
      Buffer.from(`${stationsText}1102,1,`),
      Buffer.from([0xc0, 0xe1]),
      Buffer.from('а,б\n'),
    ])
    const source = sourceOf(scratch(), votersText, stations)
    const fault = await faultOf(importSnapshot(source, ignoreProgress))
    expect(fault.message).toContain(`${source.stationsCsv}, line 4: the text is not UTF-8`)
  })

  it('fewer or more rows than the manifest counts', async () => {
    const source = { ...sourceOf(scratch()), rows: { voters: 4, stations: 2 } }
    const fault = await faultOf(importSnapshot(source, ignoreProgress))
    expect(fault.message).toContain('The manifest counts 4 voters, the file has 3')
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
})

test('a key that is lost is made anew with the next import', async () => {
  const source = sourceOf(scratch())
  await publishRegister(source)
  rmSync(keyIn(source.folder))
  await publishRegister(source)
  const directory = openVoterDirectory(source.folder)
  expect(directory.findByPin(pinOf('20504198000123')).kind).toBe('found')
  directory.close()
})

test('a new key answers as the old one did, and the old one goes with its last snapshot', async () => {
  const source = sourceOf(scratch())
  await publishRegister(source)
  const old = keyIn(source.folder)
  const { id } = await importSnapshot({ ...source, newKey: true }, ignoreProgress)
  await activate(source.folder, id, noClips, { keep: 1, now: source.now })
  const directory = openVoterDirectory(source.folder)
  expect(directory.findByPin(pinOf('20504198000123')).kind).toBe('found')
  directory.close()
  await importSnapshot(source, ignoreProgress)
  expect(keyIn(source.folder)).not.toBe(old)
})

test('a list cut off within a row is red or refused', async () => {
  const bytes = Buffer.from(votersText)
  for (let length = 0; length < bytes.length; length += 1) {
    const source = { ...sourceOf(scratch(), bytes.subarray(0, length)), limits: strict }
    const imported = await importSnapshot(source, ignoreProgress).catch((error: unknown) => {
      if (!(error instanceof UserError)) throw error
    })
    // A cut at a row's end is seen only by a manifest's hash, or by what is missing.
    if (imported && bytes[length - 1] !== 0x0a) expect(isRed(imported.report)).toBe(true)
  }
})

test('an activation by somebody who can not be named does not happen', async () => {
  const source = sourceOf(scratch())
  const { id } = await importSnapshot(source, ignoreProgress)
  const options = { keep: 3, now: source.now, by: 'x' }
  await expect(activate(source.folder, id, noClips, options)).rejects.toThrow('The name of a person')
  expect(activeId(source.folder)).toBeUndefined()
})
