import { HOUR_MS, SECOND_MS } from '../core/time.ts'
import type { SecretKeys } from './secret-keys.ts'

/** A session that is not renewed for so long is over. */
export const SESSION_LIFETIME_MS = 12 * HOUR_MS

const COOKIE = 'tactus_session'
const IV_BYTES = 12

/** What a browser is signed in to: one token for each of several environments. */
export interface Session {
  /** Random; what its CSRF token is derived from. */
  id: string
  /** When it was sealed last; real time. */
  sealedAt: number
  /** The environment of requests that name none; null when none is left. */
  current: string | null
  /** Tokens by their hashes, as the database knows them: a revoked one is found no more. */
  entries: { environmentId: string; tokenHash: string }[]
}

/** The session of a request's cookie, or null when there is none that is whole and still lives. */
export async function openSession(
  keys: SecretKeys,
  request: Request,
  nowMs: number,
): Promise<Session | null> {
  const sealed = readCookie(request)
  if (sealed === null) return null
  try {
    const bytes = Buffer.from(sealed, 'base64url')
    const opened = await crypto.subtle.decrypt(
      { name: 'AES-GCM', iv: bytes.subarray(0, IV_BYTES) },
      keys.session,
      bytes.subarray(IV_BYTES),
    )
    // Only this Worker can have sealed it.
    const session = JSON.parse(new TextDecoder().decode(opened)) as Session
    return nowMs - session.sealedAt < SESSION_LIFETIME_MS ? session : null
  } catch {
    return null
  }
}

/** The `Set-Cookie` header that keeps a session from now on. */
export async function sealSession(
  keys: SecretKeys,
  request: Request,
  session: Session,
): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
  const text = new TextEncoder().encode(JSON.stringify(session))
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, keys.session, text)
  const value = Buffer.concat([iv, new Uint8Array(sealed)]).toString('base64url')
  return cookieText(request, value, SESSION_LIFETIME_MS / SECOND_MS)
}

/** The `Set-Cookie` header that ends the session. */
export function endSession(request: Request): string {
  return cookieText(request, '', 0)
}

export function hasSessionCookie(request: Request): boolean {
  return readCookie(request) !== null
}

function readCookie(request: Request): string | null {
  const cookies = request.headers.get('cookie')
  if (cookies === null) return null
  return new RegExp(`(?:^|;\\s*)${COOKIE}=([\\w-]+)`).exec(cookies)?.[1] ?? null
}

function cookieText(request: Request, value: string, maxAgeSeconds: number): string {
  // Locally there is no TLS; any other host is served over it, if only by a proxy before this one.
  const secure = isLoopback(request) ? '' : '; Secure'
  return `${COOKIE}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${secure}`
}

/** Whether a request was sent to this machine by a name that means this machine. */
export function isLoopback(request: Request): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(request.url).hostname)
}
