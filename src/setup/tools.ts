import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Command } from '../command.ts'
import type { Config } from '../config.ts'
import { UserError } from '../user-error.ts'
import { findMirror, PackageMissingError } from './apt.ts'
import { withFileLock } from './file-lock.ts'
import { hasTree, type TreeSpec, treeRoot, unpackTree } from './packages.ts'
import type { Progress } from './progress.ts'
import { runProgram } from './run-program.ts'

/** The programs the line runs, as they must be started. */
export interface Tools {
  readonly asterisk: Command
  /** Where this Asterisk's modules lie, and its data: documentation and ARI's description. */
  readonly asteriskFolders: { readonly modules: string; readonly data: string }
  readonly sox: Command
  /** Not there where the mirror has no non-free section. */
  readonly rhvoice?: Command
  readonly espeak: Command
  /** Compress what callers say, and the way back. */
  readonly opusenc: Command
  readonly opusdec: Command
}

const machines: Readonly<Record<string, { triplet: string; loader: string }>> = {
  x64: { triplet: 'x86_64-linux-gnu', loader: 'ld-linux-x86-64.so.2' },
  arm64: { triplet: 'aarch64-linux-gnu', loader: 'ld-linux-aarch64.so.1' },
}

/** @throws UserError for any other machine */
function machineOf(): { triplet: string; loader: string } {
  const machine = machines[process.arch]
  if (process.platform === 'linux' && machine) return machine
  throw new UserError(
    `Dobush runs on Linux on amd64 or arm64 and this is ${process.platform} on ${process.arch}: use such a machine.`,
  )
}

const papers = ['doc', 'man', 'info', 'locale', 'lintian', 'bug', 'doc-base', 'gdb', 'gcc', 'perl'].map(
  (name) => `usr/share/${name}`,
)

const switchTree: TreeSpec = {
  suite: 'forky',
  components: 'main',
  packages: ['asterisk'],
  prune: [...papers, 'usr/share/perl5', 'usr/bin/perl', 'usr/share/zoneinfo'],
  needsMb: 500,
}

/** Some Russian voices come under licences that bar them from a public line, and English is never spoken. */
const unusedVoices = [
  ...['arina', 'artemiy', 'evgeniy-rus', 'mikhail', 'pavel', 'tatiana', 'victoria', 'vitaliy', 'yuriy'],
  'aleksandr-hq',
].map((name) => `usr/share/RHVoice/voices/${name}`)

const voiceTree: TreeSpec = {
  suite: 'bookworm',
  components: 'main contrib non-free',
  packages: ['sox', 'espeak-ng', 'rhvoice', 'rhvoice-kyrgyz', 'rhvoice-russian'],
  prune: [...papers, ...unusedVoices],
  needsMb: 600,
}

/** What is left of the voices where the mirror has no non-free section. */
const freeVoiceTree: TreeSpec = { ...voiceTree, packages: ['sox', 'espeak-ng'], needsMb: 200 }

/** Apart from the voices: that tree is large, and would be fetched anew for it. */
const opusTree: TreeSpec = {
  suite: 'bookworm',
  components: 'main',
  packages: ['opus-tools'],
  prune: papers,
  needsMb: 100,
}

/**
 * Makes sure Asterisk, sox, the voices and Opus are on this machine, and says how to start them. Takes a minute or two of
 * download the first time, milliseconds afterwards.
 * @throws UserError in one sentence: no network, no room, no such machine, packages that can't be verified
 */
