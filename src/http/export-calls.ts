import { once } from 'node:events'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate as turn } from 'node:timers/promises'
import { stringify } from 'csv-stringify'
import exceljs from 'exceljs'
import type { Response } from 'express'
import type { z } from 'zod'
import type { callRow } from '../api/calls.ts'
import { zoneOffset } from '../domain/time-zone.ts'

export type CallRow = z.infer<typeof callRow>

export interface ExportOptions {
  readonly format: 'csv' | 'xlsx'
  /** When it was asked for; in the file's name. */
  readonly at: Date
  /** That times are written in. */
  readonly timeZone: string
}

type Cell = string | number | null
type Cells = readonly Cell[]

const columns = [
  'started',
  'seconds',
  'dialled',
  'caller',
  'language',
  'ended as',
  'last step',
  'station',
  'region',
  'hangup cause',
  'callback',
  'call',
] as const

/** What is worked on in one go: calls on the line wait no longer than that. */
const rowsInOneGo = 100

const types = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const

/** Streams calls as a table to be opened by a spreadsheet; takes no more of them than the other side has read. */
export async function sendCalls(
  batches: AsyncIterable<readonly CallRow[]>,
  { format, at, timeZone }: ExportOptions,
  reply: Response,
): Promise<void> {
  const localTime = localTimes(timeZone)
  const name = `calls-${localTime(at.toISOString()).replace(' ', '-').replaceAll(':', '')}.${format}`
  reply.set({
    'content-type': types[format],
    'content-disposition': `attachment; filename="${name}"`,
    'cache-control': 'no-store',
  })
  const rows = inSmallPieces(batches, (row) => cellsOf(row, localTime))
  try {
    await (format === 'csv' ? sendCsv(rows, reply) : sendXlsx(rows, reply))
  } catch (error) {
    // Whoever asked has gone away.
    if (!reply.destroyed || reply.writableFinished) throw error
  }
}

/** Cells that a spreadsheet would take for a formula are made text: a caller's name may be one. */
async function sendCsv(rows: AsyncIterable<readonly Cells[]>, reply: Response): Promise<void> {
  const table = stringify({ bom: true, header: true, columns: [...columns], escape_formulas: true })
  await pipeline(Readable.from(flat(rows)), table, reply)
}

async function* flat(rows: AsyncIterable<readonly Cells[]>): AsyncGenerator<Cells> {
  for await (const some of rows) yield* some
}

/** Text stays text in this format, whatever it looks like. */
async function sendXlsx(rows: AsyncIterable<readonly Cells[]>, reply: Response): Promise<void> {
  const book = new exceljs.stream.xlsx.WorkbookWriter({ stream: reply, useStyles: true })
  const sheet = book.addWorksheet('calls', { views: [{ state: 'frozen', ySplit: 1 }] })
  sheet.columns = columns.map((header) => ({ header, width: header === 'started' ? 20 : 14 }))
  sheet.getRow(1).font = { bold: true }
  for await (const some of rows) {
    for (const row of some) sheet.addRow(row).commit()
    if (reply.writableNeedDrain) await Promise.race([once(reply, 'drain'), once(reply, 'close')])
    if (reply.destroyed) return
  }
  sheet.commit()
  await book.commit()
}

async function* inSmallPieces(
  batches: AsyncIterable<readonly CallRow[]>,
  cells: (row: CallRow) => Cells,
): AsyncGenerator<readonly Cells[]> {
  for await (const batch of batches) {
    for (let from = 0; from < batch.length; from += rowsInOneGo) {
      yield batch.slice(from, from + rowsInOneGo).map(cells)
      await turn()
    }
  }
}

function cellsOf(row: CallRow, localTime: (moment: string) => string): Cells {
  return [
    localTime(row.startedAt),
    Math.round(row.durationMs / 1000),
    row.did,
    row.caller,
    row.language,
    row.disposition,
    row.lastStep,
    row.station,
    row.region,
    row.hangupCause,
    row.callback ? 'yes' : 'no',
    row.id,
  ]
}

/** `2026-11-23 15:04:05` on the clocks of the zone. */
function localTimes(timeZone: string): (moment: string) => string {
  const offsetAt = zoneOffset(timeZone)
  // Formatting a date is slow; the offset of an hour is that of all in it.
  const known = new Map<number, number>()
  return (moment) => {
    const time = Date.parse(moment)
    const hour = Math.floor(time / 3_600_000)
    const offset = known.get(hour) ?? offsetAt(time)
    known.set(hour, offset)
    return new Date(time + offset).toISOString().slice(0, 19).replace('T', ' ')
  }
}
