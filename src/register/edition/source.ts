import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { UserError } from '../../user-error.ts'
import {
  ask,
  type Download,
  type DownloadTimes,
  downloadOf,
  forgetPart,
  isPart,
  namesOfPart,
  readSmallBody,
  save,
  shownAddress,
  takePart,
} from './download.ts'
import { type FileRole, fileNames, type Manifest, parseManifest } from './manifest.ts'
import { readPublicKeys, verifyManifest } from './signing-keys.ts'
import { changed, copyFile, readSmallFile, stampFile } from './staged-copy.ts'

/** Private, verified copies of one edition of the voter list. */
export interface StagedEdition {
  /** Absolute paths; the names keep .gz or .zst. */
  readonly voters: string
  readonly stations: string
  /** Verified against keys and hashes; nothing for an edition of a trusted source that has none. */
  readonly manifest: Manifest | undefined
  /** Name of the key that signed. */
  readonly signedBy: string | undefined
  /** Tells this edition from others of the same source, to be given as `known` next time; nothing when the source can't tell. */
  readonly stamp: string | undefined
  /** Must be called at the end: the copies hold PINs. */
  release(): Promise<void>
}

export interface StageOptions {
  /** The register's folder; copies go below it. Only one edition at a time is staged in it. */
  readonly folder: string
  readonly known?: string | undefined
  /** Files of public keys that may sign. */
  readonly keys: readonly string[]
  /** Whether an edition without a manifest or signature is taken. A manifest that is there is verified all the same. */
  readonly trusted: boolean
  /** What manifests must say the election is, if anything. */
  readonly election?: string | undefined
  readonly now: Date
  readonly times?: DownloadTimes | undefined
}

/** Files given by hand. */
export interface GivenFiles {
  readonly voters: string
  readonly stations: string
  readonly manifest?: string | undefined
}

const copiesPrefix = 'source-'
const manifestName = 'manifest.json'
const roles = ['voters', 'stations'] as const
const dayMs = 86_400_000

/**
 * Gets an edition from a drop folder or an https address (http on this machine only): manifest.json, voters.csv and
 * stations.csv, the latter two also as .gz or .zst.
 * @returns nothing when the edition is the known one
 * @throws UserError when the source can't be read, or its edition is not what was signed
 */
export async function stageEdition(source: string, options: StageOptions): Promise<StagedEdition | undefined> {
  return /^[a-z]+:\/\//i.test(source) ? stageAddress(addressOf(source), options) : stageFolder(resolve(source), options)
}

/**
 * Copies files a person names, wherever they are and whatever they are called.
 * @throws UserError when they can't be read, or are not what was signed
 */
export async function stageFiles(files: GivenFiles, options: StageOptions): Promise<StagedEdition> {
  await sweep(options.folder, [])
  const manifest = files.manifest === undefined ? undefined : await readSmallFile(files.manifest, 'followed')
  const checked = await check(manifest, files.manifest ?? 'beside the files', options)
  const staged = await intoCopies(options.folder, async (copies) => {
    const paths = {
      voters: join(copies, `voters.csv${packingOf(files.voters)}`),
      stations: join(copies, `stations.csv${packingOf(files.stations)}`),
    }
    for (const role of roles) {
      const sha256 = await copyFile(files[role], paths[role], 'followed')
      mustMatch(checked.manifest, role, sha256, files[role])
    }
    return { ...paths, stamp: undefined }
  })
  return { ...staged, ...checked }
}

async function stageFolder(source: string, options: StageOptions): Promise<StagedEdition | undefined> {
  await sweep(options.folder, [])
  const seen = await look(source)
  const stamp = JSON.stringify(seen)
  if (stamp === options.known) return undefined
  const manifestFile = join(source, manifestName)
  const text = seen[manifestName] === undefined ? undefined : await readSmallFile(manifestFile, 'refused')
  const checked = await check(text, manifestFile, options)
  const names = {
    voters: checked.manifest?.voters.name ?? onlyName(source, seen, 'voters'),
    stations: checked.manifest?.stations.name ?? onlyName(source, seen, 'stations'),
  }
  const staged = await intoCopies(options.folder, async (copies) => {
    const paths = { voters: join(copies, names.voters), stations: join(copies, names.stations) }
    const hashes: Partial<Record<FileRole, string>> = {}
    for (const role of roles) hashes[role] = await copyFile(join(source, names[role]), paths[role], 'refused')
    // Half of one edition and half of the next would be a register nobody ever made.
    if (JSON.stringify(await look(source)) !== stamp) throw changed(`The edition in ${source}`)
    for (const role of roles) mustMatch(checked.manifest, role, hashes[role] ?? '', join(source, names[role]))
    return { ...paths, stamp }
  })
  return { ...staged, ...checked }
}