export async function ensureTools(config: Config, progress: Progress): Promise<Tools> {
  const machine = machineOf()
  const { trees } = config.paths
  const ownSwitch = config.asterisk.source === 'system' ? await systemAsterisk(machine.triplet) : undefined
  const wanted = ownSwitch ? [] : [switchTree]
  const voices = (await hasTree(trees, freeVoiceTree)) ? freeVoiceTree : voiceTree
  await ensureTrees(trees, [...wanted, voices], progress)
  const opusTrees = join(trees, 'opus')
  await ensureTrees(opusTrees, [opusTree], progress)

  const voiceRoot = treeRoot(trees, voiceTree.suite)
  const free = await hasTree(trees, freeVoiceTree)
  if (free) {
    progress.warn(
      `The mirror has no non-free section, so RHVoice's voices are missing and espeak-ng speaks instead, robotically: set DEBIAN_MIRROR to a complete mirror, remove ${join(trees, voiceTree.suite)} and start again.`,
    )
  }
  const lib = join(voiceRoot, 'usr/lib', machine.triplet)
  const voiceProgram = (name: string, args: string[], env: Record<string, string>): Command =>
    inTree(voiceRoot, machine, `usr/bin/${name}`, args, env)
  const opus = (name: string) => inTree(treeRoot(opusTrees, opusTree.suite), machine, `usr/bin/${name}`, [], {})
  const switchRoot = treeRoot(trees, switchTree.suite)
  return {
    asterisk: ownSwitch?.command ?? inTree(switchRoot, machine, 'usr/sbin/asterisk', [], {}),
    asteriskFolders: ownSwitch?.folders ?? {
      modules: join(switchRoot, 'usr/lib', machine.triplet, 'asterisk/modules'),
      data: join(switchRoot, 'usr/share/asterisk'),
    },
    // sox looks for its formats where LTDL_LIBRARY_PATH says.
    sox: voiceProgram('sox', [], { LTDL_LIBRARY_PATH: join(lib, 'sox') }),
    espeak: voiceProgram('espeak-ng', [`--path=${lib}`], {}),
    opusenc: opus('opusenc'),
    opusdec: opus('opusdec'),
    ...(free
      ? {}
      : {
          rhvoice: voiceProgram('RHVoice-test', [], {
            RHVOICE_DATA_PATH: join(voiceRoot, 'usr/share/RHVoice'),
            RHVOICE_CONFIG_PATH: join(voiceRoot, 'etc/RHVoice'),
          }),
        }),
  }
}

/** Only what is measured is compared with it: its tree lies apart, and is unpacked when it is first asked for. */
const sqliteTree: TreeSpec = {
  suite: 'bookworm',
  components: 'main',
  packages: ['sqlite3'],
  prune: papers,
  needsMb: 100,
}

/**
 * Makes sure SQLite's command line tool is on this machine.
 * @throws UserError as `ensureTools`
 */
export async function ensureSqlite(config: Config, progress: Progress): Promise<Command> {
  const machine = machineOf()
  const trees = join(config.paths.trees, 'bench')
  await ensureTrees(trees, [sqliteTree], progress)
  return inTree(treeRoot(trees, sqliteTree.suite), machine, 'usr/bin/sqlite3', [], {})
}

/** Only tests and benchmarks start a PostgreSQL; a line that uses one is told where it runs. */
const postgresTree: TreeSpec = {
  suite: 'bookworm',
  components: 'main',
  packages: ['postgresql-15'],
  // The compiler of queries takes half of the room and is off.
  prune: [
    ...[...papers, 'usr/share/perl5', 'usr/bin/perl', 'usr/lib/postgresql/15/lib/bitcode'],
    ...Object.values(machines).map(({ triplet }) => `usr/lib/${triplet}/libLLVM-14.so.1`),
  ],
  needsMb: 700,
}

/** The programs of a PostgreSQL, as they must be started. */
export interface PostgresTools {
  readonly server: Command
  /** Makes a data folder; `--argv0 FILE` must be put before its program: it looks for `postgres` beside that file. */
  readonly initdb: Command
  /** Its templates. */
  readonly share: string
  /** The folder all of it lies in; it runs from a copy elsewhere as well. */
  readonly root: string
}

/**
 * Makes sure PostgreSQL is on this machine.
 * @throws UserError as `ensureTools`
 */
