import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import xxhash from 'xxhash-wasm'
import { activeSnapshot, pointerFile } from '../../src/register/active.ts'
import { type BringInOptions, bringIn } from '../../src/register/bring-in.ts'
import type { Limits } from '../../src/register/checks.ts'
import { openVoterDirectory, type RegisterDirectory } from '../../src/register/directory.ts'
import { type FileRole, type Manifest, parseManifest, signedText } from '../../src/register/edition/manifest.ts'
import { generateKey, signManifest, verifyManifest } from '../../src/register/edition/signing-keys.ts'
import { decodeText } from '../../src/register/edition/staged-copy.ts'
import { formatReport, readReport, reportIds } from '../../src/register/report.ts'
import { UserError } from '../../src/user-error.ts'
import { ignoreProgress, noClips, pinOf, pseudoRandom, removeScratch, scratch, strict } from './scratch.ts'
import { rawBlock, rleBlock, type ZstdBlock, zstdFrame } from './zstd-frame.ts'

// These work on files, and a machine may be busy with others.
jest.setTimeout(60_000)

const home = scratch()
const register = join(home, 'register')
const now = new Date('2026-11-22T03:00:00Z')
const election = 'Жогорку Кеңеш 2026'
// Moving voters between stations is what tells the editions apart.
const limits: Limits = { ...strict, moved: 1, regionCount: 1 }

const signer = generateKey({ name: 'ЦИК', expires: '2026-12-31' })
const expired = generateKey({ name: 'ЦИК до осени', expires: '2026-11-21' })
const stranger = generateKey({ name: 'stranger', expires: '2030-01-01' })
const keyFiles = [signer, expired].map(({ publicKey }, index) => {
  const file = join(home, `${index}.pub.json`)
  writeFileSync(file, JSON.stringify(publicKey))
  return file
})

const stationNumbers = [1101, 1102, 2001, 3005, 7087, 8120]
const pins = Array.from(
  { length: 42 },
  (_, i) => `${1 + (i % 2)}${String(1 + (i % 28)).padStart(2, '0')}041980${String(137 + i * 911).padStart(5, '0')}`,
)

const stationsText = [
  'number,region,address_ky,address_ru',
  ...stationNumbers.map(
    (n) => `${n},${String(n)[0]},"Бишкек шаары, Киевская көчөсү, ${n % 97}","город Бишкек, улица Киевская, ${n % 97}"`,
  ),
  '',
].join('\n')

/** @param shift of every voter to another station, by which two editions differ */
function votersTextOf(shift: number): string {
  const rows = pins.map((pin, i) => {
    if (i === 40) return `${pin},,no-biometry`
    return `${pin},${stationNumbers[(i + shift) % stationNumbers.length]},${i === 41 ? 'no-biometry' : 'listed'}`
  })
  return ['pin,station,status', ...rows, ''].join('\n')
}

const votersText = votersTextOf(1)

/** What lies in a folder: names and contents. */
type Files = Record<string, string | Buffer>

interface Edition {
  readonly voters?: string | Buffer
  readonly stations?: string | Buffer
  readonly votersName?: string
  readonly stationsName?: string
  /** Put over the manifest before it is signed; whatever JSON can hold. */
  readonly fields?: object
  readonly rows?: Partial<Record<FileRole, unknown>>
  readonly pem?: string
}

function manifestOf({
  voters = votersText,
  stations = stationsText,
  votersName,
  stationsName,
  fields,
  rows,
  pem,
}: Edition = {}): Manifest {
  const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex')
  const manifest = {
    id: '2026-11-22',
    election,
    asOf: '2026-11-22T00:00:00+06:00',
    voters: { name: votersName ?? 'voters.csv', rows: rows?.voters ?? pins.length, sha256: sha256(voters) },
    stations: {
      name: stationsName ?? 'stations.csv',
      rows: rows?.stations ?? stationNumbers.length,
      sha256: sha256(stations),
    },
    ...fields,
  }
  return signManifest(manifest as Manifest, pem ?? signer.privatePem)
}

/** An edition that was signed as it is, damage and all: only reading it can find that. */
function signed(edition: Edition = {}): Files {
  const {
    voters = votersText,
    stations = stationsText,
    votersName = 'voters.csv',
    stationsName = 'stations.csv',
  } = edition
  return {
    'manifest.json': `${JSON.stringify(manifestOf(edition), null, 2)}\n`,
    [votersName]: voters,
    [stationsName]: stations,
  }
}

function withManifest(manifest: unknown): Files {
  return { ...signed(), 'manifest.json': typeof manifest === 'string' ? manifest : JSON.stringify(manifest) }
}

