import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createGzip, gzipSync } from 'node:zlib'
import { openText } from '../../../src/register/edition/open-text.ts'
import { UserError } from '../../../src/user-error.ts'
import { removeScratch, scratch } from '../scratch.ts'
import { rawBlock, rleBlock, zstdFrame } from '../zstd-frame.ts'

// These work on files and processes, and a machine may be busy with others.
jest.setTimeout(60_000)

afterEach(removeScratch)

const rows = Array.from({ length: 60 }, (_, i) => `${20504198000123 + i * 7919},${1101 + (i % 7)},listed\n`)
const list = `pin,station,status\n${rows.join('')}`
/** `list` as "zstd -19" (1.5.4) writes it, with content size and checksum. */
const zstdList = Buffer.from(
  `KLUv/WRnBT0IAOZWMRPAZzlXiGjx5f+vlFKmlBJ3gJwbMwApACgAa42rm48r8v8zlbHQpl41q4Oo7KQ+0kECAwgHA0FhsRXKRQTV
HA8CHBIMDAgBCIdCgeEgHWchQaqgqllUCElzPaRFGqebHt9F6InH3ZCEoyjaiiq2mGhs34vlUAMS7jhsGWS2RLJaiqJ3LCpca4In
Is6UtCTuyfqenNxsyZSeKfKnkdIKdkdO1yW+e+i1SeR1eYaOUs1bbWZVw52Q8kf0MkhWzlQtNJbXT244Q6gRcIQG19N+BuBZ1hFw
BEQYERBBI0LcB/Qc0I0aur9AznHqxAtGvauEtjjAgDHssiR8Yhv72LfaXLZVYasBLsuWQA==`,
  'base64',
)
const gzipList = gzipSync(list)

function put(name: string, bytes: string | Uint8Array): string {
  const file = join(scratch(), name)
  writeFileSync(file, bytes)
  return file
}

async function contents(file: string): Promise<string> {
  let all = ''
  for await (const chunk of openText(file).chunks) all += chunk.toString('latin1')
  return all
}

/** The sentence it is refused with. */
async function fault(file: string): Promise<string> {
  const error = await contents(file).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof UserError)) throw new Error(`no UserError, but ${String(error)}`)
  expect(error.message).toContain(file)
  return error.message
}

describe('the same text', () => {
  it.each([
    ['voters.csv', Buffer.from(list)],
    ['voters.csv.gz', gzipList],
    ['voters.csv.zst', zstdList],
    ['two members.gz', Buffer.concat([gzipSync(list.slice(0, 500)), gzipSync(list.slice(500))])],
    ['two frames.zst', Buffer.concat([zstdFrame([rawBlock(list.slice(0, 7))]), zstdFrame([rawBlock(list.slice(7))])])],
    ['blocks.zst', zstdFrame([rawBlock(list.slice(0, 9)), rawBlock(list.slice(9, 9)), rawBlock(list.slice(9))])],
    ['skippable.zst', Buffer.concat([Buffer.from('5e2a4d1803000000616263', 'hex'), zstdList])],
  ])('comes out of %s', async (name, bytes) => {
    const file = put(name, bytes)
    const opened = openText(file)
    expect(opened.size).toBe(bytes.length)
    expect(opened.read()).toBe(0)
    let all = ''
    for await (const chunk of opened.chunks) all += chunk.toString()
    expect(all).toBe(list)
    expect(opened.read()).toBe(bytes.length)
  })

  it('comes out of members that end where a piece of the file does', async () => {
    // 256 KiB are read at once: the first member, of stored blocks, is made exactly that long.
    const overhead = gzipSync(Buffer.alloc(200_000), { level: 0 }).length - 200_000
    const first = gzipSync(Buffer.alloc(262_144 - overhead - 5, 'a'), { level: 0 })
    const padded = gzipSync(Buffer.alloc(262_144 - overhead - 5 + (262_144 - first.length), 'a'), { level: 0 })
    expect(padded).toHaveLength(262_144)
    const all = await contents(put('two.gz', Buffer.concat([padded, gzipSync(list)])))
    expect(all.endsWith(list)).toBe(true)
  })

  it('is nothing in empty ones', async () => {
    expect(await contents(put('empty.csv', ''))).toBe('')
    expect(await contents(put('empty.csv.gz', gzipSync('')))).toBe('')
    expect(await contents(put('empty.csv.zst', zstdFrame([rawBlock('')])))).toBe('')
  })
})

