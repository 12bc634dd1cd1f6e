import type { CSSProperties } from 'react'

/** Small figures would all look alike beside a large one: the root spreads them. */
const spread = (share: number) => Math.sqrt(share)

/** How much of the accent a cell is mixed with, for the style sheet. */
export function shade(share: number): CSSProperties {
  return { '--share': `${Math.round(spread(share) * 100)}%` } as CSSProperties
}

/** Whether what is written on the cell must be in the light colour. */
export const isStrong = (share: number): boolean => spread(share) > 0.6
