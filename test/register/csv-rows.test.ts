import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import { type Rows, type RowsRead, readRows } from '../../src/register/csv-rows.ts'
import { UserError } from '../../src/user-error.ts'
import { pseudoRandom, removeScratch, scratch } from './scratch.ts'
import { rawBlock, zstdFrame } from './zstd-frame.ts'

// These work on files, and a machine may be busy with others.
jest.setTimeout(120_000)

afterEach(removeScratch)

interface Row {
  readonly cells: readonly string[]
  /** Where it begins. */
  readonly line: number
}

interface Outcome extends RowsRead {
  readonly rowsGiven: readonly Row[]
  readonly faults: readonly { readonly line: number; readonly reason: string }[]
}

const columns = ['a', 'b', 'c']

async function read(file: string, wanted: readonly string[] = columns): Promise<Outcome> {
  const rowsGiven: Row[] = []
  const faults: Outcome['faults'][number][] = []
  const rows: Rows = {
    file,
    columns: wanted,
    onRow: (cells, line) => rowsGiven.push({ cells: [...cells], line }),
    onFault: (line, reason) => faults.push({ line, reason }),
  }
  return { ...(await readRows(rows)), rowsGiven, faults }
}

/** Reads a text that comes in exactly these pieces: blocks of a zstd frame are given out one by one. */
async function readPieces(folder: string, pieces: readonly Uint8Array[]): Promise<Outcome> {
  const file = join(folder, 'pieces.csv.zst')
  writeFileSync(file, zstdFrame(pieces.map(rawBlock)))
  return read(file)
}

function cut(bytes: Buffer, ...at: number[]): Buffer[] {
  const ends = [...at.sort((a, b) => a - b), bytes.length]
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
}

/** Only what differs is given to `toEqual`, which would take most of the time. */
function same(outcome: Outcome, expected: Outcome): void {
  const texts = [outcome, expected].map(({ rows, endsOpen, rowsGiven, faults }) =>
    JSON.stringify([rows, endsOpen, rowsGiven.map(({ cells, line }) => [cells, line]), faults]),
  )
  if (texts[0] !== texts[1]) expect(outcome).toEqual(expected)
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const fault = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(fault instanceof UserError)) throw new Error('A UserError was expected.', { cause: fault })
  return fault.message
}

interface Dialect {
  readonly delimiter: string
  readonly lineEnd: () => string
  readonly quoteAll: boolean
  readonly bom: boolean
  readonly blankLines: boolean
  readonly endsOpen: boolean
}

const atoms = [
  '',
  'a',
  '0',
  ' ',
  'ө',
  'ң',
  '😀',
  'Бишкек',
  '"',
  '""',
  ',',
  ';',
  '\n',
  '\r\n',
  '\r',
  "'",
  '\\',
  '\t',
  'é',
]