interface Variant {
  readonly name: string
  readonly files: Files | (() => Files)
  /** What else is done to the folder. */
  readonly also?: (folder: string) => void
  /** Words of the sentence: where the fault is. */
  readonly where: string | RegExp
  readonly options?: Partial<BringInOptions>
  /** Name of the check that must be red, of an edition that could be read but is not fit. */
  readonly red?: string | RegExp
}

const packings = ['', '.gz', '.zst'] as const
type Packing = (typeof packings)[number]
let sum64: (bytes: Buffer) => bigint = () => 0n

function zstd(text: string | Buffer, blocks?: readonly ZstdBlock[]): Buffer {
  const bytes = Buffer.from(text)
  const middle = bytes.length >> 1
  const checksum = Number(sum64(bytes) & 0xffffffffn)
  return zstdFrame(blocks ?? [rawBlock(bytes.subarray(0, middle)), rawBlock(bytes.subarray(middle))], { checksum })
}

function packed(text: string | Buffer, packing: Packing): Buffer {
  if (packing === '.gz') return gzipSync(text)
  return packing === '.zst' ? zstd(text) : Buffer.from(text)
}

/** One file of an edition, and the edition it is in. */
function filePacked(role: FileRole, packing: Packing) {
  const name = `${role}.csv${packing}`
  const plain = role === 'voters' ? votersText : stationsText
  const edition = (bytes: string | Buffer, rows?: unknown): Edition => ({
    [role]: bytes,
    [`${role}Name`]: name,
    ...(rows === undefined ? {} : { rows: { [role]: rows } }),
  })
  return { name, plain, bytes: () => packed(plain, packing), edition }
}

const roles = ['voters', 'stations'] as const
const random = pseudoRandom(2026)

function places(length: number, count: number, from = 0): number[] {
  const chosen = new Set<number>()
  while (chosen.size < Math.min(count, length - from)) chosen.add(from + random(length - from))
  return [...chosen].sort((a, b) => a - b)
}

function flipped(bytes: Buffer, at: number, bit: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ (1 << bit)
  return copy
}

/** Lengths that are known only once zstd's checksum can be made. */
function fraction(share: number, bytes: Buffer): number {
  return Math.min(bytes.length - 1, Math.floor(share * bytes.length))
}

const shares = Array.from({ length: 12 }, (_, i) => i / 12 + 0.001 + random(60) / 1000)

const truncated: Variant[] = roles.flatMap((role) =>
  packings.flatMap((packing) => {
    const file = filePacked(role, packing)
    const short = (share: number) => file.bytes().subarray(0, fraction(share, file.bytes()))
    return [0, ...shares, 1].flatMap((share): Variant[] => [
      {
        name: `${file.name} cut off at ${(share * 100).toFixed(1)} % after it was signed`,
        files: () => ({ ...signed(file.edition(file.bytes())), [file.name]: short(share) }),
        where: file.name,
      },
      {
        name: `${file.name} cut off at ${(share * 100).toFixed(1)} % before it was signed`,
        files: () => signed(file.edition(short(share))),
        // A plain one that ends in the middle of a row may have all its rows: then the checks find it.
        ...(packing === '' && share === 1
          ? { where: 'red checks', red: 'cut-off' }
          : { where: packing === '' ? role : file.name }),
      },
    ])
  }),
)

const flips: Variant[] = roles.flatMap((role) =>
  packings.flatMap((packing) => {
    const file = filePacked(role, packing)
    return Array.from({ length: 14 }, (_, i): [number, number] => [(i + random(1000) / 1000) / 14, random(8)]).flatMap(
      ([share, bit]): Variant[] => {
        const after: Variant = {
          name: `${file.name} with bit ${bit} flipped at ${(share * 100).toFixed(1)} % after it was signed`,
          files: () => ({
            ...signed(file.edition(file.bytes())),
            [file.name]: flipped(file.bytes(), fraction(share, file.bytes()), bit),
          }),
          where: file.name,
        }
        // A header's fields that don't touch the text (time, window) may be anything.
        const before: Variant = {
          name: `${file.name} with bit ${bit} flipped at ${(share * 100).toFixed(1)} % before it was signed`,
          files: () => signed(file.edition(flipped(file.bytes(), Math.max(10, fraction(share, file.bytes())), bit))),
          where: file.name,
        }
        return packing === '' ? [after] : [after, before]
      },
    )
  }),
)

const manifestText = Buffer.from(`${JSON.stringify(manifestOf(), null, 2)}\n`)

