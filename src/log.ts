import pino, { type Logger } from 'pino'

export type Log = Logger

/**
 * The application's log, one JSON object a line on standard output. Nothing that reaches it may hold digits a caller
 * pressed or a full number; the paths redacted here are a second fence, not the first.
 */
export function makeLog(level: string): Log {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: ['pin', 'digits', 'ani', '*.pin', '*.digits', '*.ani', '*.password'],
  })
}
