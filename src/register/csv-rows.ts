import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { CsvError, type Options, parse } from 'csv-parse'
import { UserError } from '../user-error.ts'
import { normaliseText } from './text.ts'

/** One file being read: its columns in the order wanted, and what to do with each row. */
export interface Rows {
  readonly file: string
  readonly columns: readonly string[]
  /** Gets the cells in the order of `columns`; throws RowFault for a row that can't be used. */
  readonly onRow: (cells: readonly string[], line: number) => void
  /** Bytes read so far, and of the whole file. */
  readonly onBytes?: (read: number, size: number) => void
}

/** Why a row can't be used. Never quotes the row: it may hold a PIN. */
export class RowFault extends Error {
  override readonly name = 'RowFault'
}

/**
 * Reads a CSV file row by row in bounded memory: comma or semicolon, quoted or not, header in any order, UTF-8 with
 * or without a byte order mark.
 * @returns the number of rows
 * @throws UserError naming file and line
 */
export async function readRows({ file, columns, onRow, onBytes }: Rows): Promise<number> {
  const { size, head } = await readHead(file)
  if (head.trim() === '') throw new UserError(`${file} is empty. Export it again.`)
  let order: number[] | undefined
  let rows = 0
  const options: Options = {
    bom: true,
    delimiter: delimiterOf(head),
    record_delimiter: ['\r\n', '\n'],
    skip_empty_lines: true,
    // A quotation mark that is never closed must not swallow a country.
    max_record_size: 65_536,
    on_record: (cells: string[], { lines }) => {
      if (!order) {
        order = columnOrder(file, cells, columns)
        return null
      }
      rows += 1
      onRow(
        order.map((column) => cells[column] ?? ''),
        lines,
      )
      return null
    },
  }
  const parser = parse(options)
  // on_record takes each row, so nothing comes out; an unread stream would never end.
  parser.resume()
  let read = 0
  try {
    await pipeline(
      createReadStream(file, { highWaterMark: 262_144 }),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          yield chunk
          read += chunk.length
          onBytes?.(read, size)
        }
      },
      parser,
    )
  } catch (error) {
    // The cause is left out on purpose: csv-parse's errors carry the row.
    if (error instanceof RowFault) {
      throw new UserError(`${file}, line ${parser.info.lines}: ${error.message}. Correct it and import again.`)
    }
    if (error instanceof CsvError) {
      throw new UserError(`${file}, line ${parser.info.lines}: ${csvFault(error.code)}. Correct it and import again.`)
    }
    throw error
  }
  if (rows === 0) throw new UserError(`${file} has a header and no rows. Export it again.`)
  return rows
}

async function readHead(file: string): Promise<{ size: number; head: string }> {
  try {
    const opened = await open(file, 'r')
    try {
      const { buffer, bytesRead } = await opened.read(Buffer.alloc(65_536), 0, 65_536, 0)
      return { size: (await opened.stat()).size, head: buffer.toString('utf8', 0, bytesRead) }
    } finally {
      await opened.close()
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    throw new UserError(`${file} can't be read (${code}). Check that the file is there and readable.`, { cause: error })
  }
}

function delimiterOf(head: string): ',' | ';' {
  const header = head.split('\n', 1)[0] ?? ''
  return header.includes(';') ? ';' : ','
}

function columnOrder(file: string, header: readonly string[], columns: readonly string[]): number[] {
  const names = header.map((name) => normaliseText(name).toLowerCase())
  return columns.map((column) => {
    const index = names.indexOf(column)
    if (index < 0) {
      throw new UserError(
        `${file}, line 1: there is no column "${column}". The header must name ${columns.join(', ')}.`,
      )
    }
    if (names.lastIndexOf(column) !== index) {
      throw new UserError(`${file}, line 1: the column "${column}" is there twice. Remove one and import again.`)
    }
    return index
  })
}

function csvFault(code: string): string {
  switch (code) {
    case 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH':
    case 'CSV_RECORD_INCONSISTENT_COLUMNS':
      return 'the row has more or fewer cells than the header'
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quotation mark is not closed'
    case 'INVALID_OPENING_QUOTE':
    case 'CSV_INVALID_OPENING_QUOTE':
    case 'CSV_INVALID_CLOSING_QUOTE':
    case 'CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE':
      return 'a quotation mark is out of place'
    case 'CSV_MAX_RECORD_SIZE':
      return 'the row is longer than 65,536 characters; a quotation mark may not be closed'
    default:
      return `the row is not CSV (${code})`
  }
}
