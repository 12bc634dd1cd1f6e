import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { UserError } from '../user-error.ts'
import { type Outcome, runProgram } from './run-program.ts'

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'

/** The mirror has no such package or component. */
export class PackageMissingError extends UserError {}

export interface Deb {
  readonly file: string
  readonly bytes: number
}

/** An apt of our own below one folder: it shares neither lists nor status nor sources with the machine's. */
export interface PrivateApt {
  update(): Promise<void>
  /** What would have to be unpacked for these packages, with all they depend on. */
  resolve(packages: readonly string[]): Promise<Deb[]>
  /** Downloads what is not there yet; apt continues cut-off files and checks every hash. */
  download(packages: readonly string[], onPercent: (percent: number) => void): Promise<void>
}

/** @throws UserError where apt or Debian's keys are missing */
export async function privateApt(
  folder: string,
  mirror: string,
  suite: string,
  components: string,
): Promise<PrivateApt> {
  if (!existsSync(keyring)) {
    throw new UserError(
      `Debian's archive keys are not on this machine (${keyring}), so packages can't be verified: install debian-archive-keyring and start again.`,
    )
  }
  const at = (name: string) => join(folder, name)
  for (const name of ['state/lists/partial', 'cache/archives/partial', 'nothing/partial', 'etc']) {
    await mkdir(at(name), { recursive: true })
  }
  await writeFile(at('state/status'), '')
  await writeFile(
    at('etc/debian.sources'),
    `Types: deb\nURIs: ${mirror}\nSuites: ${suite}\nComponents: ${components}\nSigned-By: ${keyring}\n`,
  )
  // The machine's settings stay in force (a proxy, say), but not its hooks: they tidy up the machine's own apt.
  await writeFile(
    at('etc/apt.conf'),
    ['APT::Update::Pre-Invoke', 'APT::Update::Post-Invoke', 'APT::Update::Post-Invoke-Success', 'DPkg::Post-Invoke']
      .map((name) => `#clear ${name};\n`)
      .join(''),
  )
  const settings = {
    'Dir::State': at('state'),
    'Dir::State::lists': at('state/lists'),
    'Dir::State::status': at('state/status'),
    'Dir::State::extended_states': at('state/extended_states'),
    'Dir::Cache': at('cache'),
    'Dir::Cache::archives': at('cache/archives'),
    'Dir::Etc::SourceList': at('etc/debian.sources'),
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::Etc::Preferences': '/dev/null',
    'Dir::Etc::PreferencesParts': '/dev/null',
    'APT::Install-Recommends': 'false',
    'APT::Install-Suggests': 'false',
    'APT::Default-Release': '',
    // Without root there is nobody to become.
    'APT::Sandbox::User': '',
    'APT::Get::AllowUnauthenticated': 'false',
    'APT::Update::Error-Mode': 'any',
    'Acquire::AllowInsecureRepositories': 'false',
    'Acquire::AllowWeakRepositories': 'false',
    'Acquire::AllowDowngradeToInsecureRepositories': 'false',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
    'Acquire::http::Timeout': '30',
    'Acquire::https::Timeout': '30',
  }
  const common = [
    '-c',
    at('etc/apt.conf'),
    ...Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]),
  ]
  const source = `${mirror} ${suite}`
  return {
    async update() {
      fail(await apt([...common, '-q', 'update']), source)
    },
    async resolve(packages) {
      // With an empty archive folder apt names every file, the ones that are here already too.
      const nothing = ['-o', `Dir::Cache::archives=${at('nothing')}`]
      const outcome = await apt([...common, ...nothing, '-q', '-y', '--print-uris', 'install', ...packages])
      fail(outcome, source)
      return parseUris(outcome.output).map(({ name, bytes }) => ({ file: join(at('cache/archives'), name), bytes }))
    },
    async download(packages, onPercent) {
      const args = [...common, '-q', '-y', '-d', '-o', 'APT::Status-Fd=3', 'install', ...packages]
      fail(
        await apt(args, (line) => {
          const percent = /^dlstatus:\d+:([\d.]+):/.exec(line)?.[1]
          if (percent !== undefined) onPercent(Number(percent))
        }),
        source,
      )
    },
  }
}

