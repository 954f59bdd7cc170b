import type { Env } from '../env.ts'
import { NO_SECRET, readSecretKeys, type SecretKeys } from './secret-keys.ts'
import { openSession, type Session } from './session-cookie.ts'
import { useToken, type Authenticated } from './use-token.ts'

/** Names the environment of a request that a session authenticates; else it is the current one. */
export const ENVIRONMENT_HEADER = 'x-tactus-environment'
/** Carries what `GET /session` answers as `csrf`, on each request that is not a GET. */
export const CSRF_HEADER = 'x-tactus-csrf'

/** Why a request may not pass. */
export interface Unauthenticated {
  status: 401 | 403 | 503
  message: string
}

const SIGNED_OUT: Unauthenticated = {
  status: 401,
  message: 'The session is over, or knows no such environment: sign in again.',
}

/**
 * What a request may do by its session cookie. Whatever changes anything must come from a page of
 * this origin and carry the session's CSRF token; a WebSocket, which cannot carry one, must come
 * from a page of this origin.
 */
export async function authenticateSession(
  request: Request,
  env: Env,
): Promise<Authenticated | Unauthenticated> {
  const keys = await readSecretKeys(env)
  if (keys === null) return { status: 503, message: NO_SECRET }
  const session = await openSession(keys, request, Date.now())
  if (session === null) return SIGNED_OUT
  const refused = await refuseForgery(keys, session, request)
  if (refused !== null) return { status: 403, message: refused }
  const environmentId = request.headers.get(ENVIRONMENT_HEADER) ?? session.current
  const entry = session.entries.find((kept) => kept.environmentId === environmentId)
  if (entry === undefined) return SIGNED_OUT
  return (await useToken(env, entry.tokenHash)) ?? SIGNED_OUT
}

/** Null when the request is what the session's own pages send; otherwise what is wrong with it. */
export async function refuseForgery(
  keys: SecretKeys,
  session: Session,
  request: Request,
): Promise<string | null> {
  if (request.headers.get('upgrade') !== null) {
    const isOwn = request.headers.get('origin') !== null && isFromOwnPage(request)
    return isOwn ? null : FOREIGN_ORIGIN
  }
  if (request.method === 'GET' || request.method === 'HEAD') {
    const site = request.headers.get('sec-fetch-site')
    return site === null || site === 'same-origin' || site === 'none' ? null : FOREIGN_ORIGIN
  }
  if (!isFromOwnPage(request)) return FOREIGN_ORIGIN
  const sent = Buffer.from(request.headers.get(CSRF_HEADER) ?? '', 'base64url')
  const isRight = await crypto.subtle.verify('HMAC', keys.csrf, sent, encode(session.id))
  return isRight ? null : `${CSRF_HEADER}: expected the csrf of GET /session`
}

export const FOREIGN_ORIGIN =
  'A session is for pages of this origin only; elsewhere, send a token in the Authorization header.'

/** Whether a browser says that a page of this host sent the request; others than browsers say nothing. */
export function isFromOwnPage(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site')
  const origin = request.headers.get('origin')
  if (site !== null && site !== 'same-origin') return false
  if (origin === null) return true
  // The scheme is the browser's: before this server, a proxy may end TLS.
  return URL.canParse(origin) && new URL(origin).host === new URL(request.url).host
}

/** The token that a session's pages send with what changes anything. */
export async function csrfToken(keys: SecretKeys, session: Session): Promise<string> {
  const signature = await crypto.subtle.sign('HMAC', keys.csrf, encode(session.id))
  return Buffer.from(signature).toString('base64url')
}

function encode(text: string) {
  return new TextEncoder().encode(text)
}