const manifests: Variant[] = [
  // The last two bytes are the brace, which nothing can miss, and the line end, which may.
  ...places(manifestText.length - 2, 40).map(
    (at): Variant => ({
      name: `manifest.json cut off at byte ${at}`,
      files: { ...signed(), 'manifest.json': manifestText.subarray(0, at) },
      where: 'manifest.json',
    }),
  ),
  ...places(manifestText.length - 1, 120).map((at): Variant => {
    const bit = random(8)
    return {
      name: `manifest.json with bit ${bit} flipped at byte ${at}`,
      files: { ...signed(), 'manifest.json': flipped(manifestText, at, bit) },
      where: /manifest|edition/,
    }
  }),
  ...Object.entries({
    empty: '',
    'only spaces': '  \n',
    null: 'null',
    'a list': '[]',
    'a number': '42',
    'a web page': '<!doctype html><title>404</title>',
    'UTF-16': Buffer.from(`\ufeff${manifestText}`, 'utf16le').toString('latin1'),
    'two of them': `${manifestText}${manifestText}`,
    'deeply nested': '['.repeat(30_000),
    'larger than a manifest': ' '.repeat(70_000) + manifestText,
    'with a member that nobody knows': JSON.stringify({ ...manifestOf(), more: 1 }),
    'without the stations': JSON.stringify({ ...manifestOf(), stations: undefined }),
  }).map(
    ([what, text]): Variant => ({ name: `manifest.json ${what}`, files: withManifest(text), where: 'manifest.json' }),
  ),
]

const whole = manifestOf()
const { signature: _, ...unsigned } = whole
const otherEdition = manifestOf({ fields: { id: '2026-11-21b' } })
const wrongSignature = 'The signature of edition "2026-11-22" is wrong: its manifest'

const signatures: Variant[] = [
  {
    name: 'no manifest at all',
    files: { 'voters.csv': votersText, 'stations.csv': stationsText },
    where: 'manifest.json',
  },
  { name: 'no signature', files: withManifest(unsigned), where: 'The manifest of edition "2026-11-22" is not signed' },
  {
    name: 'a null signature',
    files: withManifest({ ...whole, signature: null }),
    where: 'manifest.json is not a manifest. signature',
  },
  {
    name: 'an empty signature',
    files: withManifest({ ...whole, signature: {} }),
    where: 'manifest.json is not a manifest. signature',
  },
  {
    name: 'a stranger’s signature',
    files: signed({ pem: stranger.privatePem }),
    where: `The manifest of edition "2026-11-22" is signed with the key ${stranger.publicKey.id}`,
  },
  {
    name: 'a stranger’s signature under our key’s id',
    files: withManifest({
      ...whole,
      signature: { key: signer.publicKey.id, value: manifestOf({ pem: stranger.privatePem }).signature?.value },
    }),
    where: wrongSignature,
  },
  {
    name: 'the signature of an expired key',
    files: signed({ pem: expired.privatePem }),
    where: `The key ${expired.publicKey.id} (ЦИК до осени) that signed edition "2026-11-22" expired after 2026-11-21`,
  },
  {
    name: 'the signature of another manifest',
    files: withManifest({ ...whole, signature: otherEdition.signature }),
    where: wrongSignature,
  },
  {
    name: 'another manifest, genuine',
    files: withManifest(manifestOf({ voters: `${votersText}x` })),
    where: 'voters.csv is not the file of the manifest',
  },
  {
    name: 'a signature of zeros',
    files: withManifest({ ...whole, signature: { key: signer.publicKey.id, value: `${'A'.repeat(86)}==` } }),
    where: wrongSignature,
  },
  {
    name: 'half a signature',
    files: withManifest({
      ...whole,
      signature: { key: signer.publicKey.id, value: whole.signature?.value.slice(0, 44) },
    }),
    where: 'manifest.json is not a manifest. signature.value',
  },
  { name: 'no keys to trust', files: signed(), options: { keys: [] }, where: 'The manifest of edition "2026-11-22"' },
  {
    name: 'a key’s file that is not there',
    files: signed(),
    options: { keys: [join(home, 'none.json')] },
    where: join(home, 'none.json'),
  },
  {
    name: 'a trusted source’s wrong signature',
    files: withManifest({ ...whole, signature: otherEdition.signature }),
    options: { trusted: true },
    where: wrongSignature,
  },
  ...Object.entries({
    id: '2026-11-23',
    election: `${election} `,
    asOf: '2026-11-22T00:00:00+05:00',
    voters: { ...whole.voters, rows: 41 },
    stations: { ...whole.stations, name: 'stations.csv.gz' },
  }).map(
    ([field, value]): Variant => ({
      name: `${field} changed after it was signed`,
      files: withManifest({ ...whole, [field]: value }),
      where: field === 'id' ? wrongSignature.replace('22', '23') : wrongSignature,
    }),
  ),
]

