import { Center, Loader } from '@mantine/core'
import { DatesProvider } from '@mantine/dates'
import { RouterProvider } from '@tanstack/react-router'
import { useEffect } from 'react'
import 'dayjs/locale/ky'
import 'dayjs/locale/ru'
import { MustChangePassword } from './account/must-change-password.tsx'
import { router } from './router.tsx'
import { Trouble } from './shell/trouble.tsx'
import { SelfContext, useSelfQuery } from './sign-in/self.ts'
import { SignInPage } from './sign-in/sign-in-page.tsx'
import { useChosenLanguage } from './words/chosen-language.ts'
import { Speak } from './words/index.tsx'

/** Who nobody knows signs in where they are; the address stays, so that they come back to their page. */
export function App() {
  const self = useSelfQuery()
  const [chosen, choose] = useChosenLanguage()
  const language = self.data?.language ?? chosen
  useEffect(() => {
    document.documentElement.lang = language
    choose(language)
  }, [language, choose])

  return (
    <Speak language={language}>
      <DatesProvider settings={{ locale: language, firstDayOfWeek: 1 }}>{content()}</DatesProvider>
    </Speak>
  )

  function content() {
    if (self.isPending) {
      return (
        <Center h="100vh">
          <Loader aria-label="…" />
        </Center>
      )
    }
    if (self.data === undefined) return <Trouble error={self.error} onRetry={() => void self.refetch()} />
    if (self.data === null) return <SignInPage onChooseLanguage={choose} />
    if (self.data.mustChangePassword) return <MustChangePassword />
    return (
      <SelfContext value={self.data}>
        <RouterProvider router={router} />
      </SelfContext>
    )
  }
}
