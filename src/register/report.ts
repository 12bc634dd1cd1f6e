import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../user-error.ts'
import { writeDurably } from './durable.ts'

/** `note`: something was found, within what is tolerated. `red`: the snapshot may not be activated as it is. */
export type Verdict = 'ok' | 'note' | 'red'

/** One line of a report. */
export interface Check {
  /** `bad-rows`, `conflicts`, `region-5`… */
  readonly name: string
  /** What was counted, as a noun phrase: "rows that can't be used". */
  readonly what: string
  readonly verdict: Verdict
  readonly count: number
  /** What the count is a share of; 0 when there is nothing to compare with. */
  readonly of: number
  /** The largest share, 0 to 1, that is not red; nothing where a finding never is. */
  readonly threshold?: number
  /** At most ten, with file and line or station, never with personal data. */
  readonly examples: readonly string[]
}

export interface Edition {
  /** The manifest's. */
  readonly id?: string
  readonly election: string
  /** Name of the key. */
  readonly signedBy?: string
}

/** What an import found. Kept beside the snapshot, and without one when none could be made. */
export interface Report {
  /** The snapshot's id. */
  readonly id: string
  /** ISO time of the import. */
  readonly at: string
  /** Whose list it is, as far as that is known. */
  readonly edition: Edition | undefined
  /** ISO time the list describes. */
  readonly asOf: string
  /** Why no snapshot could be made of the files, in one sentence. */
  readonly refused?: string
  readonly checks: readonly Check[]
  /** What people changed by hand since the source said otherwise, a sentence each. */
  readonly edits: readonly string[]
}

export function isRed({ refused, checks }: Report): boolean {
  return refused !== undefined || checks.some(({ verdict }) => verdict === 'red')
}

export function reportFile(folder: string, id: string): string {
  return join(folder, `report-${id}.json`)
}

export async function keepReport(folder: string, report: Report): Promise<void> {
  await writeDurably(reportFile(folder, report.id), `${JSON.stringify(report, null, 2)}\n`)
}

/** @throws UserError when there is none or it is damaged */
export function readReport(folder: string, id: string): Report {
  try {
    return JSON.parse(readFileSync(reportFile(folder, id), 'utf8')) as Report
  } catch (error) {
    throw new UserError(`There is no readable report of "${id}" in ${folder}. Import the voter list again.`, {
      cause: error,
    })
  }
}

/** Ids of all reports, oldest first. */
export async function reportIds(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.flatMap((name) => /^report-([0-9a-f-]+)\.json$/.exec(name)?.[1] ?? []).sort()
}

/** The report as a page of text. */
export function formatReport(report: Report): string {
  const { edition } = report
  const origin = edition
    ? `edition ${edition.id ?? 'without a name'} of ${edition.election}, signed by ${edition.signedBy ?? 'nobody'}`
    : 'not signed, of a trusted source'
  const head = [
    `Register ${report.id}: ${verdictOf(report)}`,
    `imported ${report.at}, as of ${report.asOf}, ${origin}`,
    ...(report.refused === undefined ? [] : ['', report.refused]),
  ]
  const lines = report.checks.flatMap((check) => [
    `${check.verdict.padEnd(4)}  ${String(check.count).padStart(9)}  ${shareOf(check)}  ${check.what}`,
    ...check.examples.map((example) => `                                     ${example}`),
  ])
  const edits = report.edits.length > 0 ? ['', 'Edited by hand:', ...report.edits.map((edit) => `  ${edit}`)] : []
  return [...head, '', ...lines, ...edits].join('\n')
}

function verdictOf(report: Report): string {
  if (report.refused !== undefined) return 'refused'
  const reds = report.checks.filter(({ verdict }) => verdict === 'red').length
  return reds === 0 ? 'fit to be activated' : `${reds} red, not fit to be activated`
}

function shareOf({ count, of, threshold }: Check): string {
  const percent = (share: number) => `${(share * 100).toFixed(3)} %`
  const share = of === 0 ? '' : percent(count / of)
  return `${share.padStart(9)}  ${(threshold === undefined ? '' : `≤ ${percent(threshold)}`).padStart(11)}`
}