const older: Variant[] = ['2026-11-20T23:59:59+06:00', '2026-11-21T05:59:59+06:00', '1990-01-01T00:00:00Z'].map(
  (asOf) => ({
    name: `a genuine edition as of ${asOf}, older than the active one`,
    files: signed({ fields: { asOf } }),
    where: /^The edition is as of .*, older than the active one/,
  }),
)

const wrongFields: Variant[] = [
  {
    name: 'an edition of another election',
    files: signed({ fields: { election: 'Президент 2027' } }),
    where: /manifest\.json is of another election: "Президент 2027"/,
  },
  {
    name: 'an edition of the future',
    files: signed({ fields: { asOf: '2026-11-24T00:00:00+06:00' } }),
    where: 'manifest.json says the list is as of',
  },
  { name: 'an edition without a zone', files: signed({ fields: { asOf: '2026-11-22T00:00:00' } }), where: 'asOf' },
  {
    name: 'an election of control characters',
    files: signed({ fields: { election: 'a\u001b[2J' } }),
    where: 'election',
  },
  ...[41, 43, 4_300_000].map(
    (rows): Variant => ({
      name: `${rows} voters promised and signed`,
      files: signed({ rows: { voters: rows } }),
      where: `The manifest counts ${rows} voters`,
    }),
  ),
  ...[5, 7].map(
    (rows): Variant => ({
      name: `${rows} stations promised and signed`,
      files: signed({ rows: { stations: rows } }),
      where: `The manifest counts ${rows} stations`,
    }),
  ),
  ...[0, -1, 41.5, 1e21, '42', null, true].map(
    (rows): Variant => ({
      name: `${JSON.stringify(rows)} voters promised and signed`,
      files: { ...signed(), 'manifest.json': JSON.stringify({ ...whole, voters: { ...whole.voters, rows } }) },
      where: 'manifest.json is not a manifest. voters.rows',
    }),
  ),
  ...roles.map(
    (role): Variant => ({
      name: `the hash of the other file for ${role}`,
      files: signed({
        fields: { [role]: { ...whole[role], sha256: whole[role === 'voters' ? 'stations' : 'voters'].sha256 } },
      }),
      where: `${role}.csv is not the file of the manifest`,
    }),
  ),
]

const names = [
  ...['../voters.csv', '/etc/passwd', 'sub/voters.csv', './voters.csv', 'voters.csv/../../voters.csv', '..', '.', ''],
  ...[
    'voters.csv\0.gz',
    'voters.csv\n',
    'voters.csv ',
    'VOTERS.CSV',
    'stations.csv',
    'manifest.json',
    'voters.csv.gz.zst',
  ],
  ...['C:\\voters.csv', '\\\\host\\share\\voters.csv', '..\\voters.csv', '%2e%2e%2fvoters.csv', 'file:///etc/passwd'],
  ...[
    'https://example.com/voters.csv',
    'ｖoters.csv',
    'voters\u202evsc.',
    '~/voters.csv',
    '$(id).csv',
    'v'.repeat(5000),
  ],
]

const tricks: Variant[] = [
  ...names.map(
    (name): Variant => ({
      name: `voters named ${JSON.stringify(name.slice(0, 40))}`,
      files: { ...signed(), 'manifest.json': JSON.stringify(manifestOf({ votersName: name })) },
      where: 'manifest.json is not a manifest. voters.name',
    }),
  ),
  ...['../../active', 'a/b', '', '.hidden', 'a b', 'x'.repeat(65)].map(
    (id): Variant => ({
      name: `an edition named ${JSON.stringify(id.slice(0, 20))}`,
      files: signed({ fields: { id } }),
      where: 'manifest.json is not a manifest. id',
    }),
  ),
  ...['manifest.json', 'voters.csv', 'stations.csv'].flatMap((name): Variant[] => {
    const inPlace = (
      what: string,
      put: (file: string) => void,
      where: string | RegExp = `${name} is ${what}`,
    ): Variant => ({
      name: `${what} in place of ${name}`,
      files: signed(),
      also: (folder) => put(join(folder, name)),
      where,
    })
    return [
      inPlace('a symbolic link', (file) => {
        renameSync(file, `${file}.genuine`)
        symlinkSync(`${file}.genuine`, file)
      }),
      inPlace('a symbolic link', (file) => {
        rmSync(file)
        symlinkSync('/nowhere', file)
      }),
      inPlace('a folder', (file) => {
        rmSync(file)
        mkdirSync(file)
      }),
      inPlace('a pipe', (file) => {
        rmSync(file)
        execFileSync('mkfifo', [file])
      }),
      inPlace('nothing', (file) => rmSync(file), name),
    ]
  }),
  {
    name: 'no folder',
    files: {},
    also: (folder) => rmSync(folder, { recursive: true }),
    where: /edition-.* can't be read/,
  },
  {
    name: 'a file in place of the folder',
    files: {},
    also: (folder) => {
      rmSync(folder, { recursive: true })
      writeFileSync(folder, votersText)
    },
    where: /edition-.* can't be read/,
  },
]

