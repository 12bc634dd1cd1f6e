import { UserError } from '../user-error.ts'
import { type Tokens, tokenLength, writeBlock } from './tokens.ts'

/** What the register knows of a voter, as stored. */
export const statusCodes = { listed: 0, 'no-biometry': 1 } as const

export type VoterStatus = keyof typeof statusCodes

/** What became of rows that name the same PIN. */
export interface Repeats {
  /** Rows that say again what another said, left out. */
  readonly duplicates: number
  /** PINs with different stations or statuses. All their rows are left out: which one is right is not ours to guess. */
  readonly conflicts: number
}

/** Voters gathered in memory (about 30 bytes each), given back in the order of their tokens. */
export interface VoterRows {
  readonly count: number
  /** @param station 0 for none */
  add(pin: string, station: number, status: VoterStatus): void
  /** Calls back with every voter once, by ascending token: a table built in key order is written once, front to back. */
  sorted(onVoter: (token: Buffer, station: number, status: number) => void): Repeats
}

const chunkRows = 65_536
// A sort key is 40 bits of the token and 24 of the row's index.
const maxRows = 2 ** 24

interface Chunk {
  /** PIN blocks while the chunk fills, tokens from then on. */
  readonly tokens: Buffer
  readonly stations: Uint16Array
  readonly statuses: Uint8Array
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

  function tokenOf(row: number): Buffer {
    const offset = (row & 0xffff) * tokenLength
    return chunkOf(row).tokens.subarray(offset, offset + tokenLength)
  }

  const factOf = (row: number) => {
    const { stations, statuses } = chunkOf(row)
    return { station: stations[row & 0xffff] ?? 0, status: statuses[row & 0xffff] ?? 0 }
  }

  return {
    get count() {
      return count
    },

    add(pin, station, status) {
      const at = count & 0xffff
      if (at === 0) {
        const full = chunks.at(-1)
        if (full) encrypt(full)
        if (count === maxRows) throw new UserError(`A voter list can have at most ${maxRows} rows. Split it.`)
        chunks.push({
          tokens: Buffer.alloc(chunkRows * tokenLength),
          stations: new Uint16Array(chunkRows),
          statuses: new Uint8Array(chunkRows),
        })
      }
      const chunk = chunkOf(count)
      writeBlock(chunk.tokens, at * tokenLength, pin)
      chunk.stations[at] = station
      chunk.statuses[at] = statusCodes[status]
      count += 1
    },

    sorted(onVoter) {
      const last = chunks.at(-1)
      if (last) encrypt(last)
      const order = sortKeys(count, tokenOf)
      let duplicates = 0
      let conflicts = 0

      function giveGroup(group: readonly number[]): void {
        const [first] = group
        if (first === undefined) return
        const fact = factOf(first)
        for (const row of group) {
          const other = factOf(row)
          if (other.station !== fact.station || other.status !== fact.status) {
            conflicts += 1
            return
          }
        }
        duplicates += group.length - 1
        onVoter(tokenOf(first), fact.station, fact.status)
      }

      // Rows that share 40 bits are nearly always one PIN; whole tokens decide.
      function giveRun(run: number[]): void {
        if (run.length > 1) run.sort((a, b) => tokenOf(a).compare(tokenOf(b)))
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

      let run: number[] = []
      let runHigh = -1
      let runLow = -1
      for (let i = 0; i < count; i += 1) {
        const low = order[2 * i] ?? 0
        const high = order[2 * i + 1] ?? 0
        if (high !== runHigh || low >>> 24 !== runLow) {
          giveRun(run)
          run = []
          runHigh = high
          runLow = low >>> 24
        }
        run.push(low & 0xffffff)
      }
      giveRun(run)
      return { duplicates, conflicts }
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
