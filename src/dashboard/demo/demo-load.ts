import type { QueryClient } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import { sessionQuery, signIn, type Session, type SessionEnvironment } from '../api/session.ts'
import { buildCompany, type Made } from './build-company.ts'
import { demoTimes, timesOfBegun } from './demo-times.ts'
import { DEMO_NAME, setDemoLoad } from './demo-state.ts'
import { sessionApi } from './session-api.ts'

/** There may be so many sandboxes, and so many environments in a session. */
const FULL = /sandboxes already|at most \d+ environments/

const BEGIN: Made = { done: 0, of: 1, what: 'A sandbox' }

/**
 * Makes a sandbox for the company and signs in to it, and then the company: closed meanwhile, it is
 * found in the session again.
 * @param parent the environment that the sandbox is made from
 */
export function loadDemo(client: QueryClient, parent: string): Promise<void> {
  return track(async () => {
    const times = demoTimes(new Date())
    const body = { name: DEMO_NAME, now: new Date(times.monthMs).toISOString() }
    const { data } = await request<{ data: { id: string; token: string } }>(
      'POST',
      '/v1/sandboxes',
      { body, environment: parent },
    )
    try {
      await signIn(client, data.token)
    } catch (error) {
      // Nobody else has its token.
      await deleteSandbox(data.id, parent).catch(() => {})
      throw error
    }
    await buildCompany(sessionApi(data.id), times, { onProgress })
    await client.invalidateQueries()
  })
}

/** Goes on where loading was left. */
export function resumeDemo(client: QueryClient, environment: string): Promise<void> {
  return track(async () => {
    const { data } = await request<{ data: { now: string } }>('GET', '/v1/sandboxes/clock', {
      environment,
    })
    const times = timesOfBegun(Date.parse(data.now), new Date())
    const isBilled = Date.parse(data.now) > times.monthMs
    await buildCompany(sessionApi(environment), times, { onProgress, isBilled })
    await client.invalidateQueries()
  })
}

/** Deletes the company that there is, and makes it anew. */
export async function reloadDemo(client: QueryClient, old: string): Promise<void> {
  const before = await client.fetchQuery(sessionQuery)
  const parent = parentOf(before, old)
  if (parent === undefined) return
  setDemoLoad({ state: 'loading', made: BEGIN })
  await deleteSandbox(old, old).catch(() => {})
  await loadDemo(client, parent.id)
}

/** An environment of the session that sandboxes can be made from, the current one first. */
export function parentOf(session: Session, except?: string): SessionEnvironment | undefined {
  const fit = session.environments.filter(
    ({ id, kind, scope }) => kind === 'SANDBOX' && scope === 'full' && id !== except,
  )
  return fit.find(({ id }) => id === session.current) ?? fit[0]
}

async function deleteSandbox(id: string, environment: string): Promise<void> {
  await request('POST', '/v1/sandboxes/delete', { body: { id }, environment })
}

function onProgress(made: Made): void {
  setDemoLoad({ state: 'loading', made })
}

async function track(work: () => Promise<void>): Promise<void> {
  setDemoLoad({ state: 'loading', made: BEGIN })
  try {
    await work()
    setDemoLoad({ state: 'idle' })
  } catch (error) {
    const { message } = error as Error
    setDemoLoad({ state: 'failed', message, isFull: FULL.test(message) })
  }
}
