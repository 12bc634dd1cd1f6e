import { execFile } from 'node:child_process'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Config } from '../../../src/config.ts'
import { ensureSmsPeers } from '../../../src/setup/tools.ts'

const run = promisify(execFile)
const quiet = { update: () => undefined, done: () => undefined, warn: () => undefined }

export interface Certificates {
  readonly folder: string
  /** PEM file of the authority. */
  readonly ca: string
  readonly certificate: string
  readonly key: string
}

/** An authority of our own and what it has signed for one name, in a new temporary folder. */
export async function makeCertificates(config: Config, name: string): Promise<Certificates> {
  const { openssl } = await ensureSmsPeers(config, quiet)
  const folder = await mkdtemp(join(tmpdir(), 'dobush-tls-'))
  const at = (file: string) => join(folder, file)
  const ssl = (...args: string[]) =>
    run(openssl.file, [...openssl.args, ...args], { env: { ...process.env, ...openssl.env } })
  const newKey = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  await ssl(...newKey, '-keyout', at('ca.key'), '-out', at('ca.pem'), '-subj', '/CN=Test authority')
  await ssl(
    ...newKey,
    ...['-keyout', at('smsc.key'), '-out', at('smsc.pem'), '-subj', `/CN=${name}`],
    ...['-addext', `subjectAltName=DNS:${name}`, '-CA', at('ca.pem'), '-CAkey', at('ca.key')],
    ...['-addext', 'basicConstraints=critical,CA:FALSE'],
  )
  return { folder, ca: at('ca.pem'), certificate: at('smsc.pem'), key: at('smsc.key') }
}
