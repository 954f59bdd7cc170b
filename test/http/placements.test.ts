import { expect, test } from 'vitest'
import { createTestApi, withScope } from '../support/api.ts'
import { createdId, createMetric, UNKNOWN_ID } from '../support/catalog.ts'

const MARCH = { starting_on: '2026-03-01T00:00:00Z', ending_before: '2026-03-11T00:00:00Z' }

function event(transaction_id: string, customer_id: string) {
  const timestamp = '2026-03-02T10:00:00Z'
  return { transaction_id, customer_id, event_type: 'call', timestamp, properties: {} }
}

async function createPlaced(sharedMeters = 1) {
  const api = await createTestApi({ settings: { sharedMeters } })
  const customerId = await createdId(api, '/v1/customers', {
    name: 'Acme',
    ingest_aliases: ['acme'],
  })
  await createMetric(api, { aggregation_type: 'COUNT' })
  const path = `/v1/customers/${customerId}/placement`
  const place = (meters: unknown) => api.call('POST', path, { meters })
  const readTotal = async (id = customerId): Promise<number | null> => {
    const question = { ...MARCH, window_size: 'NONE', customer_ids: [id] }
    return (await api.call('POST', '/v1/usage', question)).body.data[0].value
  }
  return { api, customerId, path, place, readTotal }
}

test('a customer shares meters until it gets its own, which can become more but not fewer', async () => {
  const { api, path, place } = await createPlaced(3)
  expect((await api.call('GET', path)).body.data).toEqual({
    kind: 'shared',
    meters: 3,
    is_moving: false,
  })
  const own = (meters: number) => ({ data: { kind: 'own', meters, is_moving: false } })
  expect(await place(2)).toMatchObject({ status: 200, body: own(2) })
  expect((await api.call('GET', path)).body).toEqual(own(2))
  expect(await place(2)).toMatchObject({ status: 200, body: own(2) })
  expect(await place(4)).toMatchObject({ status: 200, body: own(4) })
  expect(await place(3)).toMatchObject({
    status: 409,
    body: { message: 'meters: the customer has 4 meters of its own, which cannot become fewer' },
  })
  for (const meters of [0, 65, 1.5, '2', undefined]) expect((await place(meters)).status).toBe(400)
})

test('placements are for tokens of full scope, and for customers that there are', async () => {
  const { api, customerId, path, place } = await createPlaced()
  const reader = await withScope(api, 'read-only')
  expect((await reader.call('GET', path)).status).toBe(403)
  expect((await reader.call('POST', path, { meters: 1 })).status).toBe(403)
  const unknown = `/v1/customers/${UNKNOWN_ID}/placement`
  expect((await api.call('GET', unknown)).status).toBe(404)
  expect((await api.call('POST', unknown, { meters: 1 })).status).toBe(404)
  await api.call('POST', '/v1/customers/archive', { id: customerId })
  expect((await place(1)).status).toBe(404)
  expect((await api.call('GET', path)).status).toBe(200)
})

test('wherever its meters are, a customer is billed, found, verified and replayed alike', async () => {
  const { api, customerId, place, readTotal } = await createPlaced(2)
  const batch = (from: number, to: number, id = 'acme') =>
    Array.from({ length: to - from }, (_, i) => event(`t${from + i}`, id))
  await api.call('POST', '/v1/ingest', batch(0, 20))
  await place(3)
  const mixed = [...batch(15, 30, customerId), ...batch(0, 10, 'somebody')]
  const second = await api.call('POST', '/v1/ingest', mixed, { prefer: 'return=representation' })
  expect(second.body.data).toMatchObject({ accepted: 20, duplicates: 5, errors: [] })
  const statuses = second.body.data.receipts.map(({ status }: { status: string }) => status)
  expect(statuses.slice(0, 6)).toEqual([
    ...Array.from({ length: 5 }, () => 'duplicate'),
    'accepted',
  ])
  const lines = batch(25, 35).map((item) => JSON.stringify(item))
  const bulk = await api.call('POST', '/v1/ingest/bulk', [...lines, 'nonsense'].join('\n'), {
    'content-type': 'application/x-ndjson',
  })
  expect(bulk.body.data).toMatchObject({ accepted: 5, duplicates: 5, rejected: 1 })
  expect(await readTotal()).toBe(35)
  const transactionIds = ['t1', 't17', 't29', 't34']
  const found = await api.call('POST', '/v1/events/search', { transactionIds })
  const items = found.body.map((item: Record<string, unknown>) =>
    [item['transaction_id'], item['customer_id'], item['is_duplicate']].join(' '),
  )
  expect(items.sort()).toEqual(
    [
      't1 acme false',
      't1 somebody false',
      't17 acme false',
      `t17 ${customerId} true`,
      't29 acme true',
      `t29 ${customerId} false`,
      't34 acme false',
    ].sort(),
  )
  const { body: quarantine } = await api.call('GET', '/v1/events/quarantine')
  const { id } = quarantine.data[0]
  const replayed = await api.call('POST', '/v1/events/quarantine/replay', {
    events: [{ id, event: event('t2', customerId) }],
  })
  expect(replayed.body.data).toEqual([{ id, status: 'duplicate' }])
  const verified = await api.call('POST', '/v1/usage/verify', { customer_id: customerId, ...MARCH })
  expect(verified.body.data).toMatchObject({ verified: true, events_read: 45 })
})

test('an alias that is set takes its usage along, whoever has meters of its own', async () => {
  const { api, customerId, place, readTotal } = await createPlaced()
  const other = await createdId(api, '/v1/customers', { name: 'Globex' })
  await api.call('POST', '/v1/ingest', [event('t1', 'acme'), event('t1', other)])
  await place(2)
  await api.call('POST', '/v1/ingest', [event('t2', 'acme'), event('t2', customerId)])
  const setAliases = (id: string, ingest_aliases: string[]) =>
    api.call('POST', `/v1/customers/${id}/setIngestAliases`, { ingest_aliases })
  expect(await readTotal()).toBe(2)
  await setAliases(customerId, [])
  expect(await readTotal()).toBeNull()
  expect((await setAliases(other, ['acme'])).status).toBe(200)
  // Its own t1 is a duplicate of the alias's now.
  expect(await readTotal(other)).toBe(2)
  await setAliases(other, [])
  expect(await readTotal(other)).toBe(1)
  await setAliases(customerId, ['acme'])
  expect(await readTotal()).toBe(2)
})