test('reading that is given up closes the file', async () => {
  const big = 'x'.repeat(3_000_000)
  const opened = () => readdirSync('/proc/self/fd').length
  const before = opened()
  for (const file of [
    put('a.csv', big),
    put('a.gz', gzipSync(big, { level: 0 })),
    put('a.zst', zstdFrame(Array.from({ length: 30 }, () => rawBlock(big.slice(0, 100_000))))),
  ]) {
    for await (const chunk of openText(file).chunks) {
      expect(chunk.length).toBeGreaterThan(0)
      break
    }
  }
  while (opened() > before) await new Promise((resolve) => setImmediate(resolve))
})

describe('a name that is not what is in the file', () => {
  it.each([
    ['voters.csv', gzipList, 'named like plain text, but holds gzip'],
    ['voters.csv', zstdList, 'named like plain text, but holds zstd'],
    ['voters.csv', Buffer.from('PK\x03\x04 and so on'), 'a ZIP archive'],
    ['voters.csv.gz', Buffer.from(list), 'named like gzip, but holds plain text'],
    ['voters.csv.gz', zstdList, 'named like gzip, but holds zstd'],
    ['voters.csv.gz', Buffer.alloc(0), 'named like gzip, but holds plain text'],
    ['voters.csv.zst', gzipList, 'named like zstd, but holds gzip'],
    ['voters.csv.zst', Buffer.from(list), 'named like zstd, but holds plain text'],
  ])('%s', async (name, bytes, sentence) => {
    expect(await fault(put(name, bytes))).toContain(sentence)
  })
})

test('a file that is not there, or is none, is refused', () => {
  const folder = scratch()
  mkdirSync(join(folder, 'voters.csv'))
  expect(() => openText(join(folder, 'voters.csv'))).toThrow('it is not a regular file')
  expect(() => openText(join(folder, 'stations.csv'))).toThrow('ENOENT')
})

test('a file that is cut off is refused, wherever', async () => {
  for (const [name, whole] of [
    ['voters.csv.gz', gzipList],
    ['voters.csv.zst', zstdList],
  ] as const) {
    for (let length = 4; length < whole.length; length += 1) {
      expect(await fault(put(name, whole.subarray(0, length)))).toContain('is cut off')
    }
  }
})

test('a file with a flipped bit is refused, or says the same', async () => {
  let refused = 0
  for (const [name, whole] of [
    ['voters.csv.gz', gzipList],
    ['voters.csv.zst', zstdList],
  ] as const) {
    for (let at = 0; at < whole.length; at += 1) {
      const bytes = Buffer.from(whole)
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (at % 8)), at)
      const said = await contents(put(name, bytes)).catch((error: unknown) => {
        if (!(error instanceof UserError)) throw error
        refused += 1
        return list
      })
      expect(said).toBe(list)
    }
  }
  // What gzip's header says of time and system is nobody's business.
  expect(refused).toBeGreaterThan(gzipList.length + zstdList.length - 12)
})

