import { settingsOf, type Environment } from '../core/environment.ts'
import { takeTokens, type TokenBucket } from '../core/rate-limit.ts'
import { ok, type Result } from '../core/result.ts'

/** The settings that bound how often something is done in a second. */
export type RateSetting = 'ingestEventsPerSecond' | 'searchesPerSecond'

/** What is counted, and how the API calls the setting. */
const NAMES: Record<RateSetting, { noun: string; setting: string }> = {
  ingestEventsPerSecond: { noun: 'events', setting: 'ingest_events_per_second' },
  searchesPerSecond: { noun: 'requests', setting: 'searches_per_second' },
}

// Buckets are this isolate's own: where requests are spread over several, each allows the rate.
const buckets = new Map<string, TokenBucket>()
const BUCKETS_MAX = 10_000

/**
 * Takes `count` from what the environment allows in a second: in real time, whatever its clock says.
 * @param operation what is counted together
 * @returns `rate_limited` with the time to wait; then nothing was taken
 */
export function takeFromRate(
  environment: Environment,
  setting: RateSetting,
  { operation, count = 1 }: { operation: string; count?: number },
): Result<null> {
  const perSecond = settingsOf(environment)[setting]
  if (perSecond === null) return ok(null)
  const key = `${environment.id}/${operation}`
  const taken = takeTokens(buckets.get(key) ?? null, { count, perSecond, nowMs: Date.now() })
  if (buckets.size >= BUCKETS_MAX && !buckets.has(key)) buckets.clear()
  buckets.set(key, taken.bucket)
  if (taken.waitMs === 0) return ok(null)
  const { noun, setting: name } = NAMES[setting]
  const message = `Too many ${noun}: this environment allows ${perSecond} a second (${name}). Try again later.`
  return { ok: false, error: { code: 'rate_limited', message, retryAfterMs: taken.waitMs } }
}
