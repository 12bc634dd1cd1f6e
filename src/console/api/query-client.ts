import { QueryCache, QueryClient } from '@tanstack/react-query'
import { Refusal } from './client.ts'

export const selfKey = ['self'] as const

const signInIsOver = (error: unknown) => error instanceof Refusal && error.status === 401

/** One cache for the page. A sign-in that has ended shows in whatever is asked next, and leads to the sign-in page. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      if (signInIsOver(error) && query.queryKey[0] !== selfKey[0]) queryClient.setQueryData(selfKey, null)
    },
  }),
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
