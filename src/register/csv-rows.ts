import { UserError } from '../user-error.ts'
import { openText } from './edition/open-text.ts'
import { normaliseText } from './text.ts'

/** One file being read: its columns in the order wanted, and what to do with each row. */
export interface Rows {
  readonly file: string
  readonly columns: readonly string[]
  /** Gets the cells in the order of `columns`, in an array that is used again; throws RowFault for a row that can't be used. */
  readonly onRow: (cells: readonly string[], line: number) => void
  /** A row that can't be used, and why. Without it the first one ends the reading. */
  readonly onFault?: (line: number, reason: string) => void
  /** Bytes of the stored file read so far, and of the whole. */
  readonly onBytes?: (read: number, size: number) => void
}

export interface RowsRead {
  /** All of them but the header, the ones that can't be used too. */
  readonly rows: number
  /** The last line has no end: the file may have been cut off. */
  readonly endsOpen: boolean
}

/** Why a row can't be used. Never quotes the row: it may hold a PIN. */
export class RowFault extends Error {
  override readonly name = 'RowFault'
}

// A quotation mark that is never closed must not swallow a country.
const longestRow = 65_536

const quote = 0x22

/**
 * Reads a CSV file (RFC 4180) row by row in bounded memory: comma or semicolon, quoted or not, header in any order,
 * UTF-8 with or without a byte order mark, plain, gzip or zstd.
 * @throws UserError naming file and line when the file as a whole can't be read
 */
export async function readRows({ file, columns, onRow, onFault, onBytes }: Rows): Promise<RowsRead> {
  const refuse = (line: number, reason: string): never => {
    throw new UserError(`${file}, line ${line}: ${reason}. Correct it and import again.`)
  }
  const text = openText(file)
  let records: Records | undefined
  let carry = ''
  let line = 1
  let rows = 0

  // Bytes are looked at as Latin-1 text, one character each: what is wanted of them is decoded when it is taken out.
  function take(piece: string, atEnd: boolean): void {
    let from = 0
    if (!records) {
      const end = piece.indexOf('\n')
      if (end < 0 && !atEnd) {
        keep(piece, 0)
        return
      }
      records = recordsOf(file, columns, end < 0 ? piece : piece.slice(0, end))
      from = end < 0 ? piece.length : end + 1
      line = 2
    }
    while (from < piece.length) {
      const found = records.read(piece, from, line)
      if (found === 'cut') {
        if (atEnd) refuse(line, 'a quotation mark is not closed')
        keep(piece, from)
        return
      }
      if (!found.blank) {
        rows += 1
        try {
          if (found.fault !== undefined) throw new RowFault(found.fault)
          onRow(records.cells, line)
        } catch (error) {
          if (!(error instanceof RowFault)) throw error
          if (onFault) onFault(line, error.message)
          else refuse(line, error.message)
        }
      }
      from = found.next
      line += found.lines
    }
    carry = ''
  }

  function keep(piece: string, from: number): void {
    if (piece.length - from > longestRow) {
      refuse(line, 'the row is longer than 65,536 characters; a quotation mark may not be closed')
    }
    carry = piece.slice(from)
  }

  let isFirst = true
  for await (const chunk of text.chunks) {
    let start = 0
    if (isFirst && chunk.length > 0) {
      isFirst = false
      mustLookLikeUtf8(file, chunk)
      if (chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf) start = 3
    }
    take(carry + chunk.toString('latin1', start), false)
    onBytes?.(text.read(), text.size)
  }
  const endsOpen = carry !== ''
  if (endsOpen) take(`${carry}\n`, true)
  if (!records) throw new UserError(`${file} is empty. Export it again.`)
  if (rows === 0) throw new UserError(`${file} has a header and no rows. Export it again.`)
  return { rows, endsOpen }
}

function mustLookLikeUtf8(file: string, head: Buffer): void {
  if (head.subarray(0, 1024).includes(0)) {
    throw new UserError(`${file} is not UTF-8: it may be UTF-16 or no text at all. Save it as UTF-8 and import again.`)
  }
}

interface Records {
  /** Of the record read last, in the order wanted. */
  readonly cells: string[]
  /** Reads the record that begins at `from`; `cut` when its end is not in `text`. */
  read(text: string, from: number, line: number): Found | 'cut'
}

