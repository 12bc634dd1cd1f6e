import pino, { type Logger } from 'pino'

export type Log = Logger

/**
 * The log, one JSON object a line. Nothing that reaches it may hold digits a caller pressed or a full number; the paths
 * redacted here are a second fence, not the first.
 * @param file appended to, mode 0600; standard output without it
 */
export function makeLog(level: string, file?: string): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: ['pin', 'digits', 'ani', '*.pin', '*.digits', '*.ani', '*.password'],
    },
    pino.destination({ dest: file ?? 1, mkdir: true, mode: 0o600, sync: true }),
  )
}
