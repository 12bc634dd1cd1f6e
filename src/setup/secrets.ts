import { randomBytes } from 'node:crypto'
import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const secret = z.string().min(32)
const schema = z.strictObject({ ariPassword: secret, amiSecret: secret })

/** The passwords between Asterisk and the application: made once a home folder, so that restarts fit together. */
export type Secrets = z.infer<typeof schema>

/** Reads run/secrets.json, or makes it (mode 0600) where it is missing or unreadable. */
export async function loadSecrets(runFolder: string): Promise<Secrets> {
  const file = join(runFolder, 'secrets.json')
  const known = schema.safeParse(parse(await readFile(file, 'utf8').catch(() => '')))
  if (known.success) return known.data
  const made: Secrets = { ariPassword: randomBytes(24).toString('hex'), amiSecret: randomBytes(24).toString('hex') }
  const handle = await open(`${file}.new`, 'w', 0o600)
  await handle.chmod(0o600)
  await handle.writeFile(JSON.stringify(made))
  await handle.close()
  await rename(`${file}.new`, file)
  return made
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
