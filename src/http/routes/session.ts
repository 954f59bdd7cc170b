import { createRoute, z } from '@hono/zod-openapi'
import { createMiddleware } from 'hono/factory'
import { hashText } from '../../actions/hash-text.ts'
import { findLiveToken } from '../../db/api-tokens.ts'
import { openDatabase } from '../../db/database.ts'
import { allows, TOKEN_SCOPES } from '../access.ts'
import { readBody } from '../body.ts'
import type { AppContext, AppEnv } from '../context.ts'
import { errorResponses } from '../errors.ts'
import type { App } from '../route.ts'
import { dataOf, Id, json, jsonBody } from '../schemas.ts'
import { NO_SECRET, readSecretKeys, type SecretKeys } from '../secret-keys.ts'
import {
  csrfToken,
  FOREIGN_ORIGIN,
  isFromOwnPage,
  refuseForgery,
  type Unauthenticated,
} from '../session.ts'
import {
  endSession,
  isLoopback,
  openSession,
  sealSession,
  type Session,
} from '../session-cookie.ts'
import { useToken, type Authenticated } from '../use-token.ts'

const tags = ['Session']

/** A cookie holds about 4,000 bytes. */
const ENVIRONMENTS_MAX = 16

/** The tokens of a local server, which everyone knows; a server that others can reach has none. */
const LOCAL_TOKENS = {
  production: 'tactus_production_local',
  sandbox: 'tactus_sandbox_local',
} as const
const LOCAL_NAMES = ['production', 'sandbox'] as const

const SessionBody = z
  .object({
    environments: z.array(
      z.object({
        id: Id,
        name: z.string(),
        kind: z.enum(['PRODUCTION', 'SANDBOX']),
        scope: z.enum(TOKEN_SCOPES),
        token_name: z.string(),
      }),
    ),
    current: Id.nullable().openapi({
      description: 'The environment of requests without an X-Tactus-Environment header.',
    }),
    csrf: z.string().nullable().openapi({
      description: 'For the X-Tactus-CSRF header of every request that is not a GET.',
    }),
    local: z.boolean().openapi({
      description: 'POST /session/local signs in without a token: the server is on this machine.',
    }),
  })
  .openapi('Session')

/** Sessions are for browsers: what changes one must be sent by a page of this server. */
const ownPagesOnly = createMiddleware<AppEnv>(async (c, next) => {
  c.header('cache-control', 'no-store')
  if (c.req.method !== 'GET' && !isFromOwnPage(c.req.raw)) {
    return c.json({ message: FOREIGN_ORIGIN }, 403)
  }
  return await next()
})

function sessionRoute<const Method extends 'get' | 'post' | 'delete', const Path extends string>(
  method: Method,
  path: Path,
  { operationId, summary }: { operationId: string; summary: string },
) {
  return {
    method,
    path,
    operationId,
    summary,
    tags,
    security: [],
    responses: { 200: json(dataOf(SessionBody), 'The session as it is now'), ...errorResponses },
    middleware: method === 'post' ? [ownPagesOnly, readBody] : [ownPagesOnly],
  }
}

const readRoute = createRoute(
  sessionRoute('get', '/session', {
    operationId: 'getSession',
    summary: 'What this browser is signed in to; it stays so for twelve hours more',
  }),
)

const signInRoute = createRoute({
  ...sessionRoute('post', '/session', {
    operationId: 'signIn',
    summary: "Sign in to a token's environment, beside those that are signed in to",
  }),
  request: { body: jsonBody(z.object({ token: z.string().max(500) })) },
})

const signInLocallyRoute = createRoute({
  ...sessionRoute('post', '/session/local', {
    operationId: 'signInLocally',
    summary: 'Sign in to an environment of a local server, by its well-known token',
  }),
  request: { body: jsonBody(z.object({ environment: z.enum(LOCAL_NAMES) })) },
})

const switchRoute = createRoute({
  ...sessionRoute('post', '/session/switch', {
    operationId: 'switchEnvironment',
    summary: 'Make another environment the current one',
  }),
  request: { body: jsonBody(z.object({ environment_id: Id })) },
})

const signOutRoute = createRoute({
  ...sessionRoute('delete', '/session', {
    operationId: 'signOut',
    summary: 'Sign out of one environment, or of all',
  }),
  request: { query: z.object({ environment_id: Id.optional() }) },
})

