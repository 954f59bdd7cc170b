import { ApiError } from './request.ts'

/** What was sent, and the key under which the server does it once. */
export interface Attempt {
  text: string
  key: string
}

/** The attempt before, where the same is sent again; otherwise another one. */
export function attemptAt(text: string, before: Attempt | null): Attempt {
  return before?.text === text ? before : { text, key: newKey() }
}

/** Pages that do not come by HTTPS have no `crypto.randomUUID`. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * Whether nobody knows what came of a request: its answer was lost on the way, or it is still under
 * way. Any other answer is kept under the key, and would only come again.
 */
export function isUnanswered(error: unknown): boolean {
  if (!(error instanceof ApiError) || isStillRunning(error)) return true
  const { status } = error
  return status === 0 || status === 502 || status === 504 || status >= 520
}

/** Whether the same request, under its key, has not ended yet, or only just. */
export function isStillRunning(error: unknown): boolean {
  if (!(error instanceof ApiError) || error.status !== 409) return false
  return /Idempotency.*(still running|just ended)/.test(error.message)
}
