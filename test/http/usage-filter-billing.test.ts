import { expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../support/api.ts'
import { addRate, createdId, createRateCard } from '../support/catalog.ts'

const MARCH_20 = Date.parse('2026-03-20T12:00:00Z')

/** A card with unique users, kept by org, and bytes in SQL by the hour, each at 1. */
async function createCard(api: TestApi): Promise<string> {
  const metricIds = [
    await createdId(api, '/v1/billable-metrics/create', {
      name: 'Users',
      aggregation_type: 'UNIQUE',
      aggregation_key: 'user',
      property_filters: [
        { name: 'user', exists: true },
        { name: 'org', exists: true },
      ],
      group_keys: [['org']],
    }),
    await createdId(api, '/v1/billable-metrics/create', {
      name: 'Bytes',
      sql: 'SELECT SUM(properties.bytes) AS value FROM events',
    }),
  ]
  const rateCardId = await createRateCard(api)
  for (const [i, name] of ['Users', 'Bytes'].entries()) {
    const productId = await createdId(api, '/v1/contract-pricing/products/create', {
      name,
      type: 'USAGE',
      billable_metric_id: metricIds[i],
      ...(name === 'Bytes' && { sql_breakdown_granularity: 'HOUR' }),
    })
    await addRate(api, { rate_card_id: rateCardId, product_id: productId, price: 1 })
  }
  return rateCardId
}

test('contracts of one customer share its usage by their filters, also as these change', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const rate_card_id = await createCard(api)
  const customer_id = await createdId(api, '/v1/customers', {
    name: 'Acme',
    ingest_aliases: ['acme'],
  })
  const sign = (...group_values: string[]) =>
    createdId(api, '/v1/contracts/create', {
      customer_id,
      rate_card_id,
      starting_at: '2026-03-01T00:00:00Z',
      usage_filter: { group_key: 'org', group_values },
    })
  const first = await sign('a', 'b')
  const second = await sign('c')
  const use = (day: string, org: string, user: string, bytes: number) => ({
    transaction_id: crypto.randomUUID(),
    customer_id: 'acme',
    event_type: 'use',
    timestamp: `2026-03-${day}T10:00:00Z`,
    properties: { org, user, bytes },
  })
  await api.call('POST', '/v1/ingest', [
    use('02', 'a', 'ann', 5),
    use('03', 'b', 'ann', 7),
    use('04', 'b', 'bob', 1),
    use('05', 'c', 'ann', 100),
    use('15', 'c', 'cid', 40),
    use('16', 'b', 'dan', 3),
  ])
  const billed = async (contractId: string) => {
    const path = `/v1/customers/${customer_id}/invoices?contract_id=${contractId}`
    const [draft] = (await api.call('GET', path)).body.data
    return Object.fromEntries(
      draft.line_items.map((line: Record<string, never>) => [line['name'], line['quantity']]),
    )
  }
  // Ann is one user, in whichever org.
  expect(await billed(first)).toEqual({ Users: 3, Bytes: 16 })
  expect(await billed(second)).toEqual({ Users: 2, Bytes: 140 })
  const changed = await api.call('POST', '/v1/contracts/setUsageFilter', {
    customer_id,
    contract_id: first,
    group_key: 'org',
    group_values: ['a', 'c'],
    starting_at: '2026-03-10T00:00:00Z',
  })
  expect(changed).toMatchObject({ status: 200 })
  // From the 10th on, cid of c instead of dan of b.
  expect(await billed(first)).toEqual({ Users: 3, Bytes: 53 })
  expect(await billed(second)).toEqual({ Users: 2, Bytes: 140 })
})