/** Letters of Russian in an 8-bit code; what the code lacks becomes a question mark. */
function eightBit(text: string, codeOf: (letter: number) => number): Buffer {
  return Buffer.from(
    [...text].map((letter) => {
      const code = letter.codePointAt(0) ?? 0
      if (code < 128) return code
      return code >= 0x410 && code < 0x450 ? codeOf(code - 0x410) : 0x3f
    }),
  )
}

const windows1251 = eightBit(stationsText, (letter) => 0xc0 + letter)
const swap16 = (text: string) => Buffer.from(text, 'utf16le').swap16()

const encodings: Variant[] = [
  ...packings.flatMap((packing) =>
    roles.flatMap((role) => {
      const file = filePacked(role, packing)
      const inCode = (
        code: string,
        bytes: Buffer,
        found: Pick<Variant, 'where' | 'red'> = { where: file.name },
      ): Variant => ({
        name: `${file.name} in ${code}`,
        files: () => signed(file.edition(packed(bytes, packing))),
        ...found,
      })
      const { plain } = file
      const of16: Variant[] = [
        inCode('UTF-16 LE', Buffer.from(plain, 'utf16le')),
        inCode('UTF-16 LE with its mark', Buffer.from(`\ufeff${plain}`, 'utf16le')),
        inCode('UTF-16 BE', swap16(plain)),
        inCode('UTF-16 BE with its mark', swap16(`\ufeff${plain}`)),
      ]
      if (role === 'voters') return of16
      const silent = { where: 'red checks', red: 'missing-addresses' }
      return [
        ...of16,
        inCode('windows-1251', windows1251),
        inCode(
          'CP866',
          eightBit(plain, (letter) => (letter < 48 ? 0x80 : 0xb0) + letter),
        ),
        inCode(
          'ISO 8859-5',
          eightBit(plain, (letter) => 0xb0 + letter),
        ),
        inCode('Latin-1', Buffer.from(plain.replaceAll('Киевская', 'Café'), 'latin1')),
        inCode('question marks', Buffer.from(plain.replace(/\P{ASCII}/gu, '?')), silent),
        inCode('replacement characters', Buffer.from(plain.replace(/\P{ASCII}/gu, '\ufffd')), silent),
        inCode('UTF-8 made of windows-1251 taken for Latin-1', Buffer.from(windows1251.toString('latin1')), silent),
        inCode('UTF-8 made of UTF-8 taken for Latin-1', Buffer.from(Buffer.from(plain).toString('latin1')), silent),
      ]
    }),
  ),
]

function swappedColumns(text: string, one: string, other: string): string {
  const end = text.indexOf('\n')
  const header = text.slice(0, end).split(',')
  return header.map((name) => (name === one ? other : name === other ? one : name)).join(',') + text.slice(end)
}

