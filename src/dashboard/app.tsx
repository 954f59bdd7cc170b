import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import { Component, useState, type ReactNode } from 'react'
import { matchRoute, Route, Switch, useRouter } from 'wouter'
import { ApiError, whenSignedOut } from './api/request.ts'
import { readAgain, sessionQuery } from './api/session.ts'
import { Announcer } from './components/announcer.tsx'
import { ErrorState } from './components/states.tsx'
import { Shell } from './layout/shell.tsx'
import { ReadOnly, useIsReadOnlyForm } from './pages/developer/read-only.tsx'
import NotFound from './pages/not-found.tsx'
import SignIn from './pages/sign-in.tsx'
import { ROUTES } from './routes.ts'

/** What was read a moment ago is shown again at once; a refusal is not asked for twice. */
const STALE_MS = 10_000
const RETRIES_MAX = 2

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: STALE_MS,
      retry: (count, error) =>
        count < RETRIES_MAX &&
        !(error instanceof ApiError && error.status >= 400 && error.status < 500),
    },
  },
})

whenSignedOut(() => void readAgain(client))

export function App() {
  return (
    <QueryClientProvider client={client}>
      <Announcer>
        <SignedIn />
      </Announcer>
    </QueryClientProvider>
  )
}

function SignedIn() {
  const session = useQuery(sessionQuery)
  usePageAhead()
  if (session.data === undefined) {
    if (session.error === null) return null
    return <ErrorState error={session.error} onRetry={() => void session.refetch()} />
  }
  if (session.data.environments.length === 0) return <SignIn isLocal={session.data.local} />
  return (
    <Shell>
      <Faults key={session.data.current}>
        <Pages />
      </Faults>
    </Shell>
  )
}

function Pages() {
  if (useIsReadOnlyForm()) return <ReadOnly />
  return (
    <Switch>
      {ROUTES.map(({ path, page }) => (
        <Route key={path} path={path} component={page} />
      ))}
      <Route component={NotFound} />
    </Switch>
  )
}

/** Loads the code of the page that is asked for while it is not yet known who asks. */
function usePageAhead(): void {
  const { parser } = useRouter()
  useState(() => {
    const { pathname } = window.location
    const route = ROUTES.find(({ path }) => matchRoute(parser, path, pathname)[0])
    // What fails says so when the page is shown.
    route?.page.load().catch(() => {})
  })
}

/** Keeps the way out of a page that failed to draw itself. */
class Faults extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null }
  static getDerivedStateFromError(error: unknown) {
    return { error }
  }
  override render() {
    const { error } = this.state
    if (error === null) return this.props.children
    return <ErrorState error={error} onRetry={() => this.setState({ error: null })} />
  }
}
