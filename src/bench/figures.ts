/** One line of the table for people. */
export interface Row {
  readonly what: string
  readonly result: string
  /** What it is measured against, in the same run. */
  readonly beside?: string
  readonly ratio?: number
  /** What was promised. */
  readonly wanted?: string
}

/** What `bench -- register` measured; null where a part was left out. */
export interface Figures {
  importToSqliteImport: number | null
  importSeconds: number | null
  importPeakMB: number | null
  lookupToRawGet: number | null
  lookupsPerSecond: number | null
  lookupP99Us: number | null
  swapLatencyRatio: number | null
  rollbackSeconds: number | null
  clipsColdSeconds: number | null
  clipsWarmSeconds: number | null
  voters: number
  stations: number
}

/** What a part of the benchmark found. */
export interface Found {
  readonly figures: Partial<Figures>
  readonly rows: readonly Row[]
}

export interface Sizes {
  readonly voters: number
  readonly stations: number
  /** Each thing is measured so often, in turn with what it is compared with. */
  readonly rounds: number
  /** Calls of each condition of the swap, at least. */
  readonly calls: number
}
