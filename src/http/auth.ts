import { createMiddleware } from 'hono/factory'
import { hashText } from '../actions/hash-text.ts'
import { createdId } from '../core/id.ts'
import type { Dashboard } from '../core/embed-options.ts'
import type { Environment, EnvironmentKind } from '../core/environment.ts'
import { openDatabase } from '../db/database.ts'
import type { Env } from '../env.ts'
import { allows, type Access } from './access.ts'
import type { AppContext, AppEnv, Principal } from './context.ts'
import { authenticateEmbed, EMBED_PREFIX, type EmbedGrant } from './embed-token.ts'
import { authenticateSession, type Unauthenticated } from './session.ts'
import { hasSessionCookie } from './session-cookie.ts'
import { useToken, type Authenticated } from './use-token.ts'

/**
 * How long an isolate trusts what it read of a token on the ingest path, where a database read per
 * request would cost more than the ingest. A token revoked elsewhere works at most this much longer.
 */
export const INGEST_AUTH_CACHE_MS = 5_000

export interface AccessRules {
  /** Only tokens of such an environment may call it. */
  onlyIn?: EnvironmentKind
  /** What is read of tokens is trusted for a moment. */
  isFrequent?: boolean
  /** Lets embedded pages of the customer that a request names call it; absent: none may. */
  embeddable?: EmbeddableRule
}

export interface EmbeddableRule {
  /** Where the request names the customer whose things it reads. */
  by: 'path' | 'body'
  /** The pages that show what it answers. */
  in: readonly Dashboard[]
}

/** Lets a request pass whose token allows this kind of access, and sets what handlers need of it. */
export function authenticate(access: Access, rules: AccessRules = {}) {
  const { onlyIn, isFrequent = false } = rules
  return createMiddleware<AppEnv>(async (c, next) => {
    const found = await identify(c.req.raw, c.env, { isFrequent })
    if ('status' in found) return c.json({ message: found.message }, found.status)
    const refused = refuseAccess(c, found.principal, access, rules)
    if (refused !== null) return c.json({ message: refused }, 403)
    if (onlyIn !== undefined && found.environment.kind !== onlyIn) {
      return c.json({ message: `Only tokens of a ${onlyIn} environment may use this.` }, 403)
    }
    // What a customer reads in another site's frame is not to stay in its browser.
    if (found.principal.embed !== undefined) c.header('cache-control', 'no-store')
    const now = clockOf(found.environment)
    c.set('db', openDatabase(c.env.DB))
    c.set('principal', found.principal)
    c.set('environment', found.environment)
    c.set('now', now)
    c.set('newId', () => createdId(now, crypto.getRandomValues(new Uint8Array(16))))
    return await next()
  })
}

/** Null when who calls may; otherwise why not. */
function refuseAccess(
  c: AppContext,
  principal: Principal,
  access: Access,
  { embeddable }: AccessRules,
): string | null {
  if (!allows(principal.scope, access)) return forbiddenMessage(principal, access)
  const { embed } = principal
  if (embed === undefined) return null
  if (embeddable === undefined) return 'Embedded pages may not read this.'
  if (!embeddable.in.includes(embed.dashboard)) {
    return `The embedded page for ${embed.dashboard} does not read this.`
  }
  if (embeddable.by === 'body') return null
  return refuseCustomer(embed, c.req.param('customer_id'))
}

function refuseCustomer({ customer_id: own }: EmbedGrant, asked: unknown): string | null {
  const isOwn = typeof asked === 'string' && asked.toLowerCase() === own
  return isOwn ? null : 'This embedded page is of another customer.'
}

/** After `readBody`: holds an embedded page to the one customer that a body names. */
export const checkBodyCustomer = createMiddleware<AppEnv>(async (c, next) => {
  const { embed } = c.var.principal
  if (embed === undefined) return await next()
  const body = await c.req.json<{ customer_id?: unknown } | null>()
  const asked = body?.customer_id
  const refused = asked === undefined ? NO_CUSTOMER : refuseCustomer(embed, asked)
  return refused === null ? await next() : c.json({ message: refused }, 403)
})

const NO_CUSTOMER = 'Embedded pages read what is of one customer, which the body must name.'

/** Browsers set no headers on sockets: there the token is one of the offered subprotocols. */
function authorizationOf({ headers }: Request): string | null {
  const authorization = headers.get('authorization')
  if (authorization !== null || !isOpeningSocket(headers)) return authorization
  const offered = headers.get('sec-websocket-protocol')?.split(',') ?? []
  const token = offered.map((name) => name.trim()).find((name) => name.startsWith(TOKEN_PROTOCOL))
  return token === undefined ? null : `Bearer ${token.slice(TOKEN_PROTOCOL.length)}`
}

const TOKEN_PROTOCOL = 'bearer.'

export function isOpeningSocket(headers: Headers): boolean {
  return headers.get('upgrade')?.toLowerCase() === 'websocket'
}

const UNAUTHORIZED =
  'Send a valid API token in the Authorization header: "Authorization: Bearer <token>".'

function forbiddenMessage(principal: Principal, access: Access): string {
  return `The token "${principal.tokenName}" has the scope ${principal.scope}, which does not allow ${access} access.`
}

/** The environment's present instant: real time, or where its clock was set to stand. */
export function clockOf(environment: Environment): number {
  return environment.clockMs ?? Date.now()
}

/**
 * Who sends a request: by its Authorization header or, without one, by the session of its cookie.
 * Of a WebSocket's request as well.
 */
export async function identify(
  request: Request,
  env: Env,
  { isFrequent = false }: { isFrequent?: boolean } = {},
): Promise<Authenticated | Unauthenticated> {
  const authorization = authorizationOf(request)
  if (authorization === null && hasSessionCookie(request)) return authenticateSession(request, env)
  const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1]
  if (token === undefined) return UNAUTHENTICATED
  if (token.startsWith(EMBED_PREFIX)) return authenticateEmbed(token, env)
  const found = isFrequent ? await readCached(token, env) : await readToken(token, env)
  return found ?? UNAUTHENTICATED
}

const UNAUTHENTICATED: Unauthenticated = { status: 401, message: UNAUTHORIZED }

async function readToken(token: string, env: Env): Promise<Authenticated | null> {
  return useToken(env, await hashText(token))
}

const cache = new Map<string, { readAt: number; found: Authenticated }>()

/** As `readToken`, remembered for a moment unless the environment's clock may be moved. */
async function readCached(token: string, env: Env): Promise<Authenticated | null> {
  const cached = cache.get(token)
  if (cached !== undefined && Date.now() - cached.readAt < INGEST_AUTH_CACHE_MS) return cached.found
  const found = await readToken(token, env)
  cache.delete(token)
  if (found !== null && found.environment.kind === 'PRODUCTION') {
    if (cache.size >= 1_000) cache.clear()
    cache.set(token, { readAt: Date.now(), found })
  }
  return found
}

/** The token of an ingesting request, or the answer that refuses it. */
export async function authorizeIngest(
  request: Request,
  env: Env,
): Promise<Authenticated | Response> {
  const found = await identify(request, env, { isFrequent: true })
  if ('status' in found) {
    return Response.json({ message: found.message }, { status: found.status })
  }
  if (allows(found.principal.scope, 'ingest')) return found
  return Response.json({ message: forbiddenMessage(found.principal, 'ingest') }, { status: 403 })
}

/** Makes this isolate read tokens anew, after one of them was revoked. */
export function forgetIngestAuthorizations(): void {
  cache.clear()
}
