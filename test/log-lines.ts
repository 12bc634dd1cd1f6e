import { Writable } from 'node:stream'
import pino from 'pino'
import { deferred } from '../src/deferred.ts'
import type { Log } from '../src/log.ts'

export interface LogLine {
  /** 30 info, 40 warn, 50 error. */
  readonly level: number
  readonly msg: string
  readonly [field: string]: unknown
}

/** A log that is kept, and that can be waited for. */
export function logLines(): { log: Log; lines: LogLine[]; heard(text: string, times?: number): Promise<void> } {
  const lines: LogLine[] = []
  let check = () => {}
  const log = pino(
    { level: 'debug' },
    new Writable({
      write(chunk, _encoding, done) {
        lines.push(JSON.parse(String(chunk)))
        check()
        done()
      },
    }),
  )
  return {
    log,
    lines,
    /** Resolves once that many lines hold the text. */
    async heard(text, times = 1) {
      const enough = deferred<void>()
      check = () => {
        if (lines.filter(({ msg }) => msg.includes(text)).length >= times) enough.resolve()
      }
      check()
      await enough.promise
    },
  }
}
