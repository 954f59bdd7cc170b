import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect } from 'vitest'
import { quarantineMeterName } from '../../src/core/metering/place.ts'
import type { Env } from '../../src/env.ts'
import { createTestApi, type TestApi } from './api.ts'
import { createdId } from './catalog.ts'
import { completion, createOffering } from './offering.ts'

const bindings = env as unknown as Env
const MARCH_20 = Date.UTC(2026, 2, 20)

/** A customer of a frozen sandbox with three events in March, each a chunk of its own. */
export async function createBilled() {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const offering = await createOffering(api)
  const { customerId, rateCardId } = offering
  const contractId = await createdId(api, '/v1/contracts/create', {
    customer_id: customerId,
    rate_card_id: rateCardId,
    starting_at: '2026-03-01T00:00:00Z',
  })
  for (const [i, id] of ['a', 'b', 'c'].entries()) {
    const event = completion(id, `2026-03-0${i + 3}T10:00:00Z`, { tokens: 5 })
    expect((await api.call('POST', '/v1/ingest', [event])).status).toBe(200)
  }
  return { api, ...offering, contractId }
}

export function meterOf(api: TestApi) {
  return bindings.METER.getByName(quarantineMeterName(api.environmentId))
}

/** Runs a query on what the meter has stored, after its deltas have moved to the cells. */
export async function onMeter(api: TestApi, query: string, ...values: unknown[]) {
  await runDurableObjectAlarm(meterOf(api))
  return runInDurableObject(meterOf(api), (_, { storage }) =>
    storage.sql.exec(query, ...values).toArray(),
  )
}
