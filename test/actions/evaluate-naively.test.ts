import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { evaluateNaively, type ProofBound } from '../../src/actions/evaluate-naively.ts'
import { evaluateInParts } from '../../src/actions/finalize-together.ts'
import { quarantineMeterName } from '../../src/core/metering/place.ts'
import { loadMetrics } from '../../src/db/billable-metrics.ts'
import { openDatabase } from '../../src/db/database.ts'
import { findEnvironment } from '../../src/db/environments.ts'
import { loadHeldIds } from '../../src/db/held-ids.ts'
import type { Env } from '../../src/env.ts'
import { createBilled } from '../support/billed.ts'
import { createdId } from '../support/catalog.ts'
import { completion } from '../support/offering.ts'

const bindings = env as unknown as Env

test('a proof that would take more than one may is divided among its customers, or refused', async () => {
  const { api, customerId, metricId } = await createBilled()
  const other = await createdId(api, '/v1/customers', { name: 'x', ingest_aliases: ['x'] })
  const event = completion('x', '2026-03-05T10:00:00Z', { tokens: 7 })
  await api.call('POST', '/v1/ingest', [{ ...event, customer_id: 'x' }])
  const db = openDatabase(bindings.DB)
  const environment = (await findEnvironment(db, api.environmentId))!
  const metrics = await loadMetrics(db, api.environmentId, [metricId])
  const held = await loadHeldIds(db, api.environmentId, [customerId, other])
  const boundaries = [Date.UTC(2026, 2, 1), Date.UTC(2026, 3, 1)]
  const needs = [customerId, other].map((id) => [
    {
      ingestIds: [...held.ingestIds.get(id)!],
      positions: { [quarantineMeterName(api.environmentId)]: 4 },
      metrics,
      queries: [{ metricId, groupKey: null, boundaries }],
    },
  ])
  const [bytesMax, partsMax] = [1e6, 1]
  const bound = { eventsReadMax: 9, eventsMax: 9, evaluationsMax: 9, bytesMax, partsMax }
  const readWith = async (part: Partial<ProofBound>) => {
    const parts = await evaluateInParts(bindings, environment, needs, { ...bound, ...part })
    return parts.map((answers) => answers?.map(({ eventsRead }) => eventsRead))
  }
  expect(await readWith({})).toEqual([[3], [1]])
  expect(await readWith({ eventsMax: 3 })).toEqual([[3], [1]])
  expect(await readWith({ eventsMax: 2 })).toEqual([undefined, [1]])
  expect(await readWith({ evaluationsMax: 2 })).toEqual([undefined, [1]])
  expect(await readWith({ eventsReadMax: 3 })).toEqual([undefined, undefined])
  const alone = await evaluateNaively(bindings, environment, needs[0]!, { ...bound, eventsMax: 2 })
  expect(alone).toMatchObject({
    error: { code: 'too_large', message: expect.stringContaining('2 events of the customer') },
  })
})

test('transaction ids that take too much memory are divided among several readings, with the same answer', async () => {
  const { api, customerId, metricId } = await createBilled()
  for (let i = 0; i < 40; i += 1) {
    await api.call('POST', '/v1/ingest', [completion(`e${i}`, '2026-03-05T10:00:00Z')])
  }
  const db = openDatabase(bindings.DB)
  const environment = (await findEnvironment(db, api.environmentId))!
  const held = await loadHeldIds(db, api.environmentId, [customerId])
  const need = {
    ingestIds: [...held.ingestIds.get(customerId)!],
    positions: { [quarantineMeterName(api.environmentId)]: 43 },
    metrics: await loadMetrics(db, api.environmentId, [metricId]),
    queries: [
      { metricId, groupKey: null, boundaries: [Date.UTC(2026, 2, 1), Date.UTC(2026, 3, 1)] },
    ],
  }
  const read = (bytesMax: number, placementVersion = 0, partsMax = 8) =>
    evaluateNaively(bindings, { ...environment, placementVersion }, [need], {
      eventsReadMax: 1e4,
      eventsMax: 1e4,
      evaluationsMax: 1e4,
      bytesMax,
      partsMax,
    })
  const whole = await read(1e6)
  expect(whole).toMatchObject({ value: [{ eventsRead: 43, findings: [] }] })
  expect(await read(1e6, 1)).toEqual(whole)
  // The tally itself takes 1,000; 43 ids take 1,280, and where they may be in several logs 11,000.
  expect(await read(1_700)).toEqual(whole)
  expect(await read(3_500, 1)).toEqual(whole)
  const message = expect.stringContaining('the memory that there is for the transaction ids')
  expect(await read(1_700, 0, 1)).toMatchObject({ error: { code: 'too_large', message } })
  expect(await read(900)).toMatchObject({ error: { code: 'too_large' } })
})
