import { createMiddleware } from 'hono/factory'
import type { AppEnv } from './context.ts'

/**
 * Refuses a request with a query parameter that the route does not know: a filter that is
 * misspelled would be no filter. Not for routes of the API that is spoken here, whose clients may
 * send what is not served.
 */
export function refuseUnknownQuery(names: readonly string[]) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const unknown = Object.keys(c.req.queries()).find((name) => !names.includes(name))
    if (unknown === undefined) return await next()
    const expected = names.length === 0 ? 'none' : names.join(', ')
    return c.json(
      { message: `${unknown.slice(0, 100)}: no such query parameter; expected ${expected}` },
      400,
    )
  })
}
