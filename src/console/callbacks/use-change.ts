import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { CallbackDetail } from '../api/generated.ts'
import { problemText } from '../api/problem-text.ts'
import { useWords } from '../words/index.tsx'

/** Does something to a request; what comes back is shown at once, and the queue is asked anew. */
export function useChange(id: string) {
  const { say } = useWords()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (act: () => Promise<CallbackDetail>) => act(),
    onSuccess: (request) => {
      queries.setQueryData(['callback', id], request)
      return queries.invalidateQueries({ queryKey: ['callbacks'] })
    },
    onError: (error) => {
      notifications.show({ color: 'red', message: problemText(error, say) })
      // Most often somebody else was quicker: show whose it is now.
      return queries.invalidateQueries({ queryKey: ['callback', id] })
    },
  })
}

export type Change = ReturnType<typeof useChange>
