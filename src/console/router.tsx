import { Button, Stack, Text, Title } from '@mantine/core'
import {
  createRootRoute,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  Link,
  lazyRouteComponent,
  Navigate,
} from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Page } from './shell/page.tsx'
import { sections } from './shell/sections.ts'
import { Shell } from './shell/shell.tsx'
import { Trouble } from './shell/trouble.tsx'
import { mayOf, type Role, useMay, useSelf } from './sign-in/self.ts'
import { useWords } from './words/index.tsx'

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NothingHere, errorComponent: Broken })

const startRoute = createRoute({ getParentRoute: () => rootRoute, path: '/', component: Start })

const accountRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/account',
  component: lazyRouteComponent(() => import('./account/account-page.tsx'), 'AccountPage'),
})

const nowRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/now',
  component: lazyRouteComponent(() => import('./now/now-page.tsx'), 'NowPage'),
})

const routeTree = rootRoute.addChildren([startRoute, accountRoute, nowRoute])

export const router = createRouter({ routeTree, defaultPreload: 'intent', scrollRestoration: true })

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

/** The page, for those who may see it; the server refuses the others anyway. */
export function For({ roles, children }: { readonly roles: readonly Role[]; readonly children: ReactNode }) {
  const { say } = useWords()
  if (useMay(roles)) return children
  return <Elsewhere title={say('shell.noRight')} text={say('shell.noRightText')} />
}

function Start() {
  const self = useSelf()
  const first = sections.find((section) => mayOf(self, section.for))
  return <Navigate to={first?.path ?? '/account'} replace />
}

function NothingHere() {
  const { say } = useWords()
  return <Elsewhere title={say('shell.nothingHere')} text={say('shell.nothingHereText')} />
}

function Elsewhere({ title, text }: { readonly title: string; readonly text: string }) {
  const { say } = useWords()
  return (
    <Page title={title}>
      <Stack align="flex-start">
        <Text>{text}</Text>
        <Button component={Link} to="/" variant="default">
          {say('shell.toStart')}
        </Button>
      </Stack>
    </Page>
  )
}

function Broken({ error, reset }: ErrorComponentProps) {
  const { say } = useWords()
  return (
    <>
      <Title order={1}>{say('shell.broken')}</Title>
      <Trouble error={error} onRetry={reset} />
    </>
  )
}
