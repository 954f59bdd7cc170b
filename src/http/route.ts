import { createRoute, type OpenAPIHono, type RouteConfig } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { ZodObject } from 'zod'
import type { RateSetting } from '../actions/take-from-rate.ts'
import type { Access } from './access.ts'
import { authenticate, checkBodyCustomer, type AccessRules } from './auth.ts'
import { readBody } from './body.ts'
import type { AppEnv } from './context.ts'
import { errorResponses } from './errors.ts'
import { idempotency } from './idempotency.ts'
import { refuseUnknownQuery } from './query.ts'
import { limitRate } from './rate-limits.ts'

export type App = OpenAPIHono<AppEnv>

interface ApiRoute<Path extends string>
  extends Omit<RouteConfig, 'path' | 'method' | 'security'>, AccessRules {
  method: 'get' | 'post' | 'put'
  path: Path
  access: Access
  operationId: string
  tags: string[]
  summary: string
  /** Not of the API that is spoken here: what its query has beyond what is described is refused. */
  isOwn?: boolean
  /** False for a POST whose answer must not be kept, such as a new token. */
  keepsAnswer?: boolean
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
  const { access, responses, keepsAnswer = true, isOwn = false, limitedBy, ...others } = route
  const { onlyIn, isFrequent, embeddable, ...rest } = others
  const hasBody = route.request?.body !== undefined
  const withErrors: R['responses'] & typeof errorResponses = { ...responses, ...errorResponses }
  return createRoute({
    ...rest,
    security: [{ bearerAuth: [] }],
    responses: withErrors,
    middleware: [
      authenticate(access, { onlyIn, isFrequent, embeddable }),
      ...(isOwn ? [refuseUnknownQuery(namesOf(route.request?.query))] : []),
      ...(limitedBy === undefined ? [] : [limitRate(limitedBy, route.operationId)]),
      ...(hasBody ? [readBody] : []),
      ...(embeddable?.by === 'body' ? [checkBodyCustomer] : []),
      ...(route.method === 'post' && access !== 'read' && keepsAnswer ? [idempotency] : []),
    ] as MiddlewareHandler<AppEnv>[],
  })
}

function namesOf(query: unknown): string[] {
  return query instanceof ZodObject ? Object.keys(query.shape) : []
}
