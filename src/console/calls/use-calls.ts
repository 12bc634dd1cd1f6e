import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '../api/client.ts'
import { type CallsSearch, filterAndSort } from './calls-search.ts'

const pageSize = 100

/** What is asked for: the search of the address, and a full number that is not in it. */
export function askedOf(search: CallsSearch, caller: string) {
  return { ...filterAndSort(search), ...(caller && { caller }) }
}

export type Asked = ReturnType<typeof askedOf>

/** Calls page by page, each asked for as one comes to its end. */
export function useCalls(asked: Asked) {
  return useInfiniteQuery({
    queryKey: ['calls', asked],
    queryFn: ({ pageParam, signal }) =>
      api.searchCalls({ ...asked, limit: pageSize, ...(pageParam && { cursor: pageParam }) }, { signal }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  })
}

export function useCallCount({ sort: _, ...asked }: Asked) {
  return useQuery({
    queryKey: ['call-count', asked],
    // It would be noted as a second search, and one citizen's calls are counted at a glance.
    enabled: asked.caller === undefined,
    queryFn: ({ signal }) => api.countCalls(asked, { signal }),
    placeholderData: keepPreviousData,
  })
}

const callerKey = ['calls-caller'] as const

/** The full number searched for: kept while one looks at a call and comes back, and forgotten with the sign-in. */
export function useCallerSearched(): [string, (caller: string) => void] {
  const queries = useQueryClient()
  const { data = '' } = useQuery({
    queryKey: callerKey,
    queryFn: () => '',
    enabled: false,
    gcTime: Number.POSITIVE_INFINITY,
  })
  return [data, (caller) => queries.setQueryData(callerKey, caller)]
}
