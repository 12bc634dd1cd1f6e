import { today } from '../words/moments.ts'

const msPerDay = 86_400_000

/** `2026-11-16`, that many days before today in the line's zone. */
export function daysAgo(days: number): string {
  return new Date(Date.parse(today()) - days * msPerDay).toISOString().slice(0, 10)
}
