import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from '../../command.ts'
import type { Config } from '../../config.ts'
import { findMirror } from '../../setup/apt.ts'
import { withFileLock } from '../../setup/file-lock.ts'
import { hasTree, type TreeSpec, treeRoot, unpackTree } from '../../setup/packages.ts'
import type { Progress } from '../../setup/progress.ts'
import { UserError } from '../../user-error.ts'

// The suite of the Asterisk it is loaded into. Without libodbcinst2 every query fails quietly.
const odbcTree: TreeSpec = {
  suite: 'forky',
  components: 'main',
  packages: ['libsqliteodbc', 'libodbcinst2'],
  prune: ['doc', 'man', 'info', 'locale', 'lintian', 'bug'].map((name) => `usr/share/${name}`),
  needsMb: 200,
}

/**
 * Brings SQLite's ODBC driver to a tree of its own, describes the two databases to it, and says how Asterisk is started
 * with it.
 * @throws UserError where it can't be brought here
 */
export async function withOdbc(
  asterisk: Command,
  { folder, votersFile, callsFile }: { folder: string; votersFile: string; callsFile: string },
  config: Config,
  progress: Progress,
): Promise<Command> {
  const triplet = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu'
  const at = asterisk.args.indexOf('--library-path') + 1
  // The machine's own Asterisk can't be mixed with another suite's libraries.
  const libraries = at === 0 ? join('/usr/lib', triplet) : await bringDriver(config, progress, triplet)
  const driver = join(libraries, 'odbc/libsqlite3odbc.so')
  if (!existsSync(driver)) {
    throw new UserError(
      `There is no ${driver}: install Debian's libsqliteodbc and libodbcinst2, or leave odbc out with --variants.`,
    )
  }

  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'odbcinst.ini'), `[SQLite3]\nDriver = ${driver}\nThreading = 2\n`)
  await writeFile(
    join(folder, 'odbc.ini'),
    [
      `[voters]\nDriver = SQLite3\nDatabase = ${votersFile}\nTimeout = 5000\nReadonly = Yes\n`,
      `[calls]\nDriver = SQLite3\nDatabase = ${callsFile}\nTimeout = 5000\nJournalMode = WAL\nSyncPragma = NORMAL\n`,
    ].join('\n'),
  )
  const env = { ...asterisk.env, ODBCSYSINI: folder, ODBCINI: join(folder, 'odbc.ini') }
  const args = asterisk.args.map((arg, index) => (at > 0 && index === at ? `${arg}:${libraries}` : arg))
  return { ...asterisk, args, env }
}

/** @returns the folder of the libraries */
async function bringDriver({ paths }: Config, progress: Progress, triplet: string): Promise<string> {
  const trees = join(paths.trees, 'bench-odbc')
  const onWait = () => progress.update('ODBC', 'waiting for another start that unpacks it')
  await mkdir(trees, { recursive: true })
  await withFileLock(join(trees, 'lock'), onWait, async () => {
    if (!(await hasTree(trees, odbcTree))) await unpackTree(trees, odbcTree, await findMirror(), progress)
  })
  return join(treeRoot(trees, odbcTree.suite), 'usr/lib', triplet)
}