const lines = votersText.split('\n')
const columns: Variant[] = [
  ...(
    [
      ['voters', 'pin', 'station'],
      ['voters', 'station', 'status'],
      ['voters', 'pin', 'status'],
      ['stations', 'number', 'region'],
      ['stations', 'number', 'address_ky'],
      ['stations', 'region', 'address_ru'],
    ] as const
  ).flatMap(([role, one, other]) =>
    packings.map((packing): Variant => {
      const file = filePacked(role, packing)
      return {
        name: `${file.name} with the headers ${one} and ${other} swapped`,
        files: () => signed(file.edition(packed(swappedColumns(file.plain, one, other), packing))),
        where: /red checks|stations\.csv/,
        red: role === 'voters' ? 'bad-voter-rows' : /bad-station-rows|unknown-stations/,
      }
    }),
  ),
  ...packings.map(
    (packing): Variant => ({
      name: `voters and stations swapped, ${packing || 'plain'}`,
      files: () =>
        signed({
          voters: packed(stationsText, packing),
          stations: packed(votersText, packing),
          votersName: `voters.csv${packing}`,
          stationsName: `stations.csv${packing}`,
          rows: { voters: stationNumbers.length, stations: pins.length },
        }),
      where: `stations.csv${packing}, line 1: there is no column "number"`,
    }),
  ),
  {
    name: 'the files swapped after they were signed',
    files: { ...signed(), 'voters.csv': stationsText, 'stations.csv': votersText },
    where: 'voters.csv is not the file',
  },
  {
    name: 'two rows swapped after they were signed',
    files: { ...signed(), 'voters.csv': [lines[0], lines[2], lines[1], ...lines.slice(3)].join('\n') },
    where: 'voters.csv is not the file',
  },
  {
    name: 'the cells of one row swapped',
    files: signed({ voters: votersText.replace(/^(\d{14}),(\d{4}),/m, '$2,$1,') }),
    where: 'red checks',
    red: 'bad-voter-rows',
  },
  {
    name: 'a header in the middle',
    files: signed({ voters: [...lines.slice(0, 9), lines[0], ...lines.slice(9)].join('\n'), rows: { voters: 43 } }),
    where: 'red checks',
    red: 'bad-voter-rows',
  },
  {
    name: 'no header',
    files: signed({ voters: lines.slice(1).join('\n') }),
    where: 'voters.csv, line 1: there is no column "pin"',
  },
  {
    name: 'a column named twice',
    files: signed({ voters: votersText.replace('status', 'pin') }),
    where: 'voters.csv, line 1:',
  },
  {
    name: 'tabs between the columns',
    files: signed({ voters: votersText.replaceAll(',', '\t') }),
    where: 'voters.csv, line 1: there is no column',
  },
  {
    name: 'a quotation mark that opens and never closes',
    files: signed({ voters: votersText.replace(/^2/m, '"2') }),
    where: /voters\.csv, line \d+: a quotation mark is not closed/,
  },
  {
    name: 'a voter at two stations',
    files: signed({ voters: `${votersText}${pins[0]},1101,listed\n${pins[0]},1102,listed\n`, rows: { voters: 44 } }),
    where: 'red checks',
    red: 'conflicts',
  },
  {
    name: 'a station that is nowhere',
    files: signed({ voters: votersText.replace(',2001,', ',2002,') }),
    where: 'red checks',
    red: 'unknown-stations',
  },
]

const notWhatItIsCalled: Variant[] = [
  {
    name: 'plain text called .gz',
    files: signed({ voters: votersText, votersName: 'voters.csv.gz' }),
    where: 'voters.csv.gz is named like gzip',
  },
  {
    name: 'plain text called .zst',
    files: signed({ voters: votersText, votersName: 'voters.csv.zst' }),
    where: 'voters.csv.zst is named like zstd',
  },
  {
    name: 'gzip called .csv',
    files: signed({ voters: gzipSync(votersText) }),
    where: 'voters.csv is named like plain text',
  },
  {
    name: 'gzip called .zst',
    files: signed({ voters: gzipSync(votersText), votersName: 'voters.csv.zst' }),
    where: 'voters.csv.zst is named like zstd',
  },
  {
    name: 'gzip in gzip',
    files: signed({ voters: gzipSync(gzipSync(votersText)), votersName: 'voters.csv.gz' }),
    where: 'voters.csv.gz',
  },
  {
    name: 'a ZIP archive',
    files: signed({ voters: Buffer.from(`PK\x03\x04${votersText}`, 'latin1') }),
    where: 'voters.csv is a ZIP archive',
  },
  {
    name: 'gzip with something behind it',
    files: signed({ voters: Buffer.concat([gzipSync(votersText), Buffer.from('x')]), votersName: 'voters.csv.gz' }),
    where: /voters\.csv\.gz is (damaged|cut off)/,
  },
]

const mebi = 1024 ** 2
const bombed = (bytes: () => Buffer, name: string): Files => signed({ voters: bytes(), votersName: name })
const gzipBomb = (piece: string) => () =>
  gzipSync(Buffer.concat([Buffer.from('pin,station,status\n'), Buffer.alloc(66 * mebi, piece)]))
const zstdBomb = (byte: string) => () =>
  zstdFrame([
    rawBlock('pin,station,status\n'),
    ...Array.from({ length: 600 }, () => rleBlock(byte.charCodeAt(0), 128 * 1024)),
  ])

