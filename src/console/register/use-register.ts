import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '../api/client.ts'
import type { RegisterState } from '../api/generated.ts'
import { problemText } from '../api/problem-text.ts'
import { useWords } from '../words/index.tsx'

const registerKey = ['register']

/** How often it is looked at again: while something is under way, and at rest. */
const refreshMs = { busy: 1500, rest: 30_000 }

export function useRegister() {
  return useQuery({
    queryKey: registerKey,
    queryFn: () => api.getRegister(),
    refetchInterval: ({ state: { data } }) =>
      data?.work?.running || data?.refresh?.running ? refreshMs.busy : refreshMs.rest,
  })
}

/** Does something to the register; its state afterwards is shown at once. */
export function useRegisterChange() {
  const { say } = useWords()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (act: () => Promise<RegisterState>) => act(),
    onSuccess: (state) => {
      queries.setQueryData(registerKey, state)
      return queries.invalidateQueries({ queryKey: ['station'] })
    },
    onError: (error) => {
      notifications.show({ color: 'red', message: problemText(error, say) })
      return queries.invalidateQueries({ queryKey: registerKey })
    },
  })
}
