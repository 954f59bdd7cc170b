import { createMiddleware } from 'hono/factory'
import { takeFromRate, type RateSetting } from '../actions/take-from-rate.ts'
import type { AppEnv } from './context.ts'
import { fail } from './errors.ts'

/** Refuses requests beyond the environment's setting; each operation has a count of its own. */
export function limitRate(setting: RateSetting, operation: string) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const taken = takeFromRate(c.var.environment, setting, { operation })
    return taken.ok ? await next() : fail(c, taken.error)
  })
}
