import { once } from 'node:events'
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import pino from 'pino'
import { activeSnapshot } from '../../src/register/active.ts'
import { type RefreshOptions, refreshOnce, scheduleRefresh } from '../../src/register/refresh.ts'
import type { RegisterFiles } from '../../src/register/source.ts'
import { publishRegister, removeScratch, scratch, sourceOf, stationsText, votersText } from './scratch.ts'

// These work on files and processes, and a machine may be busy with others.
jest.setTimeout(60_000)

let server: Server | undefined

afterEach(async () => {
  if (server) {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
    server = undefined
  }
  removeScratch()
})

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function makeRefresh(source: string, folder: string, more: Partial<RefreshOptions> = {}) {
  const lines: string[] = []
  const imports: { voters: string; stations: string }[] = []
  const log = pino(
    { level: 'debug' },
    new Writable({
      write: (chunk, _, done) => {
        lines.push(String(chunk))
        done()
      },
    }),
  )
  const options: RefreshOptions = {
    source,
    folder,
    log,
    pausesMs: [1, 1],
    runImport: async (files: RegisterFiles) => {
      imports.push({ voters: readFileSync(files.votersCsv, 'utf8'), stations: readFileSync(files.stationsCsv, 'utf8') })
      await publishRegister({ ...files, folder, now: new Date('2026-11-22T03:00:00Z') })
    },
    ...more,
  }
  return { options, lines, imports, run: () => refreshOnce(options) }
}

const left = (folder: string) => readdirSync(folder).filter((name) => name.startsWith('source-'))

