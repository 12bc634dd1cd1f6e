import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { readFile, rename, rm, stat } from 'node:fs/promises'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { basename, join } from 'node:path'
import { PassThrough, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { UserError } from '../../user-error.ts'
import { writeDurably } from '../durable.ts'
import { decodeText, hashInto, smallLimit } from './staged-copy.ts'

/** Milliseconds. */
export interface DownloadTimes {
  /** Without a byte. */
  readonly idle: number
  /** For one file, whatever comes. */
  readonly whole: number
}

/** An answer whose body is still to come; `discard` what is not saved. */
export interface Answer {
  /** `missing`: the server has no such file. */
  readonly kind: 'unchanged' | 'missing' | 'body'
  readonly etag: string | undefined
  discard(): void
}

interface Body extends Answer {
  readonly kind: 'body'
  readonly coming: Coming
  readonly partial: Partial | undefined
}

/** A body as it comes in, whether or not somebody reads it yet. */
interface Coming {
  /** Ends without a fault even when the connection broke. */
  readonly bytes: Readable
  /** Why it ended too early. */
  fault(): unknown
  stop(reason: Error): void
}

/** What an earlier try got of a file, and the ETag of the file it belongs to. */
interface Partial {
  readonly size: number
  readonly etag: string
}

export interface Download {
  readonly base: URL
  readonly name: string
  /** Where what came so far is kept between tries; a name made of a hash, below the register's folder. */
  readonly part: string
  readonly times: DownloadTimes
}

const partPrefix = 'download-'
const defaultTimes: DownloadTimes = { idle: 60_000, whole: 60 * 60_000 }
// Stored, so compressed or not; see open-text.ts.
const sizeLimit = 2 * 1024 ** 3

/** Whether this is one of the files `Download.part` names, or made beside one. */
export function isPart(name: string): boolean {
  return name.startsWith(partPrefix)
}

/** @param of what tells this file from others: its own hash, where that is known */
export function downloadOf(
  base: URL,
  name: string,
  folder: string,
  { of, times = defaultTimes }: { of?: string | undefined; times?: DownloadTimes | undefined } = {},
): Download {
  const hash = of ?? createHash('sha256').update(shownAddress(base, name)).digest('hex')
  return { base, name, part: join(folder, `${partPrefix}${hash}`), times }
}

/** The address without the password. */
export function shownAddress(base: URL, name: string): string {
  const { origin, pathname } = new URL(name, base)
  return `${origin}${pathname}`
}

/**
 * Asks for the rest of a file, or for all of it.
 * @param known the ETag that is not wanted again
 * @throws UserError when the server can't be reached or answers anything but the file
 */
export async function ask(download: Download, known?: string): Promise<Answer> {
  const partial = await partialOf(download)
  const headers: Record<string, string> = {}
  if (known !== undefined) headers['if-none-match'] = known
  if (partial) {
    headers.range = `bytes=${partial.size}-`
    headers['if-range'] = partial.etag
  }
  const response = await send(download, headers)
  const etag = response.headers.etag
  const discard = () => {
    response.destroy()
  }
  const body = (rest: Partial | undefined): Body => ({
    kind: 'body',
    etag,
    discard,
    coming: gather(response),
    partial: rest,
  })
  switch (response.statusCode) {
    case 200:
      return body(undefined)
    case 206: {
      const isRest = partial && response.headers['content-range']?.startsWith(`bytes ${partial.size}-`)
      if (isRest && (etag === undefined || etag === partial.etag)) {
        return { ...body(partial), etag: partial.etag }
      }
      break
    }
    case 304:
      if (known === undefined) break
      discard()
      return { kind: 'unchanged', etag, discard }
    case 404:
    case 410:
      discard()
      return { kind: 'missing', etag, discard }
  }
  discard()
  if (partial && (response.statusCode === 206 || response.statusCode === 416)) {
    // What is kept does not fit the file any more: once more from the start.
    await forgetPart(download)
    return ask(download, known)
  }
  throw refusal(download, response.statusCode ?? 0)
}

/**
 * Saves what `ask` found. What came before a fault is kept for the next try where the server can continue it.
 * @returns SHA-256 of the whole file, in hexadecimal; the file is where `Download.part` says
 * @throws UserError when it broke off
 */
export async function save(download: Download, answer: Answer): Promise<string> {
  if (!isBody(answer)) throw refusal(download, 404)
  const { part, times } = download
  const { coming, partial, etag } = answer
  const hash = createHash('sha256')
  const timer = setTimeout(() => coming.stop(new Error('took too long')), times.whole)
  let size = partial?.size ?? 0
  let isTooLarge = false
  async function* received(): AsyncGenerator<Buffer> {
    for await (const chunk of coming.bytes as AsyncIterable<Buffer>) {
      size += chunk.length
      isTooLarge = size > sizeLimit
      if (isTooLarge) return
      hash.update(chunk)
      yield chunk
    }
  }
  try {
    if (partial) {
      await hashInto(hash, part)
    } else {
      await forgetPart(download)
      if (isStrong(etag)) await writeDurably(tagFile(part), etag)
    }
    await pipeline(received, createWriteStream(part, { mode: 0o600, flags: partial ? 'a' : 'wx' }))
  } catch (error) {
    // Most likely the disk is full: what can't be finished must not keep it so.
    await forgetPart(download)
    throw error
  } finally {
    clearTimeout(timer)
    answer.discard()
  }
  const fault = coming.fault()
  if (fault === undefined && !isTooLarge) return hash.digest('hex')
  if (isTooLarge || !isStrong(etag)) await forgetPart(download)
  if (isTooLarge) throw new UserError(`${shown(download)} is larger than 2 GB, which no voter list is.`)
  throw new UserError(`${shown(download)} broke off after ${size} bytes. Try again, it goes on from there if it can.`, {
    cause: fault,
  })
}

/** Reads the body of a small file as text. Errors as of `save`. */
export async function readSmallBody(download: Download, answer: Answer): Promise<string> {
  if (!isBody(answer)) throw refusal(download, 404)
  const { coming } = answer
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of coming.bytes as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > smallLimit) break
    chunks.push(chunk)
  }
  const fault = coming.fault()
  answer.discard()
  if (size > smallLimit) throw new UserError(`${shown(download)} is larger than 64 KB, which no manifest is.`)
  if (fault !== undefined) {
    throw new UserError(`${shown(download)} broke off after ${size} bytes. Try again.`, { cause: fault })
  }
  return decodeText(Buffer.concat(chunks), shown(download))
}

