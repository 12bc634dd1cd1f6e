/** What the page's address holds. */
export interface ReportsSearch {
  readonly from?: string
  readonly until?: string
  readonly language?: 'ky' | 'ru'
}

export function readReportsSearch(given: Record<string, unknown>): ReportsSearch {
  const day = (value: unknown) => (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? value : undefined)
  const from = day(given.from)
  const until = day(given.until)
  const language = given.language === 'ky' || given.language === 'ru' ? given.language : undefined
  return { ...(from && until && { from, until }), ...(language && { language }) }
}
