import { Title } from '@mantine/core'
import {
  createRootRoute,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  lazyRouteComponent,
  Navigate,
} from '@tanstack/react-router'
import { readQueueSearch } from './callbacks/queue-search.ts'
import { readCallsSearch } from './calls/calls-search.ts'
import { readMessagesSearch } from './messages/messages-search.ts'
import { readReportsSearch } from './reports/reports-search.ts'
import { Elsewhere } from './shell/elsewhere.tsx'
import { sections } from './shell/sections.ts'
import { Shell } from './shell/shell.tsx'
import { Trouble } from './shell/trouble.tsx'
import { mayOf, useSelf } from './sign-in/self.ts'
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

const callsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/calls',
  validateSearch: readCallsSearch,
  component: lazyRouteComponent(() => import('./calls/calls-page.tsx'), 'CallsPage'),
})

const callRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/calls/$id',
  component: lazyRouteComponent(() => import('./calls/call-page.tsx'), 'CallPage'),
})

const messagesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/messages',
  validateSearch: readMessagesSearch,
  component: lazyRouteComponent(() => import('./messages/messages-page.tsx'), 'MessagesPage'),
})

const callbacksRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/callbacks',
  validateSearch: readQueueSearch,
  component: lazyRouteComponent(() => import('./callbacks/callbacks-page.tsx'), 'CallbacksPage'),
})

const callbackRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/callbacks/$id',
  component: lazyRouteComponent(() => import('./callbacks/callback-page.tsx'), 'CallbackPage'),
})

const reportsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reports',
  validateSearch: readReportsSearch,
  component: lazyRouteComponent(() => import('./reports/reports-page.tsx'), 'ReportsPage'),
})

const registerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/register',
  component: lazyRouteComponent(() => import('./register/register-page.tsx'), 'RegisterPage'),
})

const registerReportRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/register/$id',
  component: lazyRouteComponent(() => import('./register/report-page.tsx'), 'RegisterReportPage'),
})

const promptsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/prompts',
  component: lazyRouteComponent(() => import('./prompts/prompts-page.tsx'), 'PromptsPage'),
})

const settingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/settings-page.tsx'), 'SettingsPage'),
})

const settingsPartRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/settings/$part',
  component: lazyRouteComponent(() => import('./settings/settings-page.tsx'), 'SettingsPage'),
})

const routeTree = rootRoute.addChildren([
  startRoute,
  accountRoute,
  nowRoute,
  callsRoute,
  callRoute,
  callbacksRoute,
  callbackRoute,
  messagesRoute,
  reportsRoute,
  registerRoute,
  registerReportRoute,
  promptsRoute,
  settingsRoute,
  settingsPartRoute,
])

export const router = createRouter({ routeTree, defaultPreload: 'intent', scrollRestoration: true })

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
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

function Broken({ error, reset }: ErrorComponentProps) {
  const { say } = useWords()
  return (
    <>
      <Title order={1}>{say('shell.broken')}</Title>
      <Trouble error={error} onRetry={reset} />
    </>
  )
}
