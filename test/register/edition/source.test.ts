import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createSocketServer } from 'node:net'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { makeManifest } from '../../../src/register/edition/make-manifest.ts'
import type { Manifest } from '../../../src/register/edition/manifest.ts'
import { generateKey, signManifest } from '../../../src/register/edition/signing-keys.ts'
import {
  type StagedEdition,
  type StageOptions,
  stageEdition,
  stageFiles,
} from '../../../src/register/edition/source.ts'
import { UserError } from '../../../src/user-error.ts'
import { removeScratch, scratch, stationsText, votersText } from '../scratch.ts'

// These work on files and processes, and a machine may be busy with others.
jest.setTimeout(60_000)

const now = new Date('2026-11-22T03:00:00Z')
const { privatePem, publicKey } = generateKey({ name: 'CEC', expires: '2026-12-31' })
const asOf = '2026-11-22T00:00:00Z'

const servers: Server[] = []

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  removeScratch()
})

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function optionsOf(more: Partial<StageOptions> = {}): StageOptions {
  const keyFile = join(scratch(), 'cec.pub.json')
  writeFileSync(keyFile, JSON.stringify(publicKey))
  return { folder: join(scratch(), 'register'), keys: [keyFile], trusted: false, now, ...more }
}

type Drop = Record<string, string | Buffer>

/** A drop folder of these files, with a manifest unless told otherwise. */
async function dropOf(
  files: Drop = { 'voters.csv': votersText, 'stations.csv': stationsText },
  change: ((manifest: Manifest) => Manifest) | 'no manifest' = (manifest) => manifest,
): Promise<string> {
  const folder = scratch()
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  if (change !== 'no manifest') await signFolder(folder, change)
  return folder
}

async function signFolder(folder: string, change: (manifest: Manifest) => Manifest = (manifest) => manifest) {
  const manifest = await makeManifest({ folder, id: 'e1', election: 'Sample', asOf })
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(signManifest(change(manifest), privatePem)))
}

/** What lies in the register's folder when nobody imports. */
function leftIn({ folder }: StageOptions): string[] {
  return readdirSync(folder).sort()
}

function mustBe(edition: StagedEdition | undefined): StagedEdition {
  if (!edition) throw new Error('There should be an edition.')
  return edition
}

async function refusal(staging: Promise<unknown>): Promise<string> {
  const error = await staging.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof UserError)) throw new Error(`no UserError, but ${String(error)}`)
  return error.message
}