interface Found {
  readonly next: number
  readonly lines: number
  readonly blank: boolean
  readonly fault: string | undefined
}

function recordsOf(file: string, columns: readonly string[], headerLine: string): Records {
  const delimiter = headerLine.includes(';') ? ';' : ','
  const header = headerLine
    .replace(/\r$/, '')
    .split(delimiter)
    .map((name) =>
      normaliseText(decoded(file, 1, name))
        .replaceAll('"', '')
        .trim()
        .toLowerCase(),
    )
  const order = columnOrder(file, header, columns)
  /** For each column of the file its place among the cells wanted, or -1. */
  const places = header.map((_, column) => order.indexOf(column))
  const cells = columns.map(() => '')
  const delimiterCode = delimiter.charCodeAt(0)

  function read(text: string, from: number, line: number): Found | 'cut' {
    const lineEnd = text.indexOf('\n', from)
    if (lineEnd < 0) return 'cut'
    // Nearly every row has no quotation mark before its end: then the first line feed is the record's.
    let column = 0
    let start = from
    let lines = 1
    let end = lineEnd
    for (let at = from; ; ) {
      if (text.charCodeAt(at) === quote) {
        const closing = closingQuote(text, at)
        if (closing < 0) return 'cut'
        const value = text.slice(at + 1, closing)
        if (closing > end) {
          lines += value.split('\n').length - 1
          end = text.indexOf('\n', closing)
          if (end < 0) return 'cut'
        }
        place(column, value.includes('"') ? value.replaceAll('""', '"') : value, line)
        at = closing + 1
        if (text.charCodeAt(at) === 0x0d && at + 1 === end) at += 1
        const after = text.charCodeAt(at)
        if (after !== delimiterCode && at !== end) return faulty(end, lines, 'a quotation mark is out of place')
        column += 1
        if (at === end) return done(end, lines, column, false)
        at += 1
        start = at
        continue
      }
      let code = 0
      for (at = start; at < end; at += 1) {
        code = text.charCodeAt(at)
        if (code === delimiterCode || code === quote) break
      }
      if (at < end && code === quote) return faulty(end, lines, 'a quotation mark is out of place')
      const stop = at === end && text.charCodeAt(at - 1) === 0x0d && at > start ? at - 1 : at
      place(column, text.slice(start, stop), line)
      column += 1
      if (at === end) return done(end, lines, column, column === 1 && stop === start)
      at += 1
      start = at
    }
  }

  function place(column: number, value: string, line: number): void {
    const wanted = places[column] ?? -1
    if (wanted >= 0) cells[wanted] = decoded(file, line, value)
  }

  function done(end: number, lines: number, count: number, blank: boolean): Found {
    const fault =
      blank || count === header.length ? undefined : `the row has ${count} cells, the header ${header.length}`
    return { next: end + 1, lines, blank, fault }
  }

  const faulty = (end: number, lines: number, fault: string): Found => ({ next: end + 1, lines, blank: false, fault })

  return { cells, read }
}

/** Where a quoted cell that opens at `at` closes, doubled marks passed over; -1 when it does not. */
function closingQuote(text: string, at: number): number {
  let closing = text.indexOf('"', at + 1)
  while (closing >= 0 && text.charCodeAt(closing + 1) === quote) closing = text.indexOf('"', closing + 2)
  return closing
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function decoded(file: string, line: number, bytes: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: everything ASCII is meant
  if (/^[\x00-\x7f]*$/.test(bytes)) return bytes
  try {
    return utf8.decode(Buffer.from(bytes, 'latin1'))
  } catch {
    throw new UserError(`${file}, line ${line}: the text is not UTF-8. Save the file as UTF-8 and import again.`)
  }
}

function columnOrder(file: string, header: readonly string[], columns: readonly string[]): number[] {
  return columns.map((column) => {
    const index = header.indexOf(column)
    if (index < 0) {
      throw new UserError(
        `${file}, line 1: there is no column "${column}". The header must name ${columns.join(', ')}.`,
      )
    }
    if (header.lastIndexOf(column) !== index) {
      throw new UserError(`${file}, line 1: the column "${column}" is there twice. Remove one and import again.`)
    }
    return index
  })
}
