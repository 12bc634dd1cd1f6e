import { createWriteStream } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { UserError } from '../user-error.ts'

/** The two files of a voter list on this machine. */
export interface RegisterFiles {
  readonly votersCsv: string
  readonly stationsCsv: string
}

/** What tells one edition of the files from another: size and time of change, or ETags. */
export interface Edition {
  readonly voters: string
  readonly stations: string
}

/** Copies of one edition, ready to be read. `release` must be called at the end: they hold PINs. */
export interface Fetched {
  readonly files: RegisterFiles
  /** Nothing when the source can't tell its editions apart. */
  readonly edition: Edition | undefined
  release(): Promise<void>
}

const copiesPrefix = 'source-'
const downloadTimeoutMs = 30 * 60_000

/**
 * Gets voters.csv and stations.csv from a folder or an https address.
 * @param known the edition imported last
 * @returns nothing when that is still the current one
 * @throws UserError when the source can't be read
 */
export async function fetchEdition(
  source: string,
  folder: string,
  known: Edition | undefined,
): Promise<Fetched | undefined> {
  return /^[a-z]+:\/\//i.test(source)
    ? download(addressOf(source), folder, known)
    : copy(resolve(source), folder, known)
}

async function copy(source: string, folder: string, known: Edition | undefined): Promise<Fetched | undefined> {
  const votersCsv = join(source, 'voters.csv')
  const stationsCsv = join(source, 'stations.csv')
  const look = async () => ({ voters: await stamp(votersCsv), stations: await stamp(stationsCsv) })
  const edition = await look()
  if (same(known, edition)) return undefined
  return intoCopies(folder, async (files) => {
    await copyFile(votersCsv, files.votersCsv)
    await copyFile(stationsCsv, files.stationsCsv)
    // Half of one edition and half of the next would be a register nobody ever made.
    if (!same(edition, await look())) {
      throw new UserError(`The files in ${source} changed while they were copied. Move finished files into place.`)
    }
    return edition
  })
}

async function stamp(file: string): Promise<string> {
  try {
    const { size, mtimeNs } = await stat(file, { bigint: true })
    return `${size} bytes, ${mtimeNs} ns`
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new UserError(`${file} can't be read (${code}). Put the export there, or change register.source.`, {
      cause: error,
    })
  }
}

/** @throws UserError for anything but https, or http on this machine: the list is personal data */
function addressOf(source: string): URL {
  const url = URL.canParse(source) ? new URL(source) : undefined
  const loopback = url !== undefined && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
  if (!url || !(url.protocol === 'https:' || (url.protocol === 'http:' && loopback))) {
    throw new UserError('register.source must be a folder or an https address. Correct it in the configuration.')
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  return url
}

async function download(base: URL, folder: string, known: Edition | undefined): Promise<Fetched | undefined> {
  const voters = await request(base, 'voters.csv', known?.voters)
  const stations = await request(base, 'stations.csv', known?.stations)
  if (voters.status === 304 && stations.status === 304) return undefined
  return intoCopies(folder, async (files) => {
    const [votersTag, stationsTag] = await Promise.all([
      save(voters, base, 'voters.csv', files.votersCsv),
      save(stations, base, 'stations.csv', files.stationsCsv),
    ])
    return votersTag && stationsTag ? { voters: votersTag, stations: stationsTag } : undefined
  })
}

async function intoCopies(
  folder: string,
  fill: (files: RegisterFiles) => Promise<Edition | undefined>,
): Promise<Fetched> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await sweepCopies(folder)
  const copies = await mkdtemp(join(folder, copiesPrefix))
  const release = () => rm(copies, { recursive: true, force: true })
  try {
    const files = { votersCsv: join(copies, 'voters.csv'), stationsCsv: join(copies, 'stations.csv') }
    return { files, edition: await fill(files), release }
  } catch (error) {
    await release()
    throw error
  }
}

async function request(base: URL, name: string, etag?: string): Promise<Response> {
  const url = new URL(name, base)
  const headers = new Headers()
  if (etag !== undefined) headers.set('if-none-match', etag)
  if (url.username !== '') {
    const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
    headers.set('authorization', `Basic ${Buffer.from(login).toString('base64')}`)
    url.username = ''
    url.password = ''
  }
  const shown = `${url.origin}${url.pathname}`
  let response: Response
  try {
    // A redirect might lead off https, or to a place nobody configured.
    response = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(downloadTimeoutMs) })
  } catch (error) {
    throw new UserError(`${shown} can't be reached. Check the address and the network.`, { cause: error })
  }
  if (response.status !== 200 && response.status !== 304) {
    await response.body?.cancel()
    throw new UserError(`${shown} answered ${response.status}. Check register.source and its access rights.`)
  }
  return response
}

/** @returns the ETag, which names exactly what was saved */
async function save(response: Response, base: URL, name: string, file: string): Promise<string | undefined> {
  // One of the two is unchanged: it is needed all the same, to go with the other.
  const whole = response.status === 304 ? await request(base, name) : response
  if (!whole.body) throw new UserError(`${base.origin}${base.pathname}${name} is empty. Export it again.`)
  try {
    await pipeline(Readable.from(whole.body), createWriteStream(file, { mode: 0o600, flags: 'wx' }))
  } catch (error) {
    throw new UserError(`${base.origin}${base.pathname}${name} broke off. It is tried again.`, { cause: error })
  }
  return whole.headers.get('etag') ?? undefined
}

/** Removes copies a killed process left; only one refresh of a folder runs at a time. */
async function sweepCopies(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(copiesPrefix)) await rm(join(folder, name), { recursive: true, force: true })
  }
}

function same(a: Edition | undefined, b: Edition | undefined): boolean {
  return a !== undefined && b !== undefined && a.voters === b.voters && a.stations === b.stations
}