describe('a drop folder', () => {
  it('gives private copies, which are gone after release', async () => {
    const options = optionsOf()
    const edition = mustBe(await stageEdition(await dropOf(), options))
    expect(readFileSync(edition.voters, 'utf8')).toBe(votersText)
    expect(readFileSync(edition.stations, 'utf8')).toBe(stationsText)
    expect(edition.signedBy).toBe('CEC')
    expect(edition.manifest).toMatchObject({ id: 'e1', voters: { rows: 3 }, stations: { rows: 2 } })
    expect(statSync(edition.voters).mode & 0o777).toBe(0o600)
    expect(statSync(join(edition.voters, '..')).mode & 0o777).toBe(0o700)
    expect(edition.voters.startsWith(options.folder)).toBe(true)
    await edition.release()
    expect(leftIn(options)).toEqual([])
  })

  it('keeps the names of compressed files', async () => {
    const drop = await dropOf({ 'voters.csv.gz': gzipSync(votersText), 'stations.csv': stationsText })
    const edition = mustBe(await stageEdition(drop, optionsOf()))
    expect([edition.voters, edition.stations].map((file) => basename(file))).toEqual(['voters.csv.gz', 'stations.csv'])
  })

  it('gives each edition once', async () => {
    const options = optionsOf()
    const drop = await dropOf()
    const stage = async (known?: string) => {
      const edition = await stageEdition(drop, { ...options, known })
      await edition?.release()
      return edition?.stamp
    }
    const first = await stage()
    expect(first).toEqual(expect.any(String))
    expect(await stage(first)).toBeUndefined()
    // As long as before, and with the time of before.
    const { atime, mtime } = statSync(join(drop, 'voters.csv'))
    writeFileSync(join(drop, 'voters.csv'), votersText.replace('1101', '7087'))
    await signFolder(drop)
    utimesSync(join(drop, 'voters.csv'), atime, mtime)
    const second = await stage(first)
    expect(second).not.toBe(first)
    expect(await stage(second)).toBeUndefined()
    utimesSync(join(drop, 'stations.csv'), new Date(), new Date('2030-01-01'))
    expect(await stage(second)).toEqual(expect.any(String))
  })

  it('without a manifest is refused, unless its source is trusted', async () => {
    const drop = await dropOf(undefined, 'no manifest')
    expect(await refusal(stageEdition(drop, optionsOf()))).toContain('There is no manifest')
    const edition = mustBe(await stageEdition(drop, optionsOf({ trusted: true, keys: [] })))
    expect(edition).toMatchObject({ manifest: undefined, signedBy: undefined, stamp: expect.any(String) })
  })

  it('without a signature is refused, unless its source is trusted', async () => {
    const drop = await dropOf(undefined, 'no manifest')
    const manifest = await makeManifest({ folder: drop, id: 'e1', election: 'Sample', asOf })
    writeFileSync(join(drop, 'manifest.json'), JSON.stringify(manifest))
    expect(await refusal(stageEdition(drop, optionsOf()))).toContain('is not signed')
    const trusting = optionsOf({ trusted: true, keys: [] })
    expect(mustBe(await stageEdition(drop, trusting))).toMatchObject({ manifest, signedBy: undefined })
    appendFileSync(join(drop, 'voters.csv'), '\n')
    expect(await refusal(stageEdition(drop, trusting))).toContain('is not the file of the manifest')
  })

  it('of a trusted source is verified if it is signed', async () => {
    const drop = await dropOf()
    expect(await refusal(stageEdition(drop, optionsOf({ trusted: true, keys: [] })))).toContain('not among')
    const file = join(drop, 'manifest.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"e1"', '"e2"'))
    expect(await refusal(stageEdition(drop, optionsOf({ trusted: true })))).toContain('The signature of edition "e2"')
  })

  it.each([
    ['another election', { election: 'Other' }, 'is of another election: "Sample" instead of "Other"'],
    ['the future', { now: new Date('2026-11-20T23:59:59Z') }, 'which is yet to come'],
    ['an expired key', { now: new Date('2027-01-01T00:00:00Z') }, 'expired after 2026-12-31'],
    ['no key', { keys: [] }, 'not among register.keys: none'],
    ['a key that is not there', { keys: ['/none/key.pub.json'] }, '/none/key.pub.json'],
  ])('of %s is refused', async (_, more, sentence) => {
    const options = optionsOf(more)
    expect(await refusal(stageEdition(await dropOf(), options))).toContain(sentence)
    expect(leftIn(options)).toEqual([])
  })

  it('of the election awaited and of this very day is taken', async () => {
    const options = optionsOf({ election: 'Sample', now: new Date('2026-11-21T00:00:00Z') })
    expect(await stageEdition(await dropOf(), options)).toBeDefined()
  })

  it.each(['voters.csv', 'stations.csv'])('with another %s than signed is refused', async (name) => {
    const drop = await dropOf()
    const file = join(drop, name)
    const wanted = createHash('sha256').update(readFileSync(file)).digest('hex')
    appendFileSync(file, '\n')
    const found = createHash('sha256').update(readFileSync(file)).digest('hex')
    const options = optionsOf()
    const sentence = await refusal(stageEdition(drop, options))
    expect(sentence).toContain(`${file} is not the file`)
    expect(sentence).toContain(`begins with ${found.slice(0, 12)}, the manifest says ${wanted.slice(0, 12)}`)
    expect(leftIn(options)).toEqual([])
  })

  it.each(['voters.csv', 'stations.csv', 'manifest.json'])('refuses tricks with %s', async (name) => {
    const tricks: [string, (file: string) => void][] = [
      ['is a symbolic link', (file) => symlinkSync('/etc/passwd', file)],
      ['is a symbolic link', (file) => symlinkSync(join('..', basename(file)), file)],
      ['is a pipe', (file) => execFileSync('mkfifo', [file])],
      ['is a folder', (file) => mkdirSync(file)],
    ]
    for (const trusted of [false, true]) {
      for (const [sentence, trick] of tricks) {
        const drop = await dropOf()
        rmSync(join(drop, name))
        trick(join(drop, name))
        const options = optionsOf({ trusted })
        expect(await refusal(stageEdition(drop, options))).toContain(`${join(drop, name)} ${sentence}`)
        expect(leftIn(options)).toEqual([])
      }
    }
  })

  it('refuses a socket', async () => {
    const drop = await dropOf()
    rmSync(join(drop, 'voters.csv'))
    const socket = createSocketServer().listen(join(drop, 'voters.csv'))
    await once(socket, 'listening')
    expect(await refusal(stageEdition(drop, optionsOf()))).toContain('is a device or socket')
    socket.close()
    await once(socket, 'close')
  })

  it.each(['../voters.csv', '/etc/passwd', 'voters.csv\0', '..\\voters.csv'])(
    'refuses a manifest that names %j',
    async (name) => {
      const drop = await dropOf(undefined, (manifest) => ({
        ...manifest,
        voters: { ...manifest.voters, name: name as 'voters.csv' },
      }))
      expect(await refusal(stageEdition(drop, optionsOf()))).toContain('manifest.json is not a manifest. voters.name')
    },
  )

  it('refuses a manifest that is large, no text, or a file short', async () => {
    const drop = await dropOf()
    const file = join(drop, 'manifest.json')
    const whole = readFileSync(file)
    writeFileSync(file, Buffer.alloc(70_000, ' '))
    expect(await refusal(stageEdition(drop, optionsOf()))).toContain('larger than 64 KB')
    writeFileSync(file, Buffer.concat([whole.subarray(0, 10), Buffer.from([0xff]), whole.subarray(10)]))
    expect(await refusal(stageEdition(drop, optionsOf()))).toContain('manifest.json is not UTF-8')
    writeFileSync(file, whole)
    rmSync(join(drop, 'voters.csv'))
    expect(await refusal(stageEdition(drop, optionsOf()))).toContain("voters.csv can't be read (ENOENT)")
  })

  it('without the files, or with two of a kind and no manifest to choose, is refused', async () => {
    const drop = await dropOf(undefined, 'no manifest')
    writeFileSync(join(drop, 'voters.csv.gz'), gzipSync(votersText))
    const trusting = optionsOf({ trusted: true })
    expect(await refusal(stageEdition(drop, trusting))).toContain('holds both voters.csv and voters.csv.gz')
    rmSync(join(drop, 'voters.csv'))
    rmSync(join(drop, 'stations.csv'))
    expect(await refusal(stageEdition(drop, trusting))).toContain('holds no stations.csv')
    expect(await refusal(stageEdition(join(drop, 'none'), trusting))).toContain('ENOENT')
  })

  it.each([
    ['grows', (file: string) => appendFileSync(file, '\n')],
    [
      'is replaced',
      (file: string) => {
        writeFileSync(`${file}.new`, votersText)
        renameSync(`${file}.new`, file)
      },
    ],
  ])('whose file %s while it is copied is refused', async (_, change) => {
    // Large enough to change while it is being copied, whoever is quicker.
    const drop = await dropOf(
      { 'voters.csv': votersText + '\n'.repeat(20_000_000), 'stations.csv': stationsText },
      'no manifest',
    )
    const options = optionsOf({ trusted: true })
    let copying = true
    const changing = (async () => {
      while (copying) {
        if (readdirSync(drop).length > 0) change(join(drop, 'voters.csv'))
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    const sentence = await refusal(stageEdition(drop, options))
    copying = false
    await changing
    expect(sentence).toContain('changed while it was copied')
    expect(leftIn(options)).toEqual([])
  })

  it('sweeps what a killed process left, and nothing else', async () => {
    const options = optionsOf()
    mkdirSync(join(options.folder, 'source-abc'), { recursive: true })
    writeFileSync(join(options.folder, 'source-abc', 'voters.csv'), votersText)
    for (const name of ['download-0123', 'download-0123.etag', 'active.json', 'source.json', 'pin.key']) {
      writeFileSync(join(options.folder, name), '')
    }
    await mustBe(await stageEdition(await dropOf(), options)).release()
    expect(leftIn(options)).toEqual(['active.json', 'pin.key', 'source.json'])
  })
})

describe('files given by hand', () => {
  it('may have any names and be links', async () => {
    const drop = await dropOf({ 'voters.csv.gz': gzipSync(votersText), 'stations.csv': stationsText })
    const hand = scratch()
    symlinkSync(join(drop, 'voters.csv.gz'), join(hand, 'list of today.gz'))
    renameSync(join(drop, 'stations.csv'), join(hand, 'places.txt'))
    const files = {
      voters: join(hand, 'list of today.gz'),
      stations: join(hand, 'places.txt'),
      manifest: join(drop, 'manifest.json'),
    }
    const options = optionsOf()
    const edition = await stageFiles(files, options)
    expect([edition.voters, edition.stations].map((file) => basename(file))).toEqual(['voters.csv.gz', 'stations.csv'])
    expect(edition.signedBy).toBe('CEC')
    await edition.release()
    expect(leftIn(options)).toEqual([])
  })

  it('are verified all the same', async () => {
    const drop = await dropOf()
    const files = { voters: join(drop, 'voters.csv'), stations: join(drop, 'stations.csv') }
    expect(await refusal(stageFiles(files, optionsOf()))).toContain('There is no manifest')
    expect(await stageFiles(files, optionsOf({ trusted: true }))).toMatchObject({ manifest: undefined })
    const swapped = { voters: files.stations, stations: files.voters, manifest: join(drop, 'manifest.json') }
    expect(await refusal(stageFiles(swapped, optionsOf()))).toContain('is not the file of the manifest')
    const folder = { ...files, voters: drop }
    expect(await refusal(stageFiles(folder, optionsOf({ trusted: true })))).toContain('is a folder')
  })
})

interface Web {
  /** The file as it is now. */
  files: Drop
  /** Cuts the connection after so many bytes of the body of `voters…`; once. */
  cutAt?: number | undefined
  /** Method, path and the headers that matter. */
  readonly asked: string[]
}

/** A server with ETags and ranges, as nginx answers. */
function answerOf(web: Web) {
  return (request: IncomingMessage, response: ServerResponse) => {
    const name = request.url?.split('/').at(-1) ?? ''
    const { range, 'if-range': ifRange, 'if-none-match': noneMatch } = request.headers
    web.asked.push([name, range, ifRange && 'if-range', noneMatch && 'if-none-match'].filter(Boolean).join(' '))
    const content = web.files[name]
    if (content === undefined) return response.writeHead(404).end()
    const bytes = Buffer.from(content)
    const etag = `"${createHash('sha256').update(bytes).digest('hex').slice(0, 8)}"`
    if (noneMatch === etag) return response.writeHead(304, { etag }).end()
    const from = range && ifRange === etag ? Number(/^bytes=(\d+)-$/.exec(range)?.[1]) : 0
    if (from >= bytes.length) return response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end()
    const body = bytes.subarray(from)
    response.writeHead(from > 0 ? 206 : 200, {
      etag,
      'content-length': body.length,
      ...(from > 0 ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
    })
    const { cutAt } = web
    if (cutAt === undefined || !name.startsWith('voters')) return response.end(body)
    web.cutAt = undefined
    response.flushHeaders()
    return response.write(body.subarray(0, cutAt), () => response.socket?.end())
  }
}

async function webOf(drop: string): Promise<Web> {
  const files = Object.fromEntries(readdirSync(drop).map((name) => [name, readFileSync(join(drop, name))]))
  return { files, asked: [] }
}

describe('an address', () => {
  it('gives each edition once, by the ETag of its manifest', async () => {
    const web = await webOf(await dropOf())
    const address = await serve(answerOf(web))
    const options = optionsOf()
    const edition = mustBe(await stageEdition(`${address}/export`, options))
    expect(readFileSync(edition.voters, 'utf8')).toBe(votersText)
    expect(edition.signedBy).toBe('CEC')
    expect(web.asked).toEqual(['manifest.json', 'stations.csv', 'voters.csv'])
    await edition.release()
    expect(leftIn(options)).toEqual([])
    expect(await stageEdition(`${address}/export`, { ...options, known: edition.stamp })).toBeUndefined()
    expect(web.asked.slice(3)).toEqual(['manifest.json if-none-match'])
    const next = await webOf(
      await dropOf({ 'voters.csv': votersText.replace('1101', '7087'), 'stations.csv': stationsText }),
    )
    web.files = next.files
    const second = mustBe(await stageEdition(`${address}/export`, { ...options, known: edition.stamp }))
    expect(readFileSync(second.voters, 'utf8')).toBe(votersText.replace('1101', '7087'))
  })

  it('without ETags is known by the manifest itself', async () => {
    const web = await webOf(await dropOf())
    const address = await serve((request, response) => response.end(web.files[request.url?.slice(1) ?? '']))
    const options = optionsOf()
    const edition = mustBe(await stageEdition(address, options))
    expect(await stageEdition(address, { ...options, known: edition.stamp })).toBeUndefined()
  })

  it('without a manifest must be trusted, and is known by two ETags', async () => {
    const web = await webOf(await dropOf(undefined, 'no manifest'))
    const address = await serve(answerOf(web))
    expect(await refusal(stageEdition(address, optionsOf()))).toContain(
      `There is no manifest (${address}/manifest.json)`,
    )
    const options = optionsOf({ trusted: true })
    const edition = mustBe(await stageEdition(address, options))
    expect(edition.manifest).toBeUndefined()
    await edition.release()
    const known = edition.stamp
    expect(await stageEdition(address, { ...options, known })).toBeUndefined()
    web.files['voters.csv'] = votersText.replace('1101', '7087')
    const second = mustBe(await stageEdition(address, { ...options, known }))
    expect(readFileSync(second.voters, 'utf8')).toBe(votersText.replace('1101', '7087'))
    expect(readFileSync(second.stations, 'utf8')).toBe(stationsText)
    await second.release()
    expect(await stageEdition(address, { ...options, known: second.stamp })).toBeUndefined()
    expect(leftIn(options)).toEqual([])
  })

  it('without manifest and ETags gives its files each time', async () => {
    const files: Drop = { 'voters.csv': votersText, 'stations.csv': stationsText }
    const address = await serve((request, response) => {
      const content = files[request.url?.slice(1) ?? '']
      response.writeHead(content === undefined ? 404 : 200).end(content)
    })
    expect(mustBe(await stageEdition(address, optionsOf({ trusted: true }))).stamp).toBeUndefined()
  })

  const long = votersText + Array.from({ length: 9000 }, (_, i) => `${20504198100000 + i},1101,listed\n`).join('')

  it.each([1, 15, 16_384, 65_537, Buffer.byteLength(long) - 1])(
    'that breaks off after %d bytes is continued from there',
    async (cutAt) => {
      const web = await webOf(await dropOf({ 'voters.csv': long, 'stations.csv': stationsText }))
      web.cutAt = cutAt
      const address = await serve(answerOf(web))
      const options = optionsOf()
      expect(await refusal(stageEdition(address, options))).toContain(`${address}/voters.csv broke off after ${cutAt}`)
      const part = `download-${createHash('sha256').update(long).digest('hex')}`
      expect(leftIn(options)).toEqual([part, `${part}.etag`])
      expect(statSync(join(options.folder, part))).toMatchObject({ size: cutAt })
      expect(statSync(join(options.folder, part)).mode & 0o777).toBe(0o600)
      const edition = mustBe(await stageEdition(address, options))
      expect(web.asked.at(-1)).toBe(`voters.csv bytes=${cutAt}- if-range`)
      expect(readFileSync(edition.voters, 'utf8')).toBe(long)
      await edition.release()
      expect(leftIn(options)).toEqual([])
    },
  )

  it('that breaks off again and again is continued each time', async () => {
    const web = await webOf(await dropOf({ 'voters.csv': long, 'stations.csv': stationsText }))
    const address = await serve(answerOf(web))
    const options = optionsOf()
    for (const at of [0, 1000, 2000]) {
      web.cutAt = 1000
      await refusal(stageEdition(address, options))
      expect(web.asked.at(-1)).toBe(at === 0 ? 'voters.csv' : `voters.csv bytes=${at}- if-range`)
    }
    expect(readFileSync(mustBe(await stageEdition(address, options)).voters, 'utf8')).toBe(long)
    expect(web.asked.at(-1)).toBe('voters.csv bytes=3000- if-range')
  })

  it('that breaks off is continued without a manifest too, unless the file is another one', async () => {
    const web = await webOf(await dropOf({ 'voters.csv': long, 'stations.csv': stationsText }, 'no manifest'))
    const address = await serve(answerOf(web))
    const options = optionsOf({ trusted: true })
    web.cutAt = 5000
    await refusal(stageEdition(address, options))
    web.cutAt = 5000
    await refusal(stageEdition(address, options))
    expect(web.asked.at(-1)).toBe('voters.csv bytes=5000- if-range')
    const other = long.replaceAll(',1101,', ',7087,')
    web.files['voters.csv'] = other
    const edition = mustBe(await stageEdition(address, options))
    expect(web.asked.at(-1)).toBe('voters.csv bytes=10000- if-range')
    expect(readFileSync(edition.voters, 'utf8')).toBe(other)
  })

  it('that published another edition in between is fetched from the start', async () => {
    const web = await webOf(await dropOf({ 'voters.csv': long, 'stations.csv': stationsText }))
    const address = await serve(answerOf(web))
    const options = optionsOf()
    web.cutAt = 5000
    await refusal(stageEdition(address, options))
    const other = long.replaceAll(',1101,', ',7087,')
    web.files = (await webOf(await dropOf({ 'voters.csv': other, 'stations.csv': stationsText }))).files
    const edition = mustBe(await stageEdition(address, options))
    expect(web.asked.at(-1)).toBe('voters.csv')
    expect(readFileSync(edition.voters, 'utf8')).toBe(other)
    await edition.release()
    expect(leftIn(options)).toEqual([])
  })

  it('with another file under the same manifest is answered 200, and refused', async () => {
    const web = await webOf(await dropOf({ 'voters.csv': long, 'stations.csv': stationsText }))
    const address = await serve(answerOf(web))
    const options = optionsOf()
    web.cutAt = 5000
    await refusal(stageEdition(address, options))
    web.files['voters.csv'] = long.replaceAll(',1101,', ',7087,')
    const sentence = await refusal(stageEdition(address, options))
    expect(web.asked.at(-1)).toBe('voters.csv bytes=5000- if-range')
    expect(sentence).toContain(`${address}/voters.csv is not the file of the manifest`)
    expect(leftIn(options)).toEqual([])
  })

  it('is fetched from the start when what is kept is too long or damaged', async () => {
    const web = await webOf(await dropOf({ 'voters.csv': long, 'stations.csv': stationsText }))
    const address = await serve(answerOf(web))
    const options = optionsOf()
    const part = join(options.folder, `download-${createHash('sha256').update(long).digest('hex')}`)
    web.cutAt = 5000
    await refusal(stageEdition(address, options))
    appendFileSync(part, long)
    await mustBe(await stageEdition(address, options)).release()
    expect(web.asked.slice(-2)).toEqual([`voters.csv bytes=${5000 + Buffer.byteLength(long)}- if-range`, 'voters.csv'])
    web.cutAt = 5000
    await refusal(stageEdition(address, options))
    writeFileSync(part, Buffer.alloc(5000))
    expect(await refusal(stageEdition(address, options))).toContain('is not the file of the manifest')
    expect(readFileSync(mustBe(await stageEdition(address, options)).voters, 'utf8')).toBe(long)
  })

  it.each([
    ['another place', { 'content-range': 'bytes 0-99/100' }],
    ['another file', { 'content-range': 'bytes 5000-5999/6000', etag: '"other"' }],
    ['nowhere', {}],
  ])('that continues at %s is fetched from the start', async (_, headers) => {
    const web = await webOf(await dropOf({ 'voters.csv': long, 'stations.csv': stationsText }))
    const proper = answerOf(web)
    const address = await serve((request, response) => {
      if (request.headers.range) response.writeHead(206, headers).end('x')
      else proper(request, response)
    })
    const options = optionsOf()
    web.cutAt = 5000
    await refusal(stageEdition(address, options))
    expect(readFileSync(mustBe(await stageEdition(address, options)).voters, 'utf8')).toBe(long)
  })

  it('without ETags that breaks off leaves nothing', async () => {
    const web = await webOf(await dropOf())
    const address = await serve((request, response) => {
      const name = request.url?.slice(1) ?? ''
      const content = Buffer.from(web.files[name] ?? '')
      if (name !== 'voters.csv') return response.end(content)
      response.writeHead(200, { 'content-length': 1_000_000 })
      return response.write(content, () => response.socket?.end())
    })
    const options = optionsOf()
    expect(await refusal(stageEdition(address, options))).toContain('voters.csv broke off')
    expect(leftIn(options)).toEqual([])
  })

  it('that falls silent is given up', async () => {
    const web = await webOf(await dropOf())
    const times = { idle: 200, whole: 60_000 }
    const silent = await serve((request, response) => {
      if (request.url === '/voters.csv') response.writeHead(200, { 'content-length': 1000 }).write('pin')
      else if (request.url !== '/none/manifest.json') answerOf(web)(request, response)
    })
    expect(await refusal(stageEdition(silent, optionsOf({ times })))).toContain('voters.csv broke off after 3 bytes')
    expect(await refusal(stageEdition(`${silent}/none`, optionsOf({ times })))).toContain(
      "/none/manifest.json can't be reached (ETIMEDOUT)",
    )
  })

  it('that never ends is given up', async () => {
    const web = await webOf(await dropOf())
    const address = await serve((request, response) => {
      if (request.url !== '/voters.csv') return answerOf(web)(request, response)
      const more = () => response.write('1', () => setImmediate(more))
      return more()
    })
    const times = { idle: 60_000, whole: 200 }
    expect(await refusal(stageEdition(address, optionsOf({ times })))).toContain('voters.csv broke off')
    const manifest = await serve((_, response) => response.end(Buffer.alloc(1_000_000, ' ')))
    expect(await refusal(stageEdition(manifest, optionsOf()))).toContain('manifest.json is larger than 64 KB')
  })

  it('is asked with its password, which no error shows', async () => {
    const logins: (string | undefined)[] = []
    const address = await serve((request, response) => {
      logins.push(request.headers.authorization)
      response.writeHead(403).end()
    })
    const source = address.replace('//', '//dobush:s3cret%21@')
    const sentence = await refusal(stageEdition(source, optionsOf()))
    expect(sentence).toBe(`${address}/manifest.json answered 403. Check the address and its access rights.`)
    expect(logins).toEqual([`Basic ${Buffer.from('dobush:s3cret!').toString('base64')}`])
    const nobody = source.replace(/:\d+$/, ':1')
    const error = await stageEdition(nobody, optionsOf()).catch((reason: unknown) => reason)
    expect(String((error as Error).message)).toContain("can't be reached (ECONNREFUSED)")
    expect(JSON.stringify([error, (error as Error).cause, (error as Error).stack])).not.toContain('s3cret')
  })

  it.each([301, 302, 307, 308, 500, 206, 304, 416])('that answers %d is refused', async (status) => {
    const asked: (string | undefined)[] = []
    const address = await serve((request, response) => {
      asked.push(request.url)
      response.writeHead(status, { location: '/elsewhere' }).end()
    })
    expect(await refusal(stageEdition(address, optionsOf({ trusted: true })))).toContain(`answered ${status}`)
    expect(asked).toEqual(['/manifest.json'])
  })

  it.each([
    'http://example.org/',
    'http://127.0.0.1.example.org/',
    'ftp://127.0.0.1/',
    'file:///etc/',
    'https://',
    'https://%ff:x@example.org/',
  ])('%s is refused', async (source) => {
    expect(await refusal(stageEdition(source, optionsOf({ trusted: true })))).toContain(
      'must be a folder or an https address',
    )
  })
})