/** Sessions of browsers: an API token in a cookie that only this Worker can read. */
export function sessionRoutes(app: App): void {
  app.openapi(readRoute, async (c) => {
    const keys = await readSecretKeys(c.env)
    const session = keys === null ? null : await openSession(keys, c.req.raw, Date.now())
    if (keys === null || session === null) {
      return c.json({ data: await signedOut(c) }, 200)
    }
    return c.json({ data: await keepSession(c, keys, session) }, 200)
  })

  app.openapi(signInRoute, async (c) => {
    const { token } = c.req.valid('json')
    const signedIn = await signIn(c, token.trim())
    if ('status' in signedIn) return c.json({ message: signedIn.message }, signedIn.status)
    return c.json({ data: signedIn }, 200)
  })

  app.openapi(signInLocallyRoute, async (c) => {
    const { environment } = c.req.valid('json')
    if (!isLoopback(c.req.raw)) {
      return c.json({ message: 'Only a page of this very machine may sign in so.' }, 403)
    }
    const signedIn = await signIn(c, LOCAL_TOKENS[environment])
    if ('status' in signedIn) return c.json({ message: signedIn.message }, signedIn.status)
    return c.json({ data: signedIn }, 200)
  })

  app.openapi(switchRoute, async (c) => {
    const opened = await openOwnSession(c)
    if ('status' in opened) return c.json({ message: opened.message }, opened.status)
    const { keys, session } = opened
    const { environment_id: current } = c.req.valid('json')
    if (!session.entries.some(({ environmentId }) => environmentId === current)) {
      return c.json({ message: `environment_id: not signed in to ${current}` }, 404)
    }
    return c.json({ data: await keepSession(c, keys, { ...session, current }) }, 200)
  })

  app.openapi(signOutRoute, async (c) => {
    const opened = await openOwnSession(c)
    if ('status' in opened) return c.json({ message: opened.message }, opened.status)
    const { keys, session } = opened
    const { environment_id: left } = c.req.valid('query')
    const entries = session.entries.filter(
      (entry) => left !== undefined && entry.environmentId !== left,
    )
    if (entries.length === 0) {
      c.header('set-cookie', endSession(c.req.raw))
      return c.json({ data: await signedOut(c) }, 200)
    }
    return c.json({ data: await keepSession(c, keys, { ...session, entries }) }, 200)
  })
}

/** The session of a request that may change it. */
async function openOwnSession(
  c: AppContext,
): Promise<Unauthenticated | { keys: SecretKeys; session: Session }> {
  const keys = await readSecretKeys(c.env)
  if (keys === null) return { status: 503, message: NO_SECRET }
  const session = await openSession(keys, c.req.raw, Date.now())
  if (session === null) return { status: 401, message: 'There is no session.' }
  const refused = await refuseForgery(keys, session, c.req.raw)
  if (refused !== null) return { status: 403, message: refused }
  return { keys, session }
}

async function signIn(
  c: AppContext,
  token: string,
): Promise<z.infer<typeof SessionBody> | { status: 400 | 401 | 403 | 503; message: string }> {
  const keys = await readSecretKeys(c.env)
  if (keys === null) return { status: 503, message: NO_SECRET }
  const tokenHash = await hashText(token)
  const found = await useToken(c.env, tokenHash)
  if (found === null) {
    return { status: 401, message: 'token: no such token, or it was revoked' }
  }
  const { environment, principal } = found
  if (!allows(principal.scope, 'read')) {
    return {
      status: 403,
      message: 'token: it only sends events, and reads nothing; sign in with one that reads',
    }
  }
  const former = await openSession(keys, c.req.raw, Date.now())
  const others = (former?.entries ?? []).filter((entry) => entry.environmentId !== environment.id)
  if (others.length >= ENVIRONMENTS_MAX) {
    const message = `A session has at most ${ENVIRONMENTS_MAX} environments; sign out of one first.`
    return { status: 400, message }
  }
  return keepSession(c, keys, {
    id: former?.id ?? crypto.randomUUID(),
    sealedAt: 0,
    current: environment.id,
    entries: [...others, { environmentId: environment.id, tokenHash }],
  })
}

/** Sets the cookie anew, without environments whose tokens work no more, and says what is left. */
async function keepSession(
  c: AppContext,
  keys: SecretKeys,
  session: Session,
): Promise<z.infer<typeof SessionBody>> {
  const found = await Promise.all(session.entries.map((entry) => useToken(c.env, entry.tokenHash)))
  const live = found.filter((token) => token !== null)
  if (live.length === 0) {
    c.header('set-cookie', endSession(c.req.raw))
    return signedOut(c)
  }
  const entries = session.entries.filter((_, i) => found[i] !== null)
  const isThere = entries.some(({ environmentId }) => environmentId === session.current)
  const current = isThere ? session.current : entries[0]!.environmentId
  const kept = { ...session, sealedAt: Date.now(), current, entries }
  c.header('set-cookie', await sealSession(keys, c.req.raw, kept))
  return {
    environments: live.map(toApiEnvironment),
    current,
    csrf: await csrfToken(keys, kept),
    local: await hasLocalTokens(c),
  }
}

async function signedOut(c: AppContext): Promise<z.infer<typeof SessionBody>> {
  return { environments: [], current: null, csrf: null, local: await hasLocalTokens(c) }
}

/** Whether the well-known tokens work here, and the request comes from this machine. */
async function hasLocalTokens(c: AppContext): Promise<boolean> {
  if (!isLoopback(c.req.raw)) return false
  const hash = await hashText(LOCAL_TOKENS.sandbox)
  return (await findLiveToken(openDatabase(c.env.DB), hash)) !== null
}

function toApiEnvironment({ principal, environment }: Authenticated) {
  const { id, name, kind } = environment
  const scope = TOKEN_SCOPES.find((known) => known === principal.scope)!
  return { id, name, kind, scope, token_name: principal.tokenName }
}
