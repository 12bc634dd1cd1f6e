/** The last row of a page: where the next begins. */
export interface PageEnd {
  /** What the page is sorted by. */
  readonly value: string
  readonly id: string
}
