import type { Report } from '../api/reports.ts'
import { getReport } from '../api/reports.ts'
import { addDays, type Day } from '../domain/calendar.ts'
import type { Language } from '../domain/language.ts'
import { answer, type Mounted } from './mount-routes.ts'
import { HttpProblem } from './problem.ts'

export type ReportOn = (wanted: {
  readonly from: Day
  readonly until: Day
  readonly languages?: readonly Language[] | undefined
}) => Promise<Report>

const longestDays = 366

export function reportsApi(reportOn: ReportOn): Mounted[] {
  return [
    answer(getReport, ({ query: { from, until, language } }) => {
      if (until < from) throw invalid('the last day comes before the first')
      if (addDays(from, longestDays) <= until) throw invalid(`a report covers ${longestDays} days at most`)
      return reportOn({ from, until, languages: language })
    }),
  ]
}

const invalid = (fault: string) =>
  new HttpProblem(400, 'invalid', 'Some of what was sent can not be used.', { until: fault })
