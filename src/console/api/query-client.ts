import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { Refusal } from './client.ts'

export const selfKey = ['self'] as const

/** Whether a sign-in has ended without anybody signing out. */
export const signInEndedKey = ['sign-in-ended'] as const

/** A sign-in that has ended shows in whatever is asked next: then we ask who we are, and the page to sign in comes. */
function onError(error: unknown): void {
  if (error instanceof Refusal && error.status === 401 && queryClient.getQueryData(selfKey)) {
    void queryClient.invalidateQueries({ queryKey: selfKey })
  }
}

/** One cache for the page. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // What was refused is refused again; what did not arrive may arrive.
      retry: (failures, error) =>
        failures < 2 && error instanceof Refusal && (error.status === 0 || error.status >= 502),
      refetchOnWindowFocus: false,
    },
  },
})