export async function ensurePostgres(config: Config, progress: Progress): Promise<PostgresTools> {
  const machine = machineOf()
  const trees = join(config.paths.trees, 'postgres')
  await ensureTrees(trees, [postgresTree], progress)
  const root = treeRoot(trees, postgresTree.suite)
  const program = (name: string) => inTree(root, machine, `usr/lib/postgresql/15/bin/${name}`, [], {})
  return { server: program('postgres'), initdb: program('initdb'), share: join(root, 'usr/share/postgresql/15'), root }
}

const libc = ['libc.so.6', 'libm.so.6', 'libdl.so.2', 'librt.so.1', 'libpthread.so.0', 'libresolv.so.2']

/** Only the browser tests start it. Its libraries are used through the machine's own loader, which needs its own libc. */
const browserTree = (triplet: string): TreeSpec => ({
  suite: 'bookworm',
  components: 'main',
  packages: ['chromium-headless-shell', 'fonts-dejavu-core'],
  prune: [...papers, ...libc.map((name) => `lib/${triplet}/${name}`)],
  needsMb: 900,
})

/**
 * Makes sure a Chromium is on this machine: its own, or Debian's without a window.
 * @throws UserError as `ensureTools`
 */
export async function ensureChromium(config: Config, progress: Progress): Promise<Command> {
  const own = '/usr/bin/chromium'
  if (existsSync(own)) return { file: own, args: [], env: {} }
  const { triplet } = machineOf()
  const trees = join(config.paths.trees, 'browser')
  const spec = browserTree(triplet)
  await ensureTrees(trees, [spec], progress)
  const root = treeRoot(trees, spec.suite)
  // It starts itself again for every page, and looks for its files beside itself: no loader can stand before it.
  const libraries = [`usr/lib/${triplet}`, `lib/${triplet}`, `usr/lib/${triplet}/pulseaudio`]
  return {
    file: join(root, 'usr/lib/chromium/chromium-headless-shell'),
    args: [],
    env: {
      LD_LIBRARY_PATH: libraries.map((folder) => join(root, folder)).join(':'),
      FONTCONFIG_SYSROOT: root,
    },
  }
}

/** Other ends of the text messages: an SMSC is written on Net::SMPP, and Kannel is a gateway people do run. */
const smsPeersTree: TreeSpec = {
  suite: 'bookworm',
  components: 'main',
  packages: ['libnet-smpp-perl', 'libio-socket-ssl-perl', 'kannel', 'openssl'],
  prune: ['usr/share/doc', 'usr/share/man', 'usr/share/locale', 'usr/share/lintian', 'usr/share/zoneinfo'],
  needsMb: 300,
}

export interface SmsPeers {
  /** Perl with Net::SMPP and IO::Socket::SSL. */
  readonly perl: Command
  readonly bearerbox: Command
  readonly smsbox: Command
  readonly openssl: Command
}

/**
 * Makes sure the programs that text messages are tried and measured against are on this machine.
 * @throws UserError as `ensureTools`
 */
export async function ensureSmsPeers(config: Config, progress: Progress): Promise<SmsPeers> {
  const machine = machineOf()
  const trees = join(config.paths.trees, 'sms-peers')
  await ensureTrees(trees, [smsPeersTree], progress)
  const root = treeRoot(trees, smsPeersTree.suite)
  const program = (path: string, env: Record<string, string>) => inTree(root, machine, path, [], env)
  // Perl looks in the machine's folders otherwise, where another version's modules may lie.
  const modules = [
    'share/perl5',
    'share/perl/5.36',
    `lib/${machine.triplet}/perl5/5.36`,
    `lib/${machine.triplet}/perl/5.36`,
  ]
  return {
    perl: program('usr/bin/perl', { PERL5LIB: modules.map((folder) => join(root, 'usr', folder)).join(':') }),
    bearerbox: program('usr/sbin/bearerbox', {}),
    smsbox: program('usr/sbin/smsbox', {}),
    // The configuration's own place is the machine's.
    openssl: program('usr/bin/openssl', { OPENSSL_CONF: join(root, 'etc/ssl/openssl.cnf') }),
  }
}

