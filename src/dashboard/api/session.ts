import { queryOptions, useQuery, type QueryClient } from '@tanstack/react-query'
import { ApiError, request, setSession } from './request.ts'

/** An environment that this browser has a token for, on the server's side. */
export interface SessionEnvironment {
  id: string
  name: string
  kind: 'PRODUCTION' | 'SANDBOX'
  scope: 'full' | 'read-only' | 'ingest-only'
  token_name: string
}

export interface Session {
  environments: SessionEnvironment[]
  /** The id of the environment that requests are about; null when nobody is signed in. */
  current: string | null
  csrf: string | null
  /** The server runs on this machine, and signs in with one click. */
  local: boolean
}

const SIGNED_OUT: Session = { environments: [], current: null, csrf: null, local: false }

/** Who is signed in; nobody is while it has no environments. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: readSession,
  staleTime: Infinity,
  retry: false,
})

async function readSession(): Promise<Session> {
  try {
    return keep(await request<{ data: Session }>('GET', '/session'))
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error
    return { ...SIGNED_OUT, local: error.body['local'] === true }
  }
}

/** The environment that pages are about. */
export function useEnvironment(): SessionEnvironment {
  const { data } = useQuery(sessionQuery)
  const current = data?.environments.find(({ id }) => id === data.current) ?? data?.environments[0]
  if (current === undefined) throw new Error('pages are shown to those who are signed in')
  return current
}

export async function signIn(client: QueryClient, token: string): Promise<void> {
  await enter(client, '/session', { token })
}

export async function signInLocally(
  client: QueryClient,
  environment: 'production' | 'sandbox',
): Promise<void> {
  await enter(client, '/session/local', { environment })
}

export async function switchEnvironment(client: QueryClient, id: string): Promise<void> {
  await enter(client, '/session/switch', { environment_id: id })
}

export async function signOut(client: QueryClient): Promise<void> {
  await request('DELETE', '/session')
  forgetKept()
  await readAgain(client)
}

/** What was put together and kept in the window is nobody else's. */
function forgetKept(): void {
  try {
    sessionStorage.clear()
  } catch {
    // A window without storage has kept nothing.
  }
}

async function enter(client: QueryClient, path: string, body: unknown): Promise<void> {
  await request('POST', path, { body })
  await readAgain(client)
}

/** Nothing of an environment may be shown in another, or to nobody. */
export async function readAgain(client: QueryClient): Promise<void> {
  const session = await readSession()
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' })
  client.setQueryData(sessionQuery.queryKey, session)
}

function keep({ data }: { data: Session }): Session {
  setSession(data)
  return data
}