/** Lines of `apt-get --print-uris`: 'address' file size hash. */
export function parseUris(output: string): { name: string; bytes: number }[] {
  return [...output.matchAll(/^'[^']+' (\S+\.deb) (\d+) /gm)].map((match) => ({
    name: match[1] ?? '',
    bytes: Number(match[2]),
  }))
}

/**
 * The Debian mirror this machine uses: DEBIAN_MIRROR, or where its own apt gets its release from.
 * @throws UserError where there is no apt, or none of its sources is Debian
 */
export async function findMirror(): Promise<string> {
  const given = process.env.DEBIAN_MIRROR
  if (given) return given
  const { output } = await apt(['indextargets', '--no-release-info', '--format', '$(RELEASE) $(REPO_URI)'])
  const release = /^VERSION_CODENAME=["']?([\w-]+)/m.exec(
    await readFile('/etc/os-release', 'utf8').catch(() => ''),
  )?.[1]
  const mirror = chooseMirror(output, release)
  if (mirror) return mirror
  throw new UserError(
    "None of this machine's apt sources is a Debian mirror: set DEBIAN_MIRROR to the address of one and start again.",
  )
}

/** @param lines `bookworm <address>` each, as apt lists its sources */
export function chooseMirror(lines: string, release: string | undefined): string | undefined {
  const sources = lines.split('\n').flatMap((line) => {
    const [name, address] = line.trim().split(' ')
    return name && address ? [{ name, address }] : []
  })
  const debian = sources.filter(({ address }) => /\/debian\/?$/.test(address))
  return (debian.find(({ name }) => name === release) ?? debian[0])?.address.replace(/\/$/, '')
}

/** Waits while an apt left over from a cut-off start still holds the folder. */
async function apt(args: readonly string[], onStatus?: (line: string) => void): Promise<Outcome> {
  for (let tries = 1; ; tries++) {
    try {
      const outcome = await runProgram('apt-get', args, onStatus)
      if (tries === 60 || !/Could not get lock|Unable to lock/.test(outcome.output)) return outcome
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      throw new UserError(
        "This system has no apt-get, so Asterisk and the voices can't be unpacked: use Debian 12 or later.",
      )
    }
    await delay(1000)
  }
}

function fail({ code, output }: Outcome, source: string): void {
  if (code !== 0) throw explainApt(output, source)
}

/** Turns what apt wrote into one sentence. */
export function explainApt(output: string, source: string): UserError {
  const last =
    output
      .match(/^E: .*$/gm)
      ?.at(-1)
      ?.slice(3) ?? 'apt-get said nothing more'
  const missing = /Unable to locate package (\S+)|Package '?(\S+?)'? has no installation candidate/.exec(output)
  if (/No space left|don't have enough free space|ENOSPC/i.test(output)) {
    return new UserError('The disk is full: free about 1.5 GB and start again; what is already downloaded is kept.')
  }
  if (
    /NO_PUBKEY|EXPKEYSIG|BADSIG|is not signed|GPG error|signatures? (couldn't|could not|were invalid)|Hash Sum mismatch/.test(
      output,
    )
  ) {
    return new UserError(
      `The packages of ${source} can't be verified, so they are not used: install the current debian-archive-keyring, or set DEBIAN_MIRROR to another mirror, and start again.`,
    )
  }
  if (/Release file .*is (expired|not valid yet)/.test(output)) {
    return new UserError(`${source} is out of date by this machine's clock: set the clock right and start again.`)
  }
  if (missing) {
    return new PackageMissingError(
      `${source} has no package ${missing[1] ?? missing[2]}: set DEBIAN_MIRROR to a complete Debian mirror and start again.`,
    )
  }
  if (
    /Could not resolve|Could not connect|Temporary failure|Network is unreachable|Connection (failed|refused|timed out)|No route|timed out|Unable to connect|connection.*closed/i.test(
      output,
    )
  ) {
    return new UserError(
      `${source} can't be reached: check this machine's network (or set DEBIAN_MIRROR to another mirror) and start again; what is already downloaded is kept.`,
    )
  }
  if (/does not have a Release file|404 +Not Found/.test(output)) {
    return new UserError(`${source} is not there: set DEBIAN_MIRROR to a complete Debian mirror and start again.`)
  }
  return new UserError(`Packages can't be had from ${source} (${last}): mend that and start again.`)
}
