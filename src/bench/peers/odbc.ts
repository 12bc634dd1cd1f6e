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
  const trees = join(config.paths.trees, 'bench-odbc')
  const onWait = () => progress.update('ODBC', 'waiting for another start that unpacks it')
  await mkdir(trees, { recursive: true })
  await withFileLock(join(trees, 'lock'), onWait, async () => {
    if (!(await hasTree(trees, odbcTree))) await unpackTree(trees, odbcTree, await findMirror(), progress)
  })
  const triplet = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu'
  const libraries = join(treeRoot(trees, odbcTree.suite), 'usr/lib', triplet)
  const driver = [join(libraries, 'odbc/libsqlite3odbc.so'), join(libraries, 'libsqlite3odbc.so')].find(existsSync)
  if (!driver) throw new UserError(`${libraries} lacks libsqlite3odbc.so: remove ${trees} and start again.`)

  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'odbcinst.ini'), `[SQLite3]\nDriver = ${driver}\nThreading = 2\n`)
  await writeFile(
    join(folder, 'odbc.ini'),
    [
      `[voters]\nDriver = SQLite3\nDatabase = ${votersFile}\nTimeout = 5000\nReadonly = Yes\n`,
      `[calls]\nDriver = SQLite3\nDatabase = ${callsFile}\nTimeout = 5000\nJournalMode = WAL\nSyncPragma = NORMAL\n`,
    ].join('\n'),
  )
  const at = asterisk.args.indexOf('--library-path') + 1
  const env = { ...asterisk.env, ODBCSYSINI: folder, ODBCINI: join(folder, 'odbc.ini') }
  if (at === 0) return { ...asterisk, env: { ...env, LD_LIBRARY_PATH: libraries } }
  const args = asterisk.args.map((arg, index) => (index === at ? `${arg}:${libraries}` : arg))
  return { ...asterisk, args, env }
}
