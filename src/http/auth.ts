import { createMiddleware } from 'hono/factory'
import { hashText } from '../actions/hash-text.ts'
import { createdId } from '../core/id.ts'
import type { Environment, EnvironmentKind } from '../core/environment.ts'
import { openDatabase } from '../db/database.ts'
import { findLiveToken } from '../db/api-tokens.ts'
import type { Env } from '../env.ts'
import { allows, type Access } from './access.ts'
import type { AppEnv, Principal } from './context.ts'

export interface Authenticated {
  principal: Principal
  environment: Environment
}

/**
 * How long an isolate trusts what it read of a token on the ingest path, where a database read per
 * request would cost more than the ingest. A token revoked elsewhere works at most this much longer.
 */
export const INGEST_AUTH_CACHE_MS = 5_000

/** Lets a request pass whose token allows this kind of access, and sets what handlers need of it. */
export function authenticate(
  access: Access,
  { onlyIn, isFrequent = false }: { onlyIn?: EnvironmentKind; isFrequent?: boolean } = {},
) {
  const readToken = isFrequent ? readIngestAuthorization : readAuthorization
  return createMiddleware<AppEnv>(async (c, next) => {
    const found = await readToken(c.env, c.req.header('authorization'))
    if (found === null) return c.json({ message: UNAUTHORIZED }, 401)
    if (!allows(found.principal.scope, access)) {
      return c.json({ message: forbiddenMessage(found.principal, access) }, 403)
    }
    if (onlyIn !== undefined && found.environment.kind !== onlyIn) {
      return c.json({ message: `Only tokens of a ${onlyIn} environment may use this.` }, 403)
    }
    const now = clockOf(found.environment)
    c.set('db', openDatabase(c.env.DB))
    c.set('principal', found.principal)
    c.set('environment', found.environment)
    c.set('now', now)
    c.set('newId', () => createdId(now, crypto.getRandomValues(new Uint8Array(16))))
    return await next()
  })
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

export async function readAuthorization(
  env: Env,
  authorization: string | undefined,
): Promise<Authenticated | null> {
  const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1]
  if (token === undefined) return null
  const row = await findLiveToken(openDatabase(env.DB), await hashText(token))
  if (row === null) return null
  const { id, name, scope } = row.token
  return { principal: { tokenId: id, tokenName: name, scope }, environment: row.environment }
}

const ingestCache = new Map<string, { readAt: number; found: Authenticated }>()

/** As `readAuthorization`, remembered for a moment unless the environment's clock may be moved. */
async function readIngestAuthorization(
  env: Env,
  authorization: string | undefined,
): Promise<Authenticated | null> {
  const key = authorization ?? ''
  const cached = ingestCache.get(key)
  if (cached !== undefined && Date.now() - cached.readAt < INGEST_AUTH_CACHE_MS) return cached.found
  const found = await readAuthorization(env, authorization)
  ingestCache.delete(key)
  if (found !== null && found.environment.kind === 'PRODUCTION') {
    if (ingestCache.size >= 1_000) ingestCache.clear()
    ingestCache.set(key, { readAt: Date.now(), found })
  }
  return found
}

/** The token of an ingesting request, or the answer that refuses it. */
export async function authorizeIngest(
  request: Request,
  env: Env,
): Promise<Authenticated | Response> {
  const authorization = request.headers.get('authorization') ?? undefined
  const found = await readIngestAuthorization(env, authorization)
  if (found === null) return Response.json({ message: UNAUTHORIZED }, { status: 401 })
  if (allows(found.principal.scope, 'ingest')) return found
  return Response.json({ message: forbiddenMessage(found.principal, 'ingest') }, { status: 403 })
}

/** Makes this isolate read tokens anew, after one of them was revoked. */
export function forgetIngestAuthorizations(): void {
  ingestCache.clear()
}
