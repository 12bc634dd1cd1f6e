import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Waits until what was written to a file, or the names in a folder, would survive a power cut. */
export async function sync(path: string): Promise<void> {
  const opened = await open(path, 'r')
  try {
    await opened.sync()
  } finally {
    await opened.close()
  }
}

/** Gives a file, whole and on disk, its final name: a reader sees the old one or the new one, whatever is cut off when. */
export async function publish(temporary: string, file: string): Promise<void> {
  await sync(temporary)
  await rename(temporary, file)
  await sync(dirname(file))
}

/** Replaces a small file in one step; mode 0600. One writer at a time: see `withLock`. */
export async function writeDurably(file: string, text: string): Promise<void> {
  const temporary = `${file}.part`
  try {
    const opened = await open(temporary, 'w', 0o600)
    try {
      await opened.writeFile(text)
    } finally {
      await opened.close()
    }
    await publish(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