/** A text, and the rows it was made of. */
function generate(random: (below: number) => number): { text: string; rows: Row[]; dialect: Dialect } {
  const ends = random(3)
  const dialect: Dialect = {
    delimiter: random(2) === 0 ? ',' : ';',
    lineEnd: () => (ends === 0 || (ends === 2 && random(2) === 0) ? '\n' : '\r\n'),
    quoteAll: random(4) === 0,
    bom: random(3) === 0,
    blankLines: random(3) === 0,
    endsOpen: random(3) === 0,
  }
  const { delimiter, lineEnd } = dialect
  let text = `${dialect.bom ? '\ufeff' : ''}${columns.join(delimiter)}${lineEnd()}`
  const rows: Row[] = []
  const count = 1 + random(6)
  for (let row = 0; row < count; row += 1) {
    while (dialect.blankLines && random(2) === 0) text += lineEnd()
    const cells = columns.map(() => Array.from({ length: random(5) }, () => atoms[random(atoms.length)]).join(''))
    rows.push({ cells, line: text.split('\n').length })
    const written = cells.map((cell) => {
      const must = /[",;\r\n]/.test(cell)
      return must || dialect.quoteAll || random(5) === 0 ? `"${cell.replaceAll('"', '""')}"` : cell
    })
    text += written.join(delimiter) + (row === count - 1 && dialect.endsOpen ? '' : lineEnd())
  }
  return { text, rows, dialect }
}

/** What csv-parse reads. */
function oracle(text: string, delimiter: string): readonly (readonly string[])[] {
  const options = { bom: true, delimiter, from: 2, record_delimiter: ['\n', '\r\n'], skip_empty_lines: true }
  return parse(text, options) as string[][]
}

test('gives the cells csv-parse gives and the lines they are on, of 3,000 texts, however they come in pieces', async () => {
  const folder = scratch()
  const random = pseudoRandom(1255)
  const plain = join(folder, 'plain.csv')
  const packed = join(folder, 'packed.csv.gz')
  const counts = { quotedLineEnds: 0, doubled: 0, boms: 0, blanks: 0, open: 0, semicolons: 0, crlf: 0, rows: 0 }
  for (let n = 0; n < 3000; n += 1) {
    const { text, rows, dialect } = generate(random)
    const bytes = Buffer.from(text)
    const expected = oracle(text, dialect.delimiter)
    // The generator must mean what csv-parse reads, or the line numbers would be of something else.
    if (JSON.stringify(rows.map(({ cells }) => cells)) !== JSON.stringify(expected)) throw new Error(`not ${text}`)
    const whole = { rows: rows.length, endsOpen: !text.endsWith('\n'), rowsGiven: rows, faults: [] }

    writeFileSync(plain, bytes)
    same(await read(plain), whole)
    if (n % 10 === 0) {
      writeFileSync(packed, gzipSync(bytes))
      same(await read(packed), whole)
    }
    if (n % 2 === 0) {
      const places = Array.from({ length: 1 + random(6) }, () => random(bytes.length + 1))
      same(await readPieces(folder, cut(bytes, ...places)), whole)
    }

    counts.rows += rows.length
    counts.quotedLineEnds += Number(rows.some(({ cells }) => cells.some((cell) => cell.includes('\n'))))
    counts.doubled += Number(text.includes('""'))
    counts.boms += Number(dialect.bom)
    counts.blanks += Number(/\n\r?\n/.test(text))
    counts.open += Number(dialect.endsOpen)
    counts.semicolons += Number(dialect.delimiter === ';')
    counts.crlf += Number(text.includes('\r\n'))
  }
  // A generator that has become tame would prove nothing.
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(300)
})

/** The record on line 4 has a cell too many. */
const tricky = `\ufeff"a";b;c\r\n1;"ө";\n\r\n"x\r\n""y""";😀;"";\r\n\n;;\nң;"";"\n\n"\r\n"";"""";"ы"`

test('reads a text the same wherever it is cut, even in the middle of a letter or of a doubled mark', async () => {
  const folder = scratch()
  const bytes = Buffer.from(tricky)
  const expected: Outcome = {
    rows: 5,
    endsOpen: true,
    rowsGiven: [
      { cells: ['1', 'ө', ''], line: 2 },
      { cells: ['', '', ''], line: 7 },
      { cells: ['ң', '', '\n\n'], line: 8 },
      { cells: ['', '"', 'ы'], line: 11 },
    ],
    faults: [{ line: 4, reason: 'the row has 4 cells, the header 3' }],
  }
  expect(await readPieces(folder, [bytes])).toEqual(expected)
  expect(
    await readPieces(
      folder,
      [...bytes].map((byte) => Buffer.from([byte])),
    ),
  ).toEqual(expected)
  let cuts = 0
  for (let first = 1; first < bytes.length; first += 1) {
    for (let second = first; second < bytes.length; second += 3) {
      same(await readPieces(folder, cut(bytes, first, second)), expected)
      cuts += 1
    }
  }
  expect(cuts).toBeGreaterThan(700)
})

test('reads a plain file larger than a piece, with rows across every border of the pieces', async () => {
  const folder = scratch()
  const file = join(folder, 'large.csv')
  const random = pseudoRandom(119)
  const rows: Row[] = []
  let text = 'c,a,b\n'
  let line = 2
  while (text.length < 700_000) {
    const cells = [`ө${random(1e9)}`, `x\n"${'ң'.repeat(random(90))}`, `${random(1e6)}`]
    rows.push({ cells, line })
    text += `${cells[2]},${cells[0]},"${cells[1]?.replaceAll('"', '""')}"\n`
    line += 2
  }
  expect(Buffer.byteLength(text)).toBeGreaterThan(3 * 262_144)
  writeFileSync(file, text)
  expect(await read(file)).toEqual({ rows: rows.length, endsOpen: false, rowsGiven: rows, faults: [] })
})

const outOfPlace = 'a quotation mark is out of place'

test.each([
  ['1,2', 'the row has 2 cells, the header 3'],
  ['1,2,3,4', 'the row has 4 cells, the header 3'],
  ['""', 'the row has 1 cells, the header 3'],
  ['1,2"3,4', outOfPlace],
  ['1,"2"3,4', outOfPlace],
  ['1, "2",3', outOfPlace],
  ['1,"2" ,3', outOfPlace],
  ['1,"2"\r,3', outOfPlace],
  ['1,"2\n\r\n2"x,3', outOfPlace],
])('a row %j is a fault of its first line alone, whatever lines come before', async (faulty, reason) => {
  const folder = scratch()
  const random = pseudoRandom(7)
  for (let n = 0; n < 60; n += 1) {
    const before = Array.from({ length: random(5) }, () => ['x,y,z\n', '\n', '"x\n\n",y,z\r\n'][random(3)]).join('')
    const text = `a,b,c\n${before}${faulty}\n"l\nm",n,o\n`
    const line = text.slice(0, 6 + before.length).split('\n').length
    const bytes = Buffer.from(text)
    const outcome = await readPieces(folder, cut(bytes, random(bytes.length), random(bytes.length)))
    expect(outcome.faults).toEqual([{ line, reason }])
    const last = { cells: ['l\nm', 'n', 'o'], line: line + faulty.split('\n').length }
    expect(outcome.rowsGiven.at(-1)).toEqual(last)
    expect(outcome.rows).toBe(outcome.rowsGiven.length + 1)
  }
})

test('without anyone to tell, the first fault ends the reading', async () => {
  const file = join(scratch(), 'voters.csv')
  writeFileSync(file, 'a,b,c\n1,2,3\n1,2\n1\n')
  const given: number[] = []
  const message = await refusal(readRows({ file, columns, onRow: (_, line) => given.push(line) }))
  expect(message).toBe(`${file}, line 3: the row has 2 cells, the header 3. Correct it and import again.`)
  expect(given).toEqual([2])
})

describe('a file is refused', () => {
  const long = 'x'.repeat(70_000)

  it.each([
    [
      'a quotation mark that is never closed',
      'a,b,c\n1,2,3\n\n4,"5,6\n7,8,9\n',
      'line 4: a quotation mark is not closed',
    ],
    ['one in the last cell', 'a,b,c\n1,2,"3', 'line 2: a quotation mark is not closed'],
    ['one that would swallow the rest', `a,b,c\n1,"2,3\n${'4,5,6\n'.repeat(50_000)}`, 'line 2: the row is longer than'],
    ['a row without end', `a,b,c\n1,2,3\n4,${long.repeat(4)}`, 'line 3: the row is longer than'],
    ['a header without end', long.repeat(4), 'line 1: the row is longer than'],
    [
      'bytes that are not UTF-8',
      Buffer.from('a,b,c\n1,2,3\n\n4,\xe0\xe1,6\n', 'latin1'),
      'line 4: the text is not UTF-8',
    ],
    [
      'half a letter',
      Buffer.concat([Buffer.from('a,b,c\n1,2,3\n4,5,'), Buffer.from([0xd3])]),
      'line 3: the text is not UTF-8',
    ],
    ['such a header', Buffer.from('\xe0,a,b,c\n1,2,3,4\n', 'latin1'), 'line 1: the text is not UTF-8'],
    ['an overlong letter', Buffer.from('a,b,c\n1,\xc0\xaf,3\n', 'latin1'), 'line 2: the text is not UTF-8'],
    ['half of a surrogate pair', Buffer.from('a,b,c\n1,\xed\xa0\x80,3\n', 'latin1'), 'line 2: the text is not UTF-8'],
    ['UTF-16', Buffer.from('a,b,c\n1,2,3\n', 'utf16le'), 'is not UTF-8'],
    ['a column that is missing', 'a,b\n1,2\n', 'line 1: there is no column "c"'],
    ['a column that is twice there', 'a,b,c,A\n1,2,3,4\n', 'line 1: the column "a" is there twice'],
    ['nothing', '', 'is empty'],
    ['a mark alone', '\ufeff', 'is empty'],
    ['a header alone', 'a,b,c\n', 'has a header and no rows'],
    ['a header and blank lines', 'a,b,c\n\n\r\n', 'has a header and no rows'],
    ['a header without an end', 'a,b,c', 'has a header and no rows'],
  ])('for %s', async (_, bytes, sentence) => {
    const folder = scratch()
    const file = join(folder, 'voters.csv')
    writeFileSync(file, bytes)
    const message = await refusal(read(file))
    expect(message).toContain(file)
    expect(message).toContain(sentence)
  })
})