/** The suites are fetched side by side; two starts at once wait for each other. */
async function ensureTrees(trees: string, specs: readonly TreeSpec[], progress: Progress): Promise<void> {
  if ((await missing(trees, specs)).length === 0) return
  const onWait = () => progress.update('Debian packages', 'waiting for another start that unpacks them')
  await withFileLock(join(trees, 'lock'), onWait, async () => {
    const left = await missing(trees, specs)
    if (left.length === 0) return
    const mirror = await findMirror()
    // All come to their end before one's failure is told, so that nothing runs on behind it.
    const results = await Promise.allSettled(left.map((spec) => unpackOrDoWithout(trees, spec, mirror, progress)))
    for (const result of results) if (result.status === 'rejected') throw result.reason
  })
}

async function missing(trees: string, specs: readonly TreeSpec[]): Promise<TreeSpec[]> {
  const there = await Promise.all(specs.map((spec) => hasTree(trees, spec)))
  return specs.filter((_, index) => !there[index])
}

async function unpackOrDoWithout(trees: string, spec: TreeSpec, mirror: string, progress: Progress): Promise<void> {
  try {
    await unpackTree(trees, spec, mirror, progress)
  } catch (error) {
    if (spec !== voiceTree || !(error instanceof PackageMissingError)) throw error
    await unpackTree(trees, freeVoiceTree, mirror, progress)
  }
}

/** A program of a tree, started through that tree's own loader, so that the machine's libraries do not matter. */
function inTree(
  root: string,
  machine: { triplet: string; loader: string },
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Command {
  const folders = [`usr/lib/${machine.triplet}`, `lib/${machine.triplet}`].map((folder) => join(root, folder))
  const libraries = [...folders, ...folders.map((folder) => join(folder, 'pulseaudio'))].filter(existsSync)
  const loader = folders.map((folder) => join(folder, machine.loader)).find(existsSync)
  if (!loader) {
    throw new UserError(`${root} lacks the loader ${machine.loader}: remove that folder and start again.`)
  }
  const start = ['--inhibit-cache', '--library-path', libraries.join(':'), join(root, program)]
  return { file: loader, args: [...start, ...args], env }
}

/**
 * The machine's own Asterisk.
 * @throws UserError where there is none, or one older than 20
 */
async function systemAsterisk(triplet: string): Promise<{ command: Command; folders: Tools['asteriskFolders'] }> {
  const advice = 'install Asterisk 20 or later, or set asterisk.source to debian'
  const places = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  const file = places.map((folder) => join(folder, 'asterisk')).find(existsSync)
  if (!file) throw new UserError(`asterisk.source is system and there is no asterisk on PATH: ${advice}.`)
  const { output } = await runProgram(file, ['-V'])
  const version = Number(/Asterisk (?:certified\/|GIT-)?(\d+)/.exec(output)?.[1])
  if (!(version >= 20)) throw new UserError(`${file} says "${output.trim()}" and the line needs 20: ${advice}.`)
  const prefix = file.startsWith('/usr/local/') ? '/usr/local' : '/usr'
  const modules = [`/usr/lib/${triplet}`, `${prefix}/lib`, `${prefix}/lib64`]
    .map((folder) => join(folder, 'asterisk/modules'))
    .find(existsSync)
  const data = [`${prefix}/share/asterisk`, '/var/lib/asterisk'].find((folder) => existsSync(join(folder, 'rest-api')))
  if (!modules || !data) {
    throw new UserError(`The modules or rest-api folder of ${file} are not where a package puts them: ${advice}.`)
  }
  return { command: { file, args: [], env: {} }, folders: { modules, data } }
}
