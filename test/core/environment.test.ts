import { expect, test } from 'vitest'
import { dedupeLifetimeMs, settingsOf } from '../../src/core/environment.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/time.ts'

test('what is not set has its default', () => {
  expect(settingsOf({ settings: { graceMs: 0 } })).toEqual({
    backdatingMaxMs: 34 * DAY_MS,
    futureMaxMs: 5 * MINUTE_MS,
    graceMs: 0,
    strictIngest: false,
    ingestEventsPerSecond: null,
    embedLifetimeMs: 24 * HOUR_MS,
    searchesPerSecond: 8,
    sharedMeters: 1,
    seller: {},
  })
})

test('transaction ids are kept for 35 days and 5 minutes by default (EV-47)', () => {
  expect(dedupeLifetimeMs({ settings: {} })).toBe(35 * DAY_MS + 5 * MINUTE_MS)
  expect(dedupeLifetimeMs({ settings: { futureMaxMs: 24 * HOUR_MS } })).toBe(36 * DAY_MS)
  expect(dedupeLifetimeMs({ settings: { backdatingMaxMs: 40 * DAY_MS } })).toBe(
    41 * DAY_MS + 5 * MINUTE_MS,
  )
})

test('an environment that takes no old events keeps transaction ids as long (EV-40)', () => {
  expect(dedupeLifetimeMs({ settings: { backdatingMaxMs: HOUR_MS } })).toBe(
    35 * DAY_MS + 5 * MINUTE_MS,
  )
})
