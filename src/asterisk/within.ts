import { AriError } from './ari.ts'

/** How long a command may take. */
export const commandLimitMs = 5_000

/** @throws AriError when the promise takes longer */
export async function within<Result>(limitMs: number, promise: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new AriError(`Asterisk did not answer within ${limitMs / 1000} s`)), limitMs)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