describe('damage', () => {
  it.each([
    ['garbage after gzip', 'a.gz', Buffer.concat([gzipList, Buffer.from('garbage')]), 'is damaged'],
    ['zeros after gzip', 'a.gz', Buffer.concat([gzipList, Buffer.alloc(20)]), 'something else follows'],
    ['half a second member', 'a.gz', Buffer.concat([gzipList, gzipList.subarray(0, 40)]), 'is cut off'],
    ['garbage after zstd', 'a.zst', Buffer.concat([zstdList, Buffer.from('garbage')]), 'is damaged'],
    ['half a second frame', 'a.zst', Buffer.concat([zstdList, zstdList.subarray(0, 40)]), 'is cut off'],
    ['a wrong checksum', 'a.zst', zstdFrame([rawBlock(list)], { checksum: 1 }), 'the checksum is another one'],
    [
      'an unknown block',
      'a.zst',
      zstdFrame([{ type: 'reserved', size: 0, content: Buffer.alloc(0) }]),
      'no known type',
    ],
    ['a block too long', 'a.zst', zstdFrame([rleBlock(97, 131_073)]), 'a block is too long'],
    ['a block longer than its window', 'a.zst', zstdFrame([rleBlock(97, 2000)], { windowLog: 10 }), 'is too long'],
    ['a window of 2 GB', 'a.zst', zstdFrame([rawBlock(list)], { windowLog: 31 }), 'more than 8 MB of memory'],
    ['a window of 2 TB', 'a.zst', zstdFrame([rawBlock(list)], { windowLog: 41 }), 'more than 8 MB of memory'],
    ['a dictionary', 'a.zst', Buffer.from('28b52ffd010007010000', 'hex'), 'needs a dictionary'],
    [
      // No literals; then 65,535 + 32,512 sequences, of which each would copy 128 KB.
      'a block of too many sequences',
      'a.zst',
      zstdFrame([{ type: 'compressed', size: 8, content: Buffer.from('00ffffff54003401', 'hex') }]),
      'too many sequences',
    ],
  ])('%s is refused', async (_, name, bytes, sentence) => {
    expect(await fault(put(name, bytes))).toContain(sentence)
  })
})

describe('a bomb', () => {
  /** Reads in a process of its own, to see what memory it takes. */
  async function read(file: string): Promise<{ length: number; fault: string; peakMb: number }> {
    const args = [join(__dirname, '..', 'run-ts.cjs'), join(__dirname, '..', 'read-text.ts'), file]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const exited = once(child, 'exit')
    const said = await text(child.stdout)
    expect(await exited).toEqual([0, null])
    return JSON.parse(said)
  }

  async function gzipOf(length: number, byte: string): Promise<Buffer> {
    const gzip = createGzip({ level: 1 })
    const chunk = Buffer.alloc(1024 * 1024, byte)
    const chunks: Buffer[] = []
    gzip.on('data', (data: Buffer) => chunks.push(data))
    const ended = once(gzip, 'end')
    for (let written = 0; written < length; written += chunk.length) {
      if (!gzip.write(chunk)) await once(gzip, 'drain')
    }
    gzip.end()
    await ended
    return Buffer.concat(chunks)
  }

  const mb = 1024 * 1024
  const rleFrame = (blocks: number) => zstdFrame(Array.from({ length: blocks }, () => rleBlock(0x61, 131_072)))

  it('of gzip is refused before it fills the memory', async () => {
    const { length, fault, peakMb } = await read(put('voters.csv.gz', await gzipOf(300 * mb, 'a')))
    expect(fault).toContain('more than 200 times its size')
    expect(length).toBeGreaterThan(60 * mb)
    expect(length).toBeLessThan(270 * mb)
    expect(peakMb).toBeLessThan(300)
  })

  it('of zstd is refused before it fills the memory', async () => {
    // 300 MB in 10 KB.
    const { length, fault, peakMb } = await read(put('voters.csv.zst', rleFrame(2400)))
    expect(fault).toContain('more than 200 times its size')
    expect(length).toBeLessThanOrEqual(64 * mb)
    expect(peakMb).toBeLessThan(300)
  })

  it('that hides behind ballast is refused at 2 GB', async () => {
    // A skippable frame of 11 MB makes the share look fair.
    const ballast = Buffer.alloc(11 * mb)
    ballast.writeUInt32LE(0x184d2a50, 0)
    ballast.writeUInt32LE(ballast.length - 8, 4)
    const { length, fault, peakMb } = await read(put('voters.csv.zst', Buffer.concat([ballast, rleFrame(16_500)])))
    expect(fault).toContain('more than 2 GB of text')
    expect(length).toBe(2048 * mb)
    expect(peakMb).toBeLessThan(300)
  })

  it('of few bytes is none', async () => {
    const { length, fault } = await read(put('voters.csv.zst', rleFrame(500)))
    expect({ length, fault }).toEqual({ length: 500 * 131_072, fault: '' })
  })
})
