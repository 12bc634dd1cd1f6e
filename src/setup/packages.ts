import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../user-error.ts'
import { privateApt } from './apt.ts'
import type { Progress } from './progress.ts'
import { runProgram } from './run-program.ts'

/** Packages of one Debian suite, unpacked side by side into one folder. */
export interface TreeSpec {
  readonly suite: string
  readonly components: string
  readonly packages: readonly string[]
  /** Paths below the root that nothing here uses. */
  readonly prune: readonly string[]
  /** Room that downloading and unpacking take, in MB. */
  readonly needsMb: number
}

/** Says of a tree what it was made from; written last, so that a tree with its stamp is whole. */
const stampName = '.dobush-complete'

export const treeRoot = (trees: string, suite: string): string => join(trees, suite, 'root')

/** Whether the tree is there, whole, and made from this list of packages. */
export async function hasTree(trees: string, spec: TreeSpec): Promise<boolean> {
  const stamp = await readFile(join(treeRoot(trees, spec.suite), stampName), 'utf8').catch(() => undefined)
  return stamp === stampOf(spec)
}

function stampOf(spec: TreeSpec): string {
  return `${JSON.stringify([process.arch, spec.suite, spec.packages, spec.prune])}\n`
}

/**
 * Downloads the packages with all they depend on and unpacks them into `<trees>/<suite>/root`, without root rights and
 * without touching the machine's own packages. Killed at any point, the next call goes on from there.
 * @throws UserError PackageMissingError where the mirror has not got a package
 */
export async function unpackTree(trees: string, spec: TreeSpec, mirror: string, progress: Progress): Promise<void> {
  const folder = join(trees, spec.suite)
  const [root, partial, old] = [join(folder, 'root'), join(folder, 'root.partial'), join(folder, 'root.old')]
  const task = `Debian ${spec.suite}`
  const startedAt = performance.now()
  await mkdir(folder, { recursive: true })
  await checkRoom(folder, spec)

  const apt = await privateApt(join(folder, 'apt'), mirror, spec.suite, spec.components)
  progress.update(task, 'reading the package list')
  await apt.update()
  const debs = await apt.resolve(spec.packages)
  const megabytes = Math.round(debs.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6)
  await apt.download(spec.packages, (percent) => {
    progress.update(task, `${Math.round((megabytes * percent) / 100)} of ${megabytes} MB`)
  })

  await rm(partial, { recursive: true, force: true })
  await mkdir(partial)
  for (const [index, { file }] of debs.entries()) {
    progress.update(task, `unpacking ${index + 1} of ${debs.length}`)
    await unpack(file, partial)
  }
  for (const path of spec.prune) await rm(join(partial, path), { recursive: true, force: true })
  await writeFile(join(partial, stampName), stampOf(spec))
  // On the disk before the name says so: a power cut must not leave a whole-looking tree with empty files.
  await runProgram('sync', ['-f', partial])
  await rm(old, { recursive: true, force: true })
  if (existsSync(root)) await rename(root, old)
  await rename(partial, root)
  await rm(old, { recursive: true, force: true })
  await rm(join(folder, 'apt'), { recursive: true, force: true })
  progress.done(
    task,
    `${debs.length} packages, ${megabytes} MB, ready after ${Math.round((performance.now() - startedAt) / 1000)} s`,
  )
}

async function unpack(deb: string, root: string): Promise<void> {
  const { code, output } = await runProgram('dpkg-deb', ['-x', deb, root])
  if (code === 0) return
  if (/No space left/i.test(output)) {
    throw new UserError('The disk is full: free about 1.5 GB and start again; what is already downloaded is kept.')
  }
  // A damaged download must not be met again by the next start.
  await rm(deb, { force: true })
  throw new UserError(`${deb} can't be unpacked (${output.trim().split('\n').at(-1)}): start again to get it anew.`)
}

async function checkRoom(folder: string, spec: TreeSpec): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const free = Math.floor((bavail * bsize) / 1e6)
  if (free >= spec.needsMb) return
  throw new UserError(
    `Unpacking Debian ${spec.suite} takes ${spec.needsMb} MB and ${folder} has ${free} MB left: free some space, or set DOBUSH_HOME to a larger disk, and start again.`,
  )
}
