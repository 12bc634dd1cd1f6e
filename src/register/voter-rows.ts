import { UserError } from '../user-error.ts'
import { checkOf, placeOf, type Tokens, tokenLength, writeBlock } from './tokens.ts'

/** What the register knows of a voter, as stored. */
export const statusCodes = { listed: 0, 'no-biometry': 1 } as const

export type VoterStatus = keyof typeof statusCodes

/** What is stored of one voter: 37 bits of the token, 2 of the status, 14 of the station (0 for none). */
export function packFact(check: number, status: number, station: number): number {
  return check * 0x1_0000 + status * 0x4000 + station
}

export function unpackFact(fact: number): { check: number; status: number; station: number } {
  return { check: Math.floor(fact / 0x1_0000), status: (fact >>> 14) & 3, station: fact & 0x3fff }
}

/** Rows that name the same PIN, by their lines, and the stations they name. */
export interface Repeat {
  readonly lines: readonly number[]
  /** One when they agree. */
  readonly stations: readonly number[]
}

/** Voters gathered in memory (about 35 bytes each), given back in the order of their tokens. */
export interface VoterRows {
  readonly count: number
  /** @param station 0 for none */
  add(pin: string, station: number, status: VoterStatus, line: number): void
  /**
   * Calls back with every voter once, by ascending place: a table built in key order is written once, front to back.
   * Of rows that agree one is given; rows that contradict each other are left out: which is right is not ours to guess.
   */
  sorted(to: {
    onVoter: (place: bigint, fact: number) => void
    onDuplicate: (repeat: Repeat) => void
    onConflict: (repeat: Repeat) => void
  }): void
}

const chunkRows = 65_536
// A sort key is 40 bits of the token and 24 of the row's index.
const maxRows = 2 ** 24

interface Chunk {
  /** PIN blocks while the chunk fills, tokens from then on. */
  readonly tokens: Buffer
  readonly stations: Uint16Array
  readonly statuses: Uint8Array
  readonly lines: Uint32Array
}

export function gatherVoters(tokens: Tokens): VoterRows {
  const chunks: Chunk[] = []
  let count = 0

  function encrypt(chunk: Chunk): void {
    tokens.ofBlocks(chunk.tokens).copy(chunk.tokens)
  }

  function chunkOf(row: number): Chunk {
    const chunk = chunks[row >>> 16]
    if (!chunk) throw new RangeError(`There is no row ${row}.`)
    return chunk
  }

  const offsetOf = (row: number) => (row & 0xffff) * tokenLength

  function tokenOf(row: number): Buffer {
    const offset = offsetOf(row)
    return chunkOf(row).tokens.subarray(offset, offset + tokenLength)
  }

  const stationOf = (row: number) => chunkOf(row).stations[row & 0xffff] ?? 0
  const statusOf = (row: number) => chunkOf(row).statuses[row & 0xffff] ?? 0

  return {
    get count() {
      return count
    },

    add(pin, station, status, line) {
      const at = count & 0xffff
      if (at === 0) {
        const full = chunks.at(-1)
        if (full) encrypt(full)
        if (count === maxRows) throw new UserError(`A voter list can have at most ${maxRows} rows. Split it.`)
        chunks.push({
          tokens: Buffer.alloc(chunkRows * tokenLength),
          stations: new Uint16Array(chunkRows),
          statuses: new Uint8Array(chunkRows),
          lines: new Uint32Array(chunkRows),
        })
      }
      const chunk = chunkOf(count)
      writeBlock(chunk.tokens, at * tokenLength, pin)
      chunk.stations[at] = station
      chunk.statuses[at] = statusCodes[status]
      chunk.lines[at] = line
      count += 1
    },

    sorted({ onVoter, onDuplicate, onConflict }) {
      const last = chunks.at(-1)
      if (last) encrypt(last)
      const order = sortKeys(count, tokenOf)

      function give(row: number): void {
        const { tokens: of } = chunkOf(row)
        const offset = offsetOf(row)
        onVoter(placeOf(of, offset), packFact(checkOf(of, offset), statusOf(row), stationOf(row)))
      }

      function giveGroup(group: readonly number[]): void {
        const [first] = group
        if (first === undefined) return
        if (group.length > 1) {
          const repeat = () => ({
            lines: group.map((row) => chunkOf(row).lines[row & 0xffff] ?? 0).sort((a, b) => a - b),
            stations: [...new Set(group.map(stationOf))].sort((a, b) => a - b),
          })
          const agree = group.every((row) => stationOf(row) === stationOf(first) && statusOf(row) === statusOf(first))
          if (!agree) {
            onConflict(repeat())
            return
          }
          onDuplicate(repeat())
        }
        give(first)
      }

      // Rows that share 40 bits are nearly always one PIN; whole tokens decide.
      function giveRun(run: number[]): void {
        run.sort((a, b) => tokenOf(a).compare(tokenOf(b)))
        let group: number[] = []
        for (const row of run) {
          const [first] = group
          if (first !== undefined && !tokenOf(first).equals(tokenOf(row))) {
            giveGroup(group)
            group = []
          }
          group.push(row)
        }
        giveGroup(group)
      }

      const sharesRun = (a: number, b: number) =>
        order[2 * a + 1] === order[2 * b + 1] && (order[2 * a] ?? 0) >>> 24 === (order[2 * b] ?? 0) >>> 24
      const rowAt = (at: number) => (order[2 * at] ?? 0) & 0xffffff
      for (let at = 0; at < count; ) {
        let next = at + 1
        while (next < count && sharesRun(at, next)) next += 1
        if (next === at + 1) give(rowAt(at))
        else giveRun(Array.from({ length: next - at }, (_, index) => rowAt(at + index)))
        at = next
      }
    },
  }
}

/**
 * Sorts rows by the first 40 bits of their tokens, as 64-bit numbers: V8 sorts those natively, without a call back
 * into JavaScript for each comparison. Low and high halves lie in that order on every machine Node runs on.
 */
function sortKeys(count: number, tokenOf: (row: number) => Buffer): Uint32Array {
  const keys = new BigUint64Array(count)
  const halves = new Uint32Array(keys.buffer)
  for (let row = 0; row < count; row += 1) {
    const token = tokenOf(row)
    halves[2 * row] = ((token[4] ?? 0) << 24) | row
    halves[2 * row + 1] = token.readUInt32BE(0)
  }
  keys.sort()
  return halves
}