/** The state of all files in a drop folder that could be part of an edition, by name. */
async function look(source: string): Promise<Record<string, string>> {
  const names = await readdir(source).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`${source} can't be read (${error.code}). Make the folder, or change register.source.`, {
      cause: error,
    })
  })
  const stamps: Record<string, string> = {}
  for (const name of [manifestName, ...fileNames.voters, ...fileNames.stations]) {
    if (names.includes(name)) stamps[name] = await stampFile(join(source, name))
  }
  return stamps
}

/** @throws UserError for none or several */
function onlyName(source: string, seen: Record<string, string>, role: FileRole): string {
  const [first, second] = fileNames[role].filter((name) => seen[name] !== undefined)
  if (first === undefined) {
    throw new UserError(
      `${source} holds no ${role}.csv, ${role}.csv.gz or ${role}.csv.zst. Put the export there, or change register.source.`,
    )
  }
  if (second !== undefined) throw new UserError(`${source} holds both ${first} and ${second}. Leave only the new one.`)
  return first
}

/** What a stamp of an address holds. */
interface Tags {
  /** ETag, or where there is none the SHA-256 of the text. */
  readonly manifest?: string
  readonly voters?: string
  readonly stations?: string
}

async function stageAddress(base: URL, options: StageOptions): Promise<StagedEdition | undefined> {
  const { folder, times } = options
  const known = tagsOf(options.known)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const forManifest = downloadOf(base, manifestName, folder, { times })
  const answer = await ask(forManifest, /^(W\/)?"/.test(known.manifest ?? '') ? known.manifest : undefined)
  const text = answer.kind === 'body' ? await readSmallBody(forManifest, answer) : undefined
  const tag = answer.etag ?? hashText(text ?? '')
  if (answer.kind === 'unchanged' || (text !== undefined && tag === known.manifest)) {
    await sweep(folder, [])
    return undefined
  }
  const checked = await check(text, shownAddress(base, manifestName), options)
  if (!checked.manifest) return stageUnsigned(base, known, options)
  const { manifest } = checked
  const downloads = {
    stations: downloadOf(base, manifest.stations.name, folder, { of: manifest.stations.sha256, times }),
    voters: downloadOf(base, manifest.voters.name, folder, { of: manifest.voters.sha256, times }),
  }
  await sweep(folder, Object.values(downloads))
  const staged = await intoCopies(folder, async (copies) => {
    const paths = { voters: join(copies, manifest.voters.name), stations: join(copies, manifest.stations.name) }
    // The small one first: when the large one breaks off, little is fetched again.
    for (const role of ['stations', 'voters'] as const) {
      const download = downloads[role]
      const sha256 = await save(download, await ask(download))
      try {
        mustMatch(manifest, role, sha256, shownAddress(base, download.name))
      } catch (error) {
        await forgetPart(download)
        throw error
      }
      await takePart(download, paths[role])
    }
    return { ...paths, stamp: JSON.stringify({ manifest: tag } satisfies Tags) }
  })
  return { ...staged, ...checked }
}

/** Two files and their ETags, of a source that is trusted. */
async function stageUnsigned(base: URL, known: Tags, options: StageOptions): Promise<StagedEdition | undefined> {
  const { folder, times } = options
  const downloads = {
    stations: downloadOf(base, 'stations.csv', folder, { times }),
    voters: downloadOf(base, 'voters.csv', folder, { times }),
  }
  await sweep(folder, Object.values(downloads))
  const stations = await ask(downloads.stations, known.stations)
  const voters = await ask(downloads.voters, known.voters).catch((error: unknown) => {
    stations.discard()
    throw error
  })
  try {
    if (stations.kind === 'unchanged' && voters.kind === 'unchanged') return undefined
    const staged = await intoCopies(folder, async (copies) => {
      const paths = { voters: join(copies, 'voters.csv'), stations: join(copies, 'stations.csv') }
      const get = async (download: Download, answer: typeof voters, to: string) => {
        // One of the two is unchanged: it is needed all the same, to go with the other.
        const whole = answer.kind === 'unchanged' ? await ask(download) : answer
        await save(download, whole)
        await takePart(download, to)
        return whole.etag
      }
      const stationsTag = await get(downloads.stations, stations, paths.stations)
      const votersTag = await get(downloads.voters, voters, paths.voters)
      const tags: Tags | undefined = votersTag && stationsTag ? { voters: votersTag, stations: stationsTag } : undefined
      return { ...paths, stamp: tags && JSON.stringify(tags) }
    })
    return { ...staged, manifest: undefined, signedBy: undefined }
  } finally {
    stations.discard()
    voters.discard()
  }
}

function hashText(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function tagsOf(stamp: string | undefined): Tags {
  try {
    return (JSON.parse(stamp ?? '{}') ?? {}) as Tags
  } catch {
    return {}
  }
}

/** @throws UserError for anything but https, or http on this machine: the list is personal data */
export function addressOf(source: string): URL {
  const url = URL.canParse(source) ? new URL(source) : undefined
  const loopback = url !== undefined && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
  if (!url || !(url.protocol === 'https:' || (url.protocol === 'http:' && loopback)) || !isDecodable(url)) {
    throw new UserError('register.source must be a folder or an https address. Correct it in the configuration.')
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  return url
}

function isDecodable({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password)
    return true
  } catch {
    return false
  }
}

/** @param file where the manifest is, or would be */
async function check(
  text: string | undefined,
  file: string,
  { keys, trusted, election, now }: StageOptions,
): Promise<Pick<StagedEdition, 'manifest' | 'signedBy'>> {
  if (text === undefined) {
    if (trusted) return { manifest: undefined, signedBy: undefined }
    throw new UserError(
      `There is no manifest (${file}), so nobody vouches for the files. Have them signed with "npx dobush register sign", or add their source to register.trusted.`,
    )
  }
  const manifest = parseManifest(text, file)
  const signedBy =
    trusted && !manifest.signature ? undefined : verifyManifest(manifest, await readPublicKeys(keys), now)
  if (election !== undefined && manifest.election !== election) {
    throw new UserError(
      `${file} is of another election: "${manifest.election}" instead of "${election}". Check where it comes from.`,
    )
  }
  if (Date.parse(manifest.asOf) > now.getTime() + dayMs) {
    throw new UserError(
      `${file} says the list is as of ${manifest.asOf}, which is yet to come. Check the clocks here and at the source.`,
    )
  }
  return { manifest, signedBy }
}

function mustMatch(manifest: Manifest | undefined, role: FileRole, sha256: string, file: string): void {
  const wanted = manifest?.[role].sha256
  if (wanted === undefined || wanted === sha256) return
  throw new UserError(
    `${file} is not the file of the manifest: its SHA-256 begins with ${sha256.slice(0, 12)}, the manifest says ${wanted.slice(0, 12)}. Get both again from the source.`,
  )
}

type Copies = Pick<StagedEdition, 'voters' | 'stations' | 'stamp'>

async function intoCopies(
  folder: string,
  fill: (copies: string) => Promise<Copies>,
): Promise<Copies & Pick<StagedEdition, 'release'>> {
  const copies = await mkdtemp(join(resolve(folder), copiesPrefix))
  const release = () => rm(copies, { recursive: true, force: true })
  try {
    return { ...(await fill(copies)), release }
  } catch (error) {
    await release()
    throw error
  }
}

/** Makes the folder, and removes from it what a killed process left, but for the downloads that can go on. */
async function sweep(folder: string, downloads: readonly Download[]): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const wanted = new Set(downloads.flatMap(namesOfPart))
  for (const name of await readdir(folder)) {
    if (name.startsWith(copiesPrefix) || (isPart(name) && !wanted.has(name))) {
      await rm(join(folder, name), { recursive: true, force: true })
    }
  }
}

function packingOf(file: string): '' | '.gz' | '.zst' {
  if (file.endsWith('.gz')) return '.gz'
  return file.endsWith('.zst') ? '.zst' : ''
}