const bombs: Variant[] = [
  ...[
    ['blank lines', '\n'],
    ['one row again and again', '20504198000123,1101,listed\n'],
    ['one line without end', 'a'],
    ['quotation marks', '"'],
    ['NUL', '\0'],
  ].map(
    ([what = '', piece = '']): Variant => ({
      name: `66 MB of ${what} in gzip`,
      files: () => bombed(gzipBomb(piece), 'voters.csv.gz'),
      where: 'voters.csv.gz',
    }),
  ),
  ...[
    ['blank lines', '\n'],
    ['one line without end', 'a'],
    ['commas', ','],
  ].map(
    ([what = '', byte = '']): Variant => ({
      name: `75 MB of ${what} in zstd`,
      files: () => bombed(zstdBomb(byte), 'voters.csv.zst'),
      where: 'voters.csv.zst',
    }),
  ),
  {
    name: 'a zstd window of 2 TB',
    files: () => bombed(() => zstdFrame([rawBlock(votersText)], { windowLog: 41 }), 'voters.csv.zst'),
    where: 'voters.csv.zst needs more than 8 MB',
  },
  {
    name: '66 MB of blank lines in the stations’ gzip',
    files: () => signed({ stations: gzipSync(Buffer.alloc(66 * mebi, '\n')), stationsName: 'stations.csv.gz' }),
    where: 'stations.csv.gz',
  },
]

const trusted = { trusted: true, keys: [] }
const onlyFiles = (voters: string | Buffer, stations: string | Buffer = stationsText): Files => ({
  'voters.csv': voters,
  'stations.csv': stations,
})
const inRow = /^(?!.*\n$)/s

/** Nobody signed these and nobody needs to: the reading and the checks alone stand between them and the callers. */
const unsignedCuts: Variant[] = [
  ...places(votersText.length, 40, 30).map((at): Variant => {
    const text = votersText.slice(0, at)
    return {
      name: `trusted voters.csv cut off at byte ${at}`,
      files: onlyFiles(text),
      options: trusted,
      where: 'red checks',
      red: inRow.test(text) ? 'cut-off' : /voter-count|removed/,
    }
  }),
  ...places(stationsText.length, 30, 60).map(
    (at): Variant => ({
      name: `trusted stations.csv cut off at letter ${at}`,
      files: onlyFiles(votersText, stationsText.slice(0, at)),
      options: trusted,
      where: /red checks|stations\.csv/,
    }),
  ),
  {
    name: 'trusted voters.csv with a row in the middle cut short',
    files: onlyFiles(votersText.replace(/,listed\n/, '\n')),
    options: trusted,
    where: 'red checks',
    red: 'bad-voter-rows',
  },
  {
    name: 'trusted voters.csv with a digit too few',
    files: onlyFiles(votersText.replace(/^2/m, '')),
    options: trusted,
    where: 'red checks',
    red: 'bad-voter-rows',
  },
  {
    name: 'trusted voters.csv with full-width digits',
    files: onlyFiles(votersText.replace(/^2/m, '２')),
    options: trusted,
    where: 'red checks',
    red: 'bad-voter-rows',
  },
]

const variants = [
  ...[...truncated, ...flips, ...manifests, ...signatures, ...older, ...wrongFields, ...tricks],
  ...[...encodings, ...columns, ...notWhatItIsCalled, ...bombs, ...unsignedCuts],
].map((variant, index): [string, Variant] => [`${index + 1}. ${variant.name}`, variant])

let edition = 0

function putEdition(files: Files, also?: (folder: string) => void): string {
  const folder = join(home, `edition-${++edition}`)
  mkdirSync(folder)
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes)
  also?.(folder)
  return folder
}

function bring(folder: string, options: Partial<BringInOptions> = {}) {
  const all: BringInOptions = {
    folder: register,
    keys: keyFiles,
    trusted: false,
    election,
    now,
    limits,
    keep: 3,
    ...options,
  }
  return bringIn(folder, all, noClips, ignoreProgress)
}

/** The bytes behind every answer, and the answers. */
function stateOf(directory: RegisterDirectory) {
  const active = activeSnapshot(register)
  if (!active) throw new Error('The test needs an active snapshot.')
  return {
    pointer: readFileSync(pointerFile(register), 'latin1'),
    snapshot: createHash('sha256').update(readFileSync(active.file)).digest('hex'),
    answers: pins.map((pin) => directory.findByPin(pinOf(pin))),
  }
}

/** Everything in the register's folder but what belongs there, and every file of it that holds a PIN. */
function leftovers(): string[] {
  const belongs =
    /^(keys|active\.json|journal\.jsonl|source\.json|\.(import|pointer|edits)\.lock|(report-.*\.json)|(snapshot-.*\.sqlite))$/
  return readdirSync(register).filter((name) => {
    if (!belongs.test(name)) return true
    const file = join(register, name)
    if (!statSync(file).isFile()) return readdirSync(file).some((key) => !key.endsWith('.key'))
    const bytes = readFileSync(file)
    return pins.some((pin) => bytes.includes(pin))
  })
}

