import { expect } from 'vitest'
import type { TestApi } from './api.ts'

/** An id that nothing has. */
export const UNKNOWN_ID = '01930000-0000-7000-8000-000000000000'

/** Creates a COUNT metric with these group keys, and the filters that they need. */
export async function createMetric(
  api: Pick<TestApi, 'call'>,
  { groupKeys = [], ...members }: { groupKeys?: string[][]; [field: string]: unknown } = {},
): Promise<string> {
  const names = [...new Set(groupKeys.flat())]
  return createdId(api, '/v1/billable-metrics/create', {
    name: 'Calls',
    aggregation_type: 'COUNT',
    property_filters: names.map((name) => ({ name, exists: true })),
    group_keys: groupKeys,
    ...members,
  })
}

/** Creates a USAGE product, with a metric of its own that is grouped by its keys. */
export async function createProduct(
  api: Pick<TestApi, 'call'>,
  {
    pricingGroupKey = [],
    ...members
  }: { pricingGroupKey?: string[]; [field: string]: unknown } = {},
): Promise<string> {
  const groupKeys = pricingGroupKey.length === 0 ? [] : [pricingGroupKey]
  return createdId(api, '/v1/contract-pricing/products/create', {
    name: 'Calls',
    type: 'USAGE',
    billable_metric_id: members['billable_metric_id'] ?? (await createMetric(api, { groupKeys })),
    pricing_group_key: pricingGroupKey,
    ...members,
  })
}

export async function createRateCard(
  api: Pick<TestApi, 'call'>,
  members: Record<string, unknown> = {},
): Promise<string> {
  return createdId(api, '/v1/contract-pricing/rate-cards/create', { name: 'Standard', ...members })
}

/** Adds a flat rate from 2026-03-01 on, unless it says otherwise. */
export async function addRate(
  api: Pick<TestApi, 'call'>,
  members: Record<string, unknown>,
): Promise<void> {
  const body = {
    starting_at: '2026-03-01T00:00:00Z',
    entitled: true,
    rate_type: 'FLAT',
    ...members,
  }
  const added = await api.call('POST', '/v1/contract-pricing/rate-cards/addRate', body)
  expect(added).toMatchObject({ status: 200 })
}

/** Adds keys of custom fields to an entity. */
export async function addFieldKeys(
  api: Pick<TestApi, 'call'>,
  entity: string,
  keys: string[],
  enforceUniqueness = false,
): Promise<void> {
  for (const key of keys) {
    const body = { entity, key, enforce_uniqueness: enforceUniqueness }
    const added = await api.call('POST', '/v1/customFields/addKey', body)
    expect(added).toMatchObject({ status: 200, text: '' })
  }
}

/** Calls a creating route and returns the id that it answers. */
export async function createdId(
  api: Pick<TestApi, 'call'>,
  path: string,
  body: unknown,
): Promise<string> {
  const created = await api.call('POST', path, body)
  expect(created).toMatchObject({ status: 200, body: { data: { id: expect.any(String) } } })
  return created.body.data.id
}
