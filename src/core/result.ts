/** What an operation that may be refused answers: expected refusals are values, faults are exceptions. */
export type Result<T, E = Refusal> = { ok: true; value: T } | { ok: false; error: E }

/**
 * Why a request is refused. `code` decides the HTTP status (see `http/errors.ts`), `message` is
 * complete on its own: it names the field and says what was expected (ER-10).
 */
export interface Refusal {
  code:
    | 'invalid'
    | 'forbidden'
    | 'not_found'
    | 'conflict'
    | 'too_large'
    | 'rate_limited'
    | 'overloaded'
  message: string
  /** When the same request may be accepted, where that is known. */
  retryAfterMs?: number
}

export function ok<T>(value: T): { ok: true; value: T } {
  return { ok: true, value }
}

export function refuse(code: Refusal['code'], message: string): { ok: false; error: Refusal } {
  return { ok: false, error: { code, message } }
}

/** A refusal by which a stream ends, since a stream has no other way to tell of one. */
export class RefusalError extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(refusal.message)
    this.refusal = refusal
  }
}

/** For what cannot be: a failed assertion is a defect of ours, never of the caller's input. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Assertion failed: ${message}`)
}

/** Closes a union: a new member that is not handled fails the build here. */
export function unreachable(value: never): never {
  throw new Error(`Unreachable value: ${JSON.stringify(value)}`)
}
