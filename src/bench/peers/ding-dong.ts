import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runChild } from '../children.ts'

const version = '0.1.7'

/**
 * Installs npm ding-dong into a folder of its own: nothing but the bench needs it.
 * @returns a file there, from which it can be required
 */
export async function installDingDong(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const file = join(folder, 'package.json')
  await writeFile(file, JSON.stringify({ private: true, dependencies: { 'ding-dong': version } }))
  await runChild('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts'], {
    cwd: folder,
    withinSeconds: 120,
  })
  return file
}
