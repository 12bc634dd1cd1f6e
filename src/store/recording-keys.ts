import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { chmod, link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { UserError } from '../user-error.ts'

export interface RecordingKey {
  /** Says which key it is without saying anything of it. */
  readonly id: string
  /** 32 bytes. */
  readonly key: Uint8Array
}

export interface RecordingKeys {
  /** What is recorded from now on is encrypted with this one. */
  readonly current: RecordingKey
  byId(id: string): Uint8Array | undefined
  /** Where they lie, for messages. */
  readonly file: string
}

/**
 * Reads the keys that recordings are encrypted with: a file of one key a line, 64 hexadecimal digits, the newest last.
 * Makes it, mode 0600 and on disk for good, where there is none. Who changes the key adds a line.
 * @throws UserError when a line of it is no key
 */
export async function loadRecordingKeys(file: string): Promise<RecordingKeys> {
  const lines = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return makeFile(file)
    throw error
  })
  const keys = lines.split('\n').filter((line) => line.trim() !== '')
  const known = keys.map((line, index) => readKey(line.trim(), `line ${index + 1} of ${file}`))
  const current = known.at(-1)
  if (!current) throw new UserError(`${file} holds no key: put it back from its copy, or remove it to have one made.`)
  return { current, byId: (id) => known.find((one) => one.id === id)?.key, file }
}

function readKey(digits: string, where: string): RecordingKey {
  if (!/^[0-9a-f]{64}$/i.test(digits)) {
    throw new UserError(`The ${where} is no key of 64 hexadecimal digits: put it back from its copy.`)
  }
  const key = Buffer.from(digits, 'hex')
  return { id: createHash('sha256').update(key).digest('hex').slice(0, 16), key }
}

/** Of processes that make it at once, all use what the first has made. */
async function makeFile(file: string): Promise<string> {
  const folder = dirname(file)
  const draft = `${file}.${randomUUID()}`
  await mkdir(folder, { recursive: true, mode: 0o700 })
  try {
    const handle = await open(draft, 'wx', 0o600)
    await handle.writeFile(`${randomBytes(32).toString('hex')}\n`)
    await handle.sync()
    await handle.close()
    await chmod(draft, 0o600)
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(draft, { force: true })
  }
  const opened = await open(folder, 'r')
  await opened.sync()
  await opened.close()
  return readFile(file, 'utf8')
}