describe('a folder', () => {
  it('is imported when it changed, and only then', async () => {
    const drop = scratch()
    sourceOf(drop)
    const folder = join(scratch(), 'register')
    const { run, imports, lines } = makeRefresh(drop, folder)
    expect(await run()).toBe('imported')
    expect(await run()).toBe('unchanged')
    const votersCsv = join(drop, 'voters.csv')
    writeFileSync(votersCsv, votersText.replace('1101', '7087'))
    expect(await run()).toBe('imported')
    expect(await run()).toBe('unchanged')
    utimesSync(join(drop, 'stations.csv'), new Date(), new Date('2030-01-01'))
    expect(await run()).toBe('imported')
    expect(imports.map(({ voters }) => voters.includes('20504198000123,7087'))).toEqual([false, true, true])
    expect(left(folder)).toEqual([])
    expect(lines.join('')).not.toContain('20504198000123')
  })

  it('is imported again when the register was lost', async () => {
    const drop = scratch()
    sourceOf(drop)
    const folder = join(scratch(), 'register')
    const { run } = makeRefresh(drop, folder)
    expect(await run()).toBe('imported')
    rmSync(join(folder, 'active.json'))
    expect(await run()).toBe('imported')
  })

  it('without the files is a fault after three tries, and the register stays', async () => {
    const drop = scratch()
    sourceOf(drop)
    const folder = join(scratch(), 'register')
    const { run, lines } = makeRefresh(drop, folder)
    await run()
    const before = activeSnapshot(folder)
    rmSync(join(drop, 'voters.csv'))
    expect(await run()).toBe('failed')
    expect(lines.filter((line) => line.includes("voters.csv can't be read (ENOENT)"))).toHaveLength(3)
    expect(activeSnapshot(folder)).toEqual(before)
  })

  it('with a bad list is tried three times and tried again next time', async () => {
    const drop = scratch()
    sourceOf(drop, `${votersText}99999999999,1101,listed\n`)
    const folder = join(scratch(), 'register')
    const { run, imports, lines } = makeRefresh(drop, folder)
    expect(await run()).toBe('failed')
    expect(imports).toHaveLength(3)
    expect(left(folder)).toEqual([])
    expect(lines.join('')).not.toContain('99999999999')
    sourceOf(drop)
    expect(await run()).toBe('imported')
  })

  it('never has two imports at once', async () => {
    const drop = scratch()
    sourceOf(drop)
    const folder = join(scratch(), 'register')
    let start = () => {}
    const started = new Promise<void>((resolve) => {
      start = resolve
    })
    let finish = () => {}
    const finished = new Promise<void>((resolve) => {
      finish = resolve
    })
    const { run } = makeRefresh(drop, folder, {
      runImport: async () => {
        start()
        await finished
      },
    })
    const first = run()
    await started
    expect(await run()).toBe('busy')
    finish()
    expect(await first).toBe('imported')
  })

  it('that still grows while it is copied is not imported', async () => {
    const drop = scratch()
    sourceOf(drop)
    // Large enough to grow while it is being copied, whoever is quicker.
    appendFileSync(join(drop, 'voters.csv'), '\n'.repeat(20_000_000))
    const folder = join(scratch(), 'register')
    mkdirSync(folder, { recursive: true })
    const { run, imports } = makeRefresh(drop, folder, { pausesMs: [] })
    const outcome = run()
    let growing = true
    const grow = (async () => {
      while (growing) {
        appendFileSync(join(drop, 'voters.csv'), '\n')
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    expect(await outcome).toBe('failed')
    growing = false
    await grow
    expect(imports).toEqual([])
    expect(left(folder)).toEqual([])
  })
})

describe('an address', () => {
  /** A server with ETags, as nginx answers. */
  function tagged(files: Record<string, string>, asked: string[] = []) {
    return (request: IncomingMessage, response: ServerResponse) => {
      const name = request.url?.split('/').at(-1) ?? ''
      const text = files[name]
      const etag = `"${name}-${text?.length}-${text?.includes('20504198000123,7087')}"`
      asked.push(`${request.url} ${request.headers['if-none-match'] ?? ''}`.trim())
      if (text === undefined) response.writeHead(404).end()
      else if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end()
      else response.writeHead(200, { etag }).end(text)
    }
  }

  it('is imported when its ETag changed, and only then', async () => {
    const files = { 'voters.csv': votersText, 'stations.csv': stationsText }
    const asked: string[] = []
    const address = await serve(tagged(files, asked))
    const folder = join(scratch(), 'register')
    const { run, imports } = makeRefresh(`${address}/export`, folder)
    expect(await run()).toBe('imported')
    expect(asked).toEqual(['/export/voters.csv', '/export/stations.csv'])
    expect(await run()).toBe('unchanged')
    files['voters.csv'] = votersText.replace('20504198000123,1101', '20504198000123,7087')
    expect(await run()).toBe('imported')
    expect(imports.at(-1)).toEqual({ voters: files['voters.csv'], stations: stationsText })
    expect(await run()).toBe('unchanged')
    expect(left(folder)).toEqual([])
  })

  it('without ETags is imported each time', async () => {
    const address = await serve((request, response) => {
      response.end(request.url === '/voters.csv' ? votersText : stationsText)
    })
    const { run } = makeRefresh(address, join(scratch(), 'register'))
    expect([await run(), await run()]).toEqual(['imported', 'imported'])
  })

  it('that fails twice is tried a third time', async () => {
    let requests = 0
    const answer = tagged({ 'voters.csv': votersText, 'stations.csv': stationsText })
    const address = await serve((request, response) => {
      requests += 1
      if (requests === 1) response.writeHead(503).end()
      else if (requests === 2) response.socket?.destroy()
      else answer(request, response)
    })
    const { run, lines } = makeRefresh(address, join(scratch(), 'register'))
    expect(await run()).toBe('imported')
    expect(lines.join('')).toContain('voters.csv answered 503')
    expect(lines.join('')).toContain("voters.csv can't be reached")
  })

  it('that breaks off in the middle is not imported', async () => {
    const address = await serve((request, response) => {
      if (request.url === '/stations.csv') response.end(stationsText)
      else {
        response.writeHead(200, { 'content-length': 1_000_000 })
        response.write(votersText, () => response.socket?.end())
      }
    })
    const folder = join(scratch(), 'register')
    const { run, imports, lines } = makeRefresh(address, folder)
    expect(await run()).toBe('failed')
    expect(imports).toEqual([])
    expect(lines.join('')).toContain('voters.csv broke off')
    expect(left(folder)).toEqual([])
  })

  it('is asked with its password, which no log shows', async () => {
    const logins: (string | undefined)[] = []
    const address = await serve((request, response) => {
      logins.push(request.headers.authorization)
      response.writeHead(403).end()
    })
    const source = address.replace('//', '//dobush:s3cret%21@')
    const { run, lines } = makeRefresh(source, join(scratch(), 'register'))
    expect(await run()).toBe('failed')
    expect(logins[0]).toBe(`Basic ${Buffer.from('dobush:s3cret!').toString('base64')}`)
    expect(lines.join('')).not.toContain('s3cret')
  })

  it('is not followed elsewhere', async () => {
    const address = await serve((_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end())
    expect(await makeRefresh(address, join(scratch(), 'register')).run()).toBe('failed')
  })

  it.each(['http://example.org/', 'ftp://127.0.0.1/', 'file:///etc/', 'https://'])('%s is refused', async (source) => {
    const { run, lines } = makeRefresh(source, join(scratch(), 'register'))
    expect(await run()).toBe('failed')
    expect(lines.join('')).toContain('must be a folder or an https address')
  })
})

describe('a schedule', () => {
  it('that can not be read is refused', () => {
    const { options } = makeRefresh(scratch(), scratch())
    expect(() => scheduleRefresh({ ...options, cron: 'at three', timeZone: 'Asia/Bishkek' })).toThrow('"at three"')
  })

  it('refreshes by itself, and on request', async () => {
    const drop = scratch()
    sourceOf(drop)
    let imported = () => {}
    const byItself = new Promise<void>((resolve) => {
      imported = resolve
    })
    const { options } = makeRefresh(drop, join(scratch(), 'register'))
    const refresh = scheduleRefresh({
      ...options,
      cron: '* * * * * *',
      timeZone: 'Asia/Bishkek',
      runImport: async (files) => {
        await options.runImport(files)
        imported()
      },
    })
    await byItself
    await refresh.stop()
    expect(['busy', 'unchanged']).toContain(await refresh.now())
  })
})
