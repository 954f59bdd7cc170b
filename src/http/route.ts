import { createRoute, type OpenAPIHono, type RouteConfig } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import type { RateSetting } from '../actions/take-from-rate.ts'
import type { EnvironmentKind } from '../core/environment.ts'
import type { Access } from './access.ts'
import { authenticate } from './auth.ts'
import { readBody } from './body.ts'
import type { AppEnv } from './context.ts'
import { errorResponses } from './errors.ts'
import { idempotency } from './idempotency.ts'
import { limitRate } from './rate-limits.ts'

export type App = OpenAPIHono<AppEnv>

interface ApiRoute<Path extends string> extends Omit<RouteConfig, 'path' | 'method' | 'security'> {
  method: 'get' | 'post' | 'put'
  path: Path
  access: Access
  operationId: string
  tags: string[]
  summary: string
  /** Only tokens of such an environment may call it. */
  onlyIn?: EnvironmentKind
  /** False for a POST whose answer must not be kept, such as a new token. */
  keepsAnswer?: boolean
  /** It is called all the time: what is read of tokens is trusted for a moment, as by ingest. */
  isFrequent?: boolean
  /** The environment's setting that bounds how often in a second it may be called. */
  limitedBy?: RateSetting
}

/**
 * A route of the API: from this one value come its types, its validation, its errors, what tokens
 * may call it, and its place in the OpenAPI document.
 */
export function apiRoute<const Path extends string, const R extends ApiRoute<Path>>(
  route: R & { path: Path },
) {
  const { access, responses, keepsAnswer = true, onlyIn, isFrequent, limitedBy, ...rest } = route
  const hasBody = route.request?.body !== undefined
  const withErrors: R['responses'] & typeof errorResponses = { ...responses, ...errorResponses }
  return createRoute({
    ...rest,
    security: [{ bearerAuth: [] }],
    responses: withErrors,
    middleware: [
      authenticate(access, { onlyIn, isFrequent }),
      ...(limitedBy === undefined ? [] : [limitRate(limitedBy, route.operationId)]),
      ...(hasBody ? [readBody] : []),
      ...(route.method === 'post' && access !== 'read' && keepsAnswer ? [idempotency] : []),
    ] as MiddlewareHandler<AppEnv>[],
  })
}
