import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api } from '../api/client.ts'

const everyMs = 60_000

const signsOfLife = ['pointerdown', 'keydown', 'scroll'] as const

/** Keeps a claim for as long as somebody works on the page; one left alone frees itself. */
export function useKeepClaim(id: string | undefined): void {
  const queries = useQueryClient()
  useEffect(() => {
    if (id === undefined) return
    let alive = false
    const note = () => {
      alive = true
    }
    const keep = async () => {
      if (!alive) return
      alive = false
      // Should it be lost already, the request as it is now says so.
      await api.claimCallback({ id }).catch(() => undefined)
      await queries.invalidateQueries({ queryKey: ['callback', id] })
    }
    const timer = setInterval(() => void keep(), everyMs)
    for (const sign of signsOfLife) window.addEventListener(sign, note, { passive: true, capture: true })
    return () => {
      clearInterval(timer)
      for (const sign of signsOfLife) window.removeEventListener(sign, note, { capture: true })
    }
  }, [id, queries])
}
