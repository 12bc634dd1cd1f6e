/** One text of the page in its three languages, as ICU messages: `{count}`, `{count, plural, one {…} other {…}}`. */
export interface Word {
  readonly ky: string
  readonly ru: string
  readonly en: string
}

/** A part of the dictionary; a language that is missing does not compile. */
export type WordList = Readonly<Record<string, Word>>
