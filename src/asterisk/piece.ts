import type { PromptName } from '../domain/prompt-names.ts'

/** A prompt's audio: what is played, one after the other. */
export interface Piece {
  readonly name: PromptName
  /** Absolute paths without extension. */
  readonly clips: readonly string[]
}
