import { useMutation } from '@tanstack/react-query'
import { api } from '../api/client.ts'
import type { Self } from '../api/generated.ts'
import { queryClient, selfKey } from '../api/query-client.ts'
import type { UiLanguage } from '../words/index.tsx'

/** The language the page speaks from now on, here and at the next sign-in. */
export function useSetLanguage() {
  return useMutation({
    mutationFn: (language: UiLanguage) => api.setLanguage({ language }),
    onMutate: (language) => changeSelf({ language }),
  })
}

/** Something about oneself is different now; the server knows already. */
export function changeSelf(changed: Partial<Self>): void {
  queryClient.setQueryData<Self | null>(selfKey, (self) => self && { ...self, ...changed })
}
