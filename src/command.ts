/** A program of this machine as it must be started: a tool of an unpacked tree runs through that tree's own loader. */
export interface Command {
  readonly file: string
  /** Come before the caller's own arguments. */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}