/** Nine digits in a row may be of a PIN; hashes and ids of keys are not. */
function digitsIn(text: string): string[] {
  return text.replace(/\b(?:[0-9a-f]{12}|[0-9a-f]{16}|[0-9a-f]{64})\b/g, '').match(/\d{9}/g) ?? []
}

let directory: RegisterDirectory
let before: ReturnType<typeof stateOf>

beforeAll(async () => {
  const { create64 } = await xxhash()
  sum64 = (bytes) => create64().update(bytes).digest()
  const active = { fields: { id: 'active', asOf: '2026-11-21T06:00:00+06:00' }, voters: votersTextOf(0) }
  await bring(putEdition(signed(active)))
  directory = openVoterDirectory(register)
  before = stateOf(directory)
  expect(before.answers.filter(({ kind }) => kind === 'found')).toHaveLength(40)
})

afterAll(() => {
  directory.close()
  removeScratch()
})

test('there are at least 200 of them, each another', () => {
  expect(new Set(variants.map(([name]) => name.replace(/^\d+\. /, ''))).size).toBeGreaterThanOrEqual(200)
})

test.each(variants)('%s', async (_, { files, also, where, options, red }) => {
  const folder = putEdition(typeof files === 'function' ? files() : files, also)
  const fault = await bring(folder, options).then(
    (imported) => new Error(`It was accepted: ${JSON.stringify(imported)}`),
    (error: unknown) => error,
  )
  if (!(fault instanceof UserError)) throw new Error('A UserError was expected.', { cause: fault })
  expect(fault.message).toMatch(where)
  expect(fault.message).toMatch(/^[^\n]+\.$/)
  expect(digitsIn(fault.message)).toEqual([])
  if (red !== undefined && fault.message.includes('red checks')) {
    const report = readReport(register, /report of (\S+)/.exec(fault.message)?.[1] ?? '')
    expect(
      report.checks
        .filter(({ verdict }) => verdict === 'red')
        .map(({ name }) => name)
        .join(),
    ).toMatch(red)
  }
  directory.reload()
  expect(stateOf(directory)).toEqual(before)
  expect(leftovers()).toEqual([])
  rmSync(folder, { recursive: true, force: true })
})

test('no bit of a signed manifest can be flipped', () => {
  const taken: string[] = []
  for (let at = 0; at < manifestText.length; at += 1) {
    for (let bit = 0; bit < 8; bit += 1) {
      try {
        const text = decodeText(flipped(manifestText, at, bit), 'manifest.json')
        verifyManifest(parseManifest(text, 'manifest.json'), [signer.publicKey], now)
        taken.push(`bit ${bit} of byte ${at}: ${text.slice(Math.max(0, at - 20), at + 5)}`)
      } catch (error) {
        if (!(error instanceof UserError)) throw error
      }
    }
  }
  expect(taken).toEqual([])
})

test('no report holds digits of a PIN', async () => {
  const ids = await reportIds(register)
  expect(ids.length).toBeGreaterThan(50)
  for (const id of ids) expect(digitsIn(formatReport(readReport(register, id)))).toEqual([])
})

test('the same answers come from a directory opened now', () => {
  const fresh = openVoterDirectory(register)
  expect(stateOf(fresh)).toEqual(before)
  fresh.close()
})

test.each([
  ...packings.map((packing): [string, () => Files, object] => [
    `signed, ${packing || 'plain'}`,
    () =>
      signed({
        ...filePacked('voters', packing).edition(packed(votersText, packing)),
        ...filePacked('stations', packing).edition(packed(stationsText, packing)),
      }),
    {},
  ]),
  ['unsigned of a trusted source', () => onlyFiles(votersText), trusted],
])('without any damage it is accepted: %s', async (_, files, options) => {
  const imported = await bring(putEdition(files()), options)
  expect(imported?.id).toBe(activeSnapshot(register)?.id)
  expect(imported).toMatchObject({ voters: 42, stations: 6 })
  directory.reload()
  expect(directory.findByPin(pinOf(pins[0] ?? ''))).toMatchObject({ kind: 'found', station: { number: '1102' } })
  expect(leftovers()).toEqual([])
})

test('what is signed is what RFC 8785 makes of the manifest, so these were refused for their damage', () => {
  expect(signedText(JSON.parse(manifestText.toString()) as Manifest)).toBe(signedText(whole))
})
