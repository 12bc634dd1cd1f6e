import { useQuery } from '@tanstack/react-query'
import { createContext, useContext } from 'react'
import { api, Refusal, rememberCsrfToken } from '../api/client.ts'
import type { Self } from '../api/generated.ts'
import { queryClient, selfKey, signInEndedKey } from '../api/query-client.ts'

export type Role = Self['roles'][number]

/** Who is signed in; null when nobody is. */
export function useSelfQuery() {
  return useQuery({
    queryKey: selfKey,
    queryFn: async (): Promise<Self | null> => {
      try {
        const self = await api.whoAmI()
        rememberCsrfToken(self)
        return self
      } catch (error) {
        if (!(error instanceof Refusal && error.status === 401)) throw error
        if (queryClient.getQueryData(selfKey)) queryClient.setQueryData(signInEndedKey, true)
        return null
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** From here on these are who is signed in; nothing of whoever was before stays. */
export function becomeSelf(self: Self | null): void {
  if (self) rememberCsrfToken(self)
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== selfKey[0] })
  queryClient.setQueryData(selfKey, self)
}

export const SelfContext = createContext<Self | undefined>(undefined)

/** Whoever is signed in, inside the shell. */
export function useSelf(): Self {
  const self = useContext(SelfContext)
  if (!self) throw new Error('nobody is signed in here')
  return self
}

export function mayOf(self: Self, roles: readonly Role[]): boolean {
  return self.roles.some((role) => roles.includes(role))
}

/** Whether whoever is signed in has one of these roles. */
export function useMay(roles: readonly Role[]): boolean {
  return mayOf(useSelf(), roles)
}