/** Forgets what came of a file, the finished file too. */
export async function forgetPart({ part }: Download): Promise<void> {
  await rm(part, { force: true })
  await rm(tagFile(part), { force: true })
}

/** Moves a finished file to where it is wanted. */
export async function takePart({ part }: Download, to: string): Promise<void> {
  await rename(part, to)
  await rm(tagFile(part), { force: true })
}

/** The names below the register's folder that `sweep` must leave for the next try. */
export function namesOfPart({ part }: Download): string[] {
  return [basename(part), basename(tagFile(part))]
}

async function partialOf({ part }: Download): Promise<Partial | undefined> {
  try {
    const etag = await readFile(tagFile(part), 'utf8')
    const { size } = await stat(part)
    return size > 0 ? { size, etag } : undefined
  } catch {
    return undefined
  }
}

function tagFile(part: string): string {
  return `${part}.etag`
}

/** Only a strong ETag promises the very same bytes. */
function isStrong(etag: string | undefined): etag is string {
  return etag?.startsWith('"') ?? false
}

function send({ base, name, times }: Download, headers: Record<string, string>): Promise<IncomingMessage> {
  const url = new URL(name, base)
  const { username, password } = url
  url.username = ''
  url.password = ''
  const options = {
    // Hashes are of the stored bytes, and ranges count them.
    headers: { ...headers, 'accept-encoding': 'identity', 'user-agent': 'dobush' },
    timeout: times.idle,
    agent: false as const,
    ...(username === '' ? {} : { auth: `${decodeURIComponent(username)}:${decodeURIComponent(password)}` }),
  }
  return new Promise<IncomingMessage>((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp
    const sent = send(url, options, resolve)
    sent.on('timeout', () => sent.destroy(Object.assign(new Error('nothing came'), { code: 'ETIMEDOUT' })))
    sent.on('error', reject)
    sent.end()
  }).catch((error: NodeJS.ErrnoException) => {
    const code = error.code ?? 'no answer'
    throw new UserError(`${shownAddress(base, name)} can't be reached (${code}). Check the address and the network.`, {
      cause: error,
    })
  })
}

/** Takes a body out of Node's hands at once: Node drops what it holds the moment a connection breaks. */
function gather(response: IncomingMessage): Coming {
  const bytes = new PassThrough({ highWaterMark: 1024 * 1024 })
  let fault: unknown
  const end = (reason?: unknown) => {
    fault ??= reason
    bytes.end()
  }
  response.on('data', (chunk: Buffer) => {
    if (!bytes.writableEnded && !bytes.destroyed && !bytes.write(chunk)) response.pause()
  })
  bytes.on('drain', () => response.resume())
  response.on('end', () => end(response.complete ? undefined : new Error('ended early')))
  response.on('error', end)
  response.on('close', () => end(response.complete ? undefined : new Error('closed early')))
  return {
    bytes,
    fault: () => fault,
    stop: (reason) => {
      response.destroy(reason)
    },
  }
}

function refusal(download: Download, status: number): UserError {
  const advice =
    status >= 300 && status < 400
      ? 'Redirects are not followed: give the address it leads to, if you trust it'
      : 'Check the address and its access rights'
  return new UserError(`${shown(download)} answered ${status}. ${advice}.`)
}

function shown({ base, name }: Download): string {
  return shownAddress(base, name)
}

function isBody(answer: Answer): answer is Body {
  return answer.kind === 'body'
}
