import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Runs `work` while no other process does the same under this lock file. The kernel holds the lock for the open file
 * of this process (flock), so it is let go however the process ends.
 * @param onWait called once when another process has it
 */
export async function withFileLock<T>(file: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true })
  const handle = await open(file, 'a')
  try {
    if ((await flock(['-n'], handle.fd)) === 1) {
      onWait()
      await flock(['-x'], handle.fd)
    }
    return await work()
  } finally {
    await handle.close()
  }
}

/** flock(1) locks the open file it is given and leaves; the lock stays with our own descriptor. */
function flock(options: string[], fd: number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn('flock', [...options, '3'], { stdio: ['ignore', 'ignore', 'ignore', fd] })
    child.on('error', reject)
    child.on('close', resolve)
  })
}

/**
 * Takes the lock for the rest of this process's life.
 * @returns whether it was free
 */
export async function holdFileLock(file: string): Promise<boolean> {
  await mkdir(dirname(file), { recursive: true })
  // A bare descriptor: nothing closes it before the process ends.
  const fd = openSync(file, 'a', 0o600)
  if ((await flock(['-n'], fd)) === 0) return true
  closeSync(fd)
  return false
}
