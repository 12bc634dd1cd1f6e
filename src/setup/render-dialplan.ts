import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { askPauseMs, type Config } from '../config.ts'
import type { Language } from '../domain/language.ts'
import { UserError } from '../user-error.ts'
import { numberForms } from './number-forms.ts'
import { loadSecrets } from './secrets.ts'
import type { Tools } from './tools.ts'

/** A rendered configuration, and what others need to reach the Asterisk that runs with it. */
export interface SwitchFiles {
  /** asterisk.conf; the others lie beside it. */
  readonly configFile: string
  /** Warnings and errors of Asterisk. */
  readonly logFile: string
  readonly pidFile: string
  readonly sip: { readonly host: string; readonly port: number }
  readonly http: { readonly host: string; readonly port: number }
  readonly ariUrl: string
  readonly ariUser: string
  readonly ariPassword: string
  readonly ami: { readonly host: string; readonly port: number; readonly user: string; readonly secret: string }
  /** Where Asterisk keeps what ARI records. */
  readonly spoolRecordings: string
}

const loopback = '127.0.0.1'
/** Asterisk asks for these by name and complains of a missing one; their defaults are right. */
const emptyFiles = ['acl.conf', 'ccss.conf', 'features.conf', 'pjproject.conf', 'udptl.conf', 'websocket_client.conf']
/** A Unix socket's path may have 107 characters; Asterisk adds `/asterisk.ctl`. */
const longestSocketFolder = 90

/**
 * Renders every template of dialplan/ into run/asterisk/etc, with this home's secrets.
 * @param apology absolute paths of clips without extension, in the trunks' codecs
 * @throws UserError where a path can't stand in Asterisk's configuration; Error for a template's unknown name
 */
export async function renderSwitch(
  config: Config,
  tools: Pick<Tools, 'asteriskFolders'>,
  clips: { apology: Readonly<Record<Language, string>> },
): Promise<SwitchFiles> {
  const base = join(config.paths.run, 'asterisk')
  const etc = join(base, 'etc')
  const { modules, data } = tools.asteriskFolders
  for (const path of [base, modules, data, clips.apology.ky, clips.apology.ru]) checkPath(path)
  const socketFolder = await findSocketFolder(join(base, 'run'))
  for (const folder of [
    config.paths.run,
    base,
    ...['log', 'lib', 'cache', 'agi', 'sbin', 'spool'].map((name) => join(base, name)),
  ]) {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await chmod(folder, 0o700)
  }
  await mkdir(join(base, 'spool/recording'), { recursive: true, mode: 0o700 })
  await mkdir(join(base, 'spool/tmp'), { recursive: true, mode: 0o700 })

  const secrets = await loadSecrets(config.paths.run)
  const { host, sipPort, httpPort, amiPort, rtpPorts, trunks } = config.asterisk
  const values: Readonly<Record<string, string | number>> = {
    base,
    etc,
    socketFolder,
    modules,
    data,
    host,
    sipPort,
    httpPort,
    amiPort,
    ...secrets,
    ariUser: 'dobush',
    amiUser: 'dobush',
    rtpStart: rtpPorts[0],
    rtpEnd: rtpPorts[1],
    maxCalls: config.line.maxCalls,
    maxCallSeconds: config.line.maxCallSeconds,
    joinedClips: config.paths.joinedClips,
    askPauseSeconds: askPauseMs / 1000,
    // Asterisk 22's ARI needs it, 20 has not got it.
    websocketClient: existsSync(join(modules, 'res_websocket_client.so')) ? 'load = res_websocket_client.so' : '',
    'apology.ky': clips.apology.ky,
    'apology.ru': clips.apology.ru,
    trunks: trunks.map(trunkSections).join('\n'),
    firstContexts: config.line.numbers.map((number) => `[first-${number}]\ninclude => ask\n`).join('\n'),
    extensions: config.line.numbers.map((number) => extensionLines(number, config.line.areaCode)).join('\n'),
  }
  // What an earlier version rendered must not be read by this Asterisk.
  await rm(etc, { recursive: true, force: true })
  await mkdir(etc, { mode: 0o700 })
  for (const name of await readdir(config.paths.dialplan)) {
    if (!name.endsWith('.conf')) continue
    const template = await readFile(join(config.paths.dialplan, name), 'utf8')
    await writeFile(join(etc, name), renderTemplate(template, values, name), { mode: 0o600 })
  }
  for (const name of emptyFiles) await writeFile(join(etc, name), '; Nothing in this file is used.\n', { mode: 0o600 })
  return {
    configFile: join(etc, 'asterisk.conf'),
    logFile: join(base, 'log/messages'),
    pidFile: join(base, 'asterisk.pid'),
    sip: { host, port: sipPort },
    http: { host: loopback, port: httpPort },
    ariUrl: `http://${loopback}:${httpPort}`,
    ariUser: 'dobush',
    ariPassword: secrets.ariPassword,
    ami: { host: loopback, port: amiPort, user: 'dobush', secret: secrets.amiSecret },
    spoolRecordings: join(base, 'spool/recording'),
  }
}

/** Puts values in the place of {{names}}. */
export function renderTemplate(text: string, values: Readonly<Record<string, string | number>>, file: string): string {
  return text.replace(/\{\{([^}]*)\}\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`dialplan/${file} names {{${name}}}, which nothing fills in`)
    return String(value)
  })
}

function trunkSections(trunk: Config['asterisk']['trunks'][number]): string {
  return [
    `[${trunk.name}](trunk)`,
    ...trunk.codecs.map((codec) => `allow = ${codec}`),
    `dtmf_mode = ${trunk.dtmf}`,
    '',
    `[${trunk.name}-addresses]`,
    'type = identify',
    `endpoint = ${trunk.name}`,
    ...trunk.match.map((address) => `match = ${address}`),
    '',
  ].join('\n')
}

function extensionLines(number: string, areaCode: string): string {
  return numberForms(number, areaCode)
    .map((form) => `exten => ${form},1,Goto(line,${number},1)`)
    .join('\n')
}

/** Asterisk's files know no quoting: these characters would end a path or begin something else. */
function checkPath(path: string): void {
  if (!/[,;&()[\]{}$|"'\\\n]/.test(path)) return
  throw new UserError(
    `Asterisk's configuration can't hold the path ${path}: set DOBUSH_HOME (or move the project) to a folder without , ; & ( ) [ ] { } $ | quotes or backslashes.`,
  )
}

/** Asterisk's control socket needs a short path: where the home folder is too deep, a private folder of this user. */
async function findSocketFolder(wanted: string): Promise<string> {
  const user = process.getuid?.()
  const hash = createHash('sha256').update(wanted).digest('hex').slice(0, 12)
  const folder = Buffer.byteLength(wanted) <= longestSocketFolder ? wanted : join(tmpdir(), `dobush-${user}-${hash}`)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const state = await lstat(folder)
  if (!state.isDirectory() || state.uid !== user) {
    throw new UserError(`${folder} belongs to somebody else: remove it, or set DOBUSH_HOME to a shorter path.`)
  }
  await chmod(folder, 0o700)
  return folder
}
