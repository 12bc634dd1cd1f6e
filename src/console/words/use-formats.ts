import { useMemo } from 'react'
import { type Say, type UiLanguage, useWords } from './index.tsx'
import { inZone } from './moments.ts'

export interface Formats {
  /** `22.11.2026 14:05`, in the line's zone. */
  moment(iso: string): string
  /** `22.11 14:05`, where the year goes without saying. */
  shortMoment(iso: string): string
  /** `22.11.2026 14:05:09`. */
  exactMoment(iso: string): string
  /** `14:05:09`. */
  time(iso: string): string
  /** `22.11.2026`, of a day written 2026-11-22. */
  day(day: string): string
  /** `3 h 5 min`, from ms. */
  duration(ms: number): string
  /** `1:05`, from ms. */
  clockTime(ms: number): string
  /** How long ago that was. */
  age(iso: string): string
  number(value: number | null): string
  /** From a share of 1. */
  percent(share: number): string
}

/** How numbers and times are written; of months and weekdays no names, which not every browser knows in Kyrgyz. */
export function useFormats(): Formats {
  const { language, say } = useWords()
  return useMemo(() => formatsOf(language, say), [language, say])
}

function formatsOf(language: UiLanguage, say: Say): Formats {
  // Kyrgyz groups digits as Russian does, and browsers know that one.
  const locale = language === 'en' ? 'en' : 'ru'
  const numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
  const percents = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 })

  const duration = (ms: number) => {
    const seconds = Math.max(0, Math.round(ms / 1000))
    if (seconds < 60) return say('duration.seconds', { s: seconds })
    const [m, h, d] = [Math.floor(seconds / 60), Math.floor(seconds / 3600), Math.floor(seconds / 86_400)]
    if (m < 60) return say('duration.minutes', { m, s: seconds % 60 })
    if (h < 24) return say('duration.hours', { h, m: m % 60 })
    return say('duration.days', { d, h: h % 24 })
  }

  return {
    moment: (iso) => {
      const { year, month, day, hour, minute } = inZone(new Date(iso))
      return `${day}.${month}.${year} ${hour}:${minute}`
    },
    shortMoment: (iso) => {
      const { month, day, hour, minute } = inZone(new Date(iso))
      return `${day}.${month} ${hour}:${minute}`
    },
    exactMoment: (iso) => {
      const { year, month, day, hour, minute, second } = inZone(new Date(iso))
      return `${day}.${month}.${year} ${hour}:${minute}:${second}`
    },
    time: (iso) => {
      const { hour, minute, second } = inZone(new Date(iso))
      return `${hour}:${minute}:${second}`
    },
    day: (day) => day.split('-').reverse().join('.'),
    duration,
    clockTime: (ms) => {
      const seconds = Math.max(0, Math.floor(ms / 1000))
      return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
    },
    age: (iso) => {
      const ms = Date.now() - Date.parse(iso)
      // Minutes are near enough.
      return ms < 3_600_000 ? say('duration.wholeMinutes', { m: Math.max(0, Math.floor(ms / 60_000)) }) : duration(ms)
    },
    number: (value) => (value === null ? '—' : numbers.format(value)),
    percent: (share) => percents.format(share),
  }
}
