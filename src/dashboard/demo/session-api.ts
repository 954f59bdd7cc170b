import { isStillRunning } from '../api/attempt.ts'
import { request } from '../api/request.ts'
import type { DemoApi } from './demo-api.ts'

/** What a page that was closed had begun is given up after a minute; until then it is waited for. */
const WAIT_MS = 3_000
const WAITS_MAX = 25

/** An environment of the session, by its id. */
export function sessionApi(environment: string): DemoApi {
  return {
    async post<Answer>(path: string, body: unknown, once?: string) {
      const key = once === undefined ? {} : { idempotencyKey: once }
      for (let waits = 0; ; waits++) {
        try {
          return await request<Answer>('POST', path, { body, environment, ...key })
        } catch (error) {
          if (waits >= WAITS_MAX || !isStillRunning(error)) throw error
          await new Promise((resolve) => setTimeout(resolve, WAIT_MS))
        }
      }
    },
  }
}
