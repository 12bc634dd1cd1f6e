import type { CSSProperties } from 'react'

/** How much of the accent a cell is mixed with, for the style sheet. By the root, or small figures would all look alike. */
export function shade(share: number): CSSProperties {
  return { '--share': `${Math.round(Math.sqrt(share) * 100)}%` } as CSSProperties
}
