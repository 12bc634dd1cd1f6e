import { once } from 'node:events'
import { type Agent, request as plainRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Kysely } from 'kysely'
import type { Role } from '../../src/api/route.ts'
import type { Health } from '../../src/http/health.ts'
import type { Mounted } from '../../src/http/mount-routes.ts'
import { peopleApi } from '../../src/http/people-api.ts'
import { type ConsoleAddress, isSecure, serveConsole } from '../../src/http/serve-console.ts'
import { signInApi } from '../../src/http/sign-in-api.ts'
import { csrfTokenOf } from '../../src/http/sign-in-cookie.ts'
import { generatePassword, makePasswords } from '../../src/passwords.ts'
import { makeAuditLog } from '../../src/store/audit-log.ts'
import { makeLockOuts } from '../../src/store/lock-outs.ts'
import { makePeople } from '../../src/store/people.ts'
import { loadRecordingKeys } from '../../src/store/recording-keys.ts'
import { makeSignIns } from '../../src/store/sign-ins.ts'
import type { Hotline } from '../../src/store/tables.ts'
import { makeTotpSecrets } from '../../src/store/totp-secrets.ts'
import { logLines } from '../log-lines.ts'
import { openDatabase, scratch } from '../store/scratch.ts'
import { type Browser, browserAt } from './browser.ts'

export type { Browser } from './browser.ts'

const well: Health = {
  ok: true,
  switch: { ari: true, ami: true },
  callsInProgress: 0,
  register: undefined,
  alerts: [],
}

export const password = 'a password of the tests'

/** Made once: it is slow on purpose. */
let hashed: Promise<string> | undefined

/** A console on loopback with a database of its own, and a clock that can be put forward. */
export async function openTestConsole(
  options: {
    readonly at?: Partial<ConsoleAddress>
    readonly client?: string
    readonly mounted?: (hotline: Kysely<Hotline>) => readonly Mounted[]
  } = {},
) {
  const hotline = await openDatabase(`${scratch()}/hotline.db`)
  const time = { now: new Date('2026-11-23T09:00:00Z') }
  const clock = () => time.now
  const { log, lines } = logLines()
  const people = makePeople(hotline, clock)
  const signIns = makeSignIns(hotline, clock, { idleMs: 3_600_000, longestMs: 12 * 3_600_000 })
  const lockOuts = makeLockOuts(hotline, clock)
  const auditLog = makeAuditLog(hotline, clock)
  const passwords = { ...makePasswords(), generate: generatePassword }
  const at = { host: '127.0.0.1', port: 0, behindProxy: [], plainHttp: false, ...options.at }
  const server = await serveConsole({
    at,
    health: () => well,
    mounted: [
      ...signInApi({
        people,
        signIns,
        lockOuts,
        passwords,
        totpSecrets: makeTotpSecrets(await loadRecordingKeys(`${scratch()}/recordings.key`)),
        audit: auditLog.append,
        now: clock,
        secure: isSecure(at),
      }),
      ...peopleApi({ people, auditLog, passwords }),
      ...(options.mounted?.(hotline) ?? []),
    ],
    signIns,
    client: options.client ?? scratch(),
    log,
  })
  const address = `${at.tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`
  hashed ??= passwords.hash(password)
  const hash = await hashed

  const browser = () => browserAt(address)

  return {
    hotline,
    people,
    signIns,
    auditLog,
    passwords,
    time,
    lines,
    address,
    browser,
    /** Adds a person with a password of their own. */
    async add(name: string, roles: readonly Role[]) {
      const added = await people.add({ name, displayName: `Person ${name}`, roles, passwordHash: hash })
      if (!added) throw new Error(`${name} is there already`)
      await people.setPassword(added.id, hash)
      return added
    },
    /** Adds a person who is signed in already. */
    async signedIn(name: string, roles: readonly Role[]): Promise<Browser> {
      const { id } = await this.add(name, roles)
      const it = browser()
      const token = await signIns.begin(id)
      it.cookie = `dobush=${token}`
      it.csrf = csrfTokenOf(token)
      return it
    },
    later(ms: number) {
      time.now = new Date(time.now.getTime() + ms)
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
      await hotline.destroy()
    },
  }
}

export type TestConsole = Awaited<ReturnType<typeof openTestConsole>>

/** A request as no browser writes it: the path goes out as it is given. */
export function rawGet(address: string, path: string, agent?: Agent): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(address)
  return new Promise((resolve, reject) => {
    const request = plainRequest({ hostname, port, path, ...(agent && { agent }) }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
    request.on('error', reject)
    request.end()
  })
}
