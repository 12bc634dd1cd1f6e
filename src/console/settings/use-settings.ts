import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '../api/client.ts'
import type { Settings } from '../api/generated.ts'
import { problemText } from '../api/problem-text.ts'
import { useWords } from '../words/index.tsx'

const settingsKey = ['settings']

export function useSettings() {
  return useQuery({ queryKey: settingsKey, queryFn: () => api.getSettings() })
}

/** Saves a part of the settings, and says so. */
export function useSave<Part>(put: (part: Part) => Promise<Settings>) {
  const { say } = useWords()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: put,
    onSuccess: (settings) => {
      queries.setQueryData(settingsKey, settings)
      notifications.show({ color: 'teal', message: say('settings.saved') })
    },
    onError: (error) => notifications.show({ color: 'red', message: problemText(error, say) }),
  })
}
