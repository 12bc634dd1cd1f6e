import { chmod, copyFile, link, mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Puts a copy of a recording into the folder, on disk for good (file and name), mode 0600. The original stays until the
 * caller of this removes it: whatever fails meanwhile, the audio is somewhere.
 * @returns the file's name in the folder
 */
export async function keepRecording(folder: string, original: string, id: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  const name = `${id}.wav`
  const file = join(folder, name)
  try {
    await linkOrCopy(original, file)
    await sync(file)
    await sync(folder)
  } catch (error) {
    await rm(file, { force: true })
    throw error
  }
  return name
}

/** A second name costs nothing. Across devices, and for a file the switch owns, only a copy will do. */
async function linkOrCopy(original: string, file: string): Promise<void> {
  try {
    await link(original, file)
    await chmod(file, 0o600)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EXDEV' && code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EMLINK') throw error
    await rm(file, { force: true })
    await copyFile(original, file)
    await chmod(file, 0o600)
  }
}

async function sync(path: string): Promise<void> {
  const opened = await open(path, 'r')
  try {
    await opened.sync()
  } finally {
    await opened.close()
  }
}
