import { z } from '@hono/zod-openapi'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { MetricRefusal } from '../core/catalog/define-metric.ts'
import type { Refusal } from '../core/result.ts'
import { SECOND_MS } from '../core/time.ts'
import type { AppContext } from './context.ts'
import { json } from './schemas.ts'

/** Every 4xx and 5xx has this body (ER-1). */
export const ErrorBody = z
  .object({
    message: z.string().openapi({ description: 'What was wrong, complete on its own.' }),
    code: z.string().optional().openapi({
      description:
        'Of refused SQL, as are the other members: what kind of mistake it is, such as `syntax` or `unknown_column`.',
    }),
    line: z.number().optional().openapi({ description: 'From 1.' }),
    column: z.number().optional().openapi({ description: 'From 1, in UTF-16 code units.' }),
    position: z.number().optional().openapi({ description: 'Of the first character, from 0.' }),
    end: z.number().optional().openapi({ description: 'Behind the last character, from 0.' }),
    offending: z.string().optional().openapi({ description: 'The text that it is about.' }),
    hint: z.string().optional().openapi({ description: 'What would be accepted.' }),
  })
  .openapi('Error')

const STATUS: Record<Refusal['code'], 400 | 403 | 404 | 409 | 413 | 429 | 503> = {
  invalid: 400,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  rate_limited: 429,
  overloaded: 503,
}

/** Answers a refusal. A conflict will not go away by itself, so the SDK is told not to retry it. */
export function fail(c: AppContext, error: Refusal) {
  return failWith(c, error, { message: error.message })
}

/** The same with a body that says more. */
export function failWith<Body extends { message: string }>(
  c: AppContext,
  error: Refusal,
  body: Body,
) {
  const { status, headers } = describeRefusal(error)
  for (const [name, value] of Object.entries(headers)) c.header(name, value)
  return c.json(body, status)
}

/** Answers why a metric's SQL is refused, and where in it. */
export function failSql(c: AppContext, error: MetricRefusal) {
  return failWith(c, error, { message: error.message, ...error.sql })
}

/** The status of a refusal, and the headers that tell a client what to do about it. */
export function describeRefusal(error: Refusal) {
  const status = STATUS[error.code]
  const headers: Record<string, string> = {}
  if (status === 409) headers['x-should-retry'] = 'false'
  if (status === 429) headers['x-metronome-rate-limit-type'] = 'client'
  if (status === 429 || status === 503) {
    headers['retry-after'] = retryAfterSeconds(error.retryAfterMs ?? SECOND_MS)
  }
  return { status, headers }
}

const RETRY_AFTER_SECONDS_MAX = 3_600

/** The header has whole seconds. */
function retryAfterSeconds(ms: number): string {
  return String(Math.min(Math.max(Math.ceil(ms / SECOND_MS), 1), RETRY_AFTER_SECONDS_MAX))
}

const DESCRIPTIONS = {
  400: 'The request is malformed or breaks a rule; the message names the field.',
  401: 'The token is missing or unknown.',
  403: "The token's scope does not allow this.",
  404: 'There is no such resource in this environment.',
  409: 'The request conflicts with what exists.',
  413: 'The request body is too large.',
  429: 'More than the environment allows for a second; try again later.',
  503: 'Too busy to take the request now; try again.',
} as const

/** The error responses of a route, for its definition: all that `fail` may answer. */
export const errorResponses = {
  400: json(ErrorBody, DESCRIPTIONS[400]),
  401: json(ErrorBody, DESCRIPTIONS[401]),
  403: json(ErrorBody, DESCRIPTIONS[403]),
  404: json(ErrorBody, DESCRIPTIONS[404]),
  409: json(ErrorBody, DESCRIPTIONS[409]),
  413: json(ErrorBody, DESCRIPTIONS[413]),
  429: json(ErrorBody, DESCRIPTIONS[429]),
  503: json(ErrorBody, DESCRIPTIONS[503]),
}

interface ValidationIssue {
  path: PropertyKey[]
  message: string
  /** Of a value that may have several forms: what keeps it from each. */
  errors?: ValidationIssue[][]
}

/** One sentence for each broken rule: `tiers[0].price: expected number, received string`. */
export function describeIssues(issues: readonly ValidationIssue[]): string {
  return issues
    .flatMap(ofNearestForm)
    .slice(0, 10)
    .map(({ path, message }) => {
      const text = message.replace(/^Invalid input: /, '')
      return path.length === 0 ? `The request body: ${text}` : `${formatPath(path)}: ${text}`
    })
    .join('; ')
}

/** Where several forms are allowed, what keeps a value from the one that it is nearest to. */
function ofNearestForm(issue: ValidationIssue): ValidationIssue[] {
  // One that has words of its own says it better.
  const { path, errors: forms = [], message } = issue
  if (message !== 'Invalid input') return [issue]
  const inner = forms.map((issues) => issues.flatMap(ofNearestForm))
  const begun = inner.filter((issues) => issues.every((each) => each.path.length > 0))
  const [nearest] = begun.toSorted((a, b) => a.length - b.length)
  if (nearest !== undefined) {
    return nearest.map((each) => ({ path: [...path, ...each.path], message: each.message }))
  }
  const messages = new Set(inner.flatMap((issues) => issues.map((each) => each.message)))
  return messages.size === 0 ? [issue] : [{ path, message: [...messages].join(', or ') }]
}

function formatPath(path: PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : `${text && `${text}.`}${String(part)}`,
    '',
  )
}

/** What an exception is answered with: a fault of ours is logged, and not shown. */
export function describeError(error: unknown, request: string) {
  const status = statusOfError(error)
  if (status < 500 || status === 503) return { status, message: (error as Error).message }
  console.error(request, error)
  return { status, message: 'Internal error. The request may be retried.' }
}

/** The status of an error that carries one. */
function statusOfError(error: unknown): ContentfulStatusCode {
  const status = (error as { status?: unknown }).status
  const isMeant = typeof status === 'number' && ((status >= 400 && status < 500) || status === 503)
  return isMeant ? (status as ContentfulStatusCode) : 500
}
