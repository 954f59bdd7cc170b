import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'
import { createMetric, createProduct, UNKNOWN_ID } from '../support/catalog.ts'

const PRODUCTS = '/v1/contract-pricing/products'

test('a usage product is created, read and listed', async () => {
  const api = await createTestApi()
  const metricId = await createMetric(api, { groupKeys: [['user', 'region', 'model']] })
  const created = await api.call('POST', `${PRODUCTS}/create`, {
    name: 'Tokens',
    type: 'usage',
    billable_metric_id: metricId,
    tags: ['ai', 'core'],
    pricing_group_key: ['model', 'region'],
    presentation_group_key: ['user'],
    custom_fields: { sku: 'T-1' },
    some_field_of_tomorrow: true,
  })
  const { id } = created.body.data
  expect(created.body).toEqual({ data: { id } })
  const state = {
    name: 'Tokens',
    billable_metric_id: metricId,
    tags: ['ai', 'core'],
    pricing_group_key: ['model', 'region'],
    presentation_group_key: ['user'],
    created_at: '2026-03-10T12:00:00.000Z',
    created_by: 'test',
  }
  const product = {
    id,
    type: 'USAGE',
    archived_at: null,
    initial: state,
    current: state,
    updates: [],
    custom_fields: { sku: 'T-1' },
  }
  expect((await api.call('POST', `${PRODUCTS}/get`, { id })).body).toEqual({ data: product })
  expect((await api.call('POST', `${PRODUCTS}/list`, {})).body).toEqual({
    data: [product],
    next_page: null,
  })
})

test('a product without keys has none in its state', async () => {
  const api = await createTestApi()
  const id = await createProduct(api)
  const { body } = await api.call('POST', `${PRODUCTS}/get`, { id })
  expect(Object.keys(body.data.initial).sort()).toEqual([
    'billable_metric_id',
    'created_at',
    'created_by',
    'name',
    'tags',
  ])
  expect(body.data.initial.tags).toEqual([])
})

test.for([
  'SUBSCRIPTION',
  'composite',
  'FIXED',
  'PRO_SERVICE',
  'PROFESSIONAL_SERVICE',
  'professional_service',
])('a product of the type %s cannot be created so far', async (type) => {
  const { call } = await createTestApi()
  expect(await call('POST', `${PRODUCTS}/create`, { name: 'x', type })).toMatchObject({
    status: 400,
    body: { message: 'type: only USAGE products can be created so far' },
  })
})

test.for([
  [{ quantity_conversion: { conversion_factor: 60, operation: 'DIVIDE' } }, 'quantity_conversion'],
  [{ quantity_rounding: { rounding_method: 'ROUND_UP', decimal_places: 0 } }, 'quantity_rounding'],
  [{ composite_product_ids: [UNKNOWN_ID] }, 'composite_product_ids'],
  [{ composite_tags: ['ai'] }, 'composite_tags'],
  [{ composite_scope: 'CONTRACT' }, 'composite_scope'],
  [{ exclude_free_usage: false }, 'exclude_free_usage'],
  [{ include_composite_spend: true }, 'include_composite_spend'],
  [{ is_refundable: true }, 'is_refundable'],
  [{ netsuite_internal_item_id: '1' }, 'netsuite_internal_item_id'],
  [{ netsuite_overage_item_id: '1' }, 'netsuite_overage_item_id'],
] as const)(
  'a field that is not supported yet is refused, never ignored: %j',
  async ([members, field]) => {
    const api = await createTestApi()
    const billable_metric_id = await createMetric(api)
    const body = { name: 'x', type: 'USAGE', billable_metric_id, ...members }
    expect(await api.call('POST', `${PRODUCTS}/create`, body)).toMatchObject({
      status: 400,
      body: { message: `${field}: not supported yet` },
    })
    expect((await api.call('POST', `${PRODUCTS}/list`, {})).body.data).toEqual([])
  },
)

test.for([
  [{ name: undefined }, 'name:'],
  [{ name: '' }, 'name:'],
  [{ type: undefined }, 'type:'],
  [
    { type: 'SEAT' },
    'type: expected one of USAGE, SUBSCRIPTION, COMPOSITE, FIXED, PRO_SERVICE, PROFESSIONAL_SERVICE',
  ],
  [{ billable_metric_id: undefined }, 'billable_metric_id: required for USAGE products'],
  [{ billable_metric_id: 'm1' }, 'billable_metric_id: expected a UUID'],
  [{ tags: 'ai' }, 'tags:'],
  [{ tags: [1] }, 'tags[0]:'],
  [{ pricing_group_key: 'model' }, 'pricing_group_key:'],
  [{ pricing_group_key: [''] }, 'pricing_group_key[0]:'],
  [{ pricing_group_key: ['a', 'a'] }, 'pricing_group_key: expected each property only once'],
  [{ presentation_group_key: [1] }, 'presentation_group_key[0]:'],
  [{ custom_fields: [] }, 'custom_fields:'],
] as const)('a malformed product is refused by field: %j', async ([members, message]) => {
  const api = await createTestApi()
  const billable_metric_id = await createMetric(api)
  const body = { name: 'x', type: 'USAGE', billable_metric_id, ...members }
  const refused = await api.call('POST', `${PRODUCTS}/create`, body)
  expect(refused.body.message).toContain(message)
  expect(refused.status).toBe(400)
})

test('the keys of a product must be one group key of its metric (GK-10, GK-11)', async () => {
  const api = await createTestApi()
  const billable_metric_id = await createMetric(api, {
    name: 'Calls',
    groupKeys: [['model'], ['region']],
  })
  const body = { name: 'x', type: 'USAGE', billable_metric_id }
  const keys = { pricing_group_key: ['model'], presentation_group_key: ['region'] }
  expect(await api.call('POST', `${PRODUCTS}/create`, { ...body, ...keys })).toMatchObject({
    status: 400,
    body: {
      message:
        'pricing_group_key, presentation_group_key: the metric "Calls" declares no group key ["model","region"]; it declares ["model"], ["region"]',
    },
  })
})

test('the metric must exist in this environment, and not be archived (BM-10)', async () => {
  const api = await createTestApi()
  const foreignId = await createMetric(await createTestApi())
  const archivedId = await createMetric(api)
  const create = (billable_metric_id: string) =>
    api.call('POST', `${PRODUCTS}/create`, { name: 'x', type: 'USAGE', billable_metric_id })
  const existing = await createProduct(api, { billable_metric_id: archivedId })
  await api.call('POST', '/v1/billable-metrics/archive', { id: archivedId })
  for (const id of [UNKNOWN_ID, foreignId]) {
    expect(await create(id)).toMatchObject({
      status: 404,
      body: { message: `billable_metric_id: no billable metric ${id}` },
    })
  }
  expect(await create(archivedId)).toMatchObject({
    status: 400,
    body: {
      message: `billable_metric_id: billable metric ${archivedId} is archived and takes no new products`,
    },
  })
  const { body } = await api.call('POST', `${PRODUCTS}/get`, { id: existing })
  expect(body.data.current.billable_metric_id).toBe(archivedId)
})

test('an archived product stays readable and leaves the default list', async () => {
  const api = await createTestApi()
  const [kept, archived] = [await createProduct(api), await createProduct(api)]
  const archive = await api.call('POST', `${PRODUCTS}/archive`, { product_id: archived })
  expect(archive).toMatchObject({ status: 200, body: { data: { id: archived } } })
  expect((await api.call('POST', `${PRODUCTS}/archive`, { product_id: archived })).status).toBe(200)
  const { body } = await api.call('POST', `${PRODUCTS}/get`, { id: archived })
  expect(body.data.archived_at).toBe('2026-03-10T12:00:00.000Z')
  const listed = async (filter: object) =>
    (await api.call('POST', `${PRODUCTS}/list`, filter)).body.data
      .map(({ id }: { id: string }) => id)
      .sort()
  expect(await listed({})).toEqual([kept])
  expect(await listed({ archive_filter: 'NOT_ARCHIVED' })).toEqual([kept])
  expect(await listed({ archive_filter: 'ARCHIVED' })).toEqual([archived])
  expect(await listed({ archive_filter: 'all' })).toEqual([kept, archived].sort())
  expect(await api.call('POST', `${PRODUCTS}/list`, { archive_filter: 'SOME' })).toMatchObject({
    status: 400,
    body: { message: 'archive_filter: expected one of ARCHIVED, NOT_ARCHIVED, ALL' },
  })
})

test('ids that are unknown, malformed or of another environment', async () => {
  const api = await createTestApi()
  const foreignId = await createProduct(await createTestApi())
  for (const id of [UNKNOWN_ID, foreignId]) {
    expect(await api.call('POST', `${PRODUCTS}/get`, { id })).toMatchObject({
      status: 404,
      body: { message: `id: no product ${id}` },
    })
    expect(await api.call('POST', `${PRODUCTS}/archive`, { product_id: id })).toMatchObject({
      status: 404,
      body: { message: `product_id: no product ${id}` },
    })
  }
  expect((await api.call('POST', `${PRODUCTS}/get`, { id: 7 })).body.message).toBe(
    'id: expected a UUID',
  )
  expect((await api.call('POST', `${PRODUCTS}/archive`, {})).body.message).toContain('product_id:')
})

test('products are listed by page, and a cursor belongs to its question', async () => {
  const api = await createTestApi()
  const billable_metric_id = await createMetric(api)
  const ids: string[] = []
  for (let i = 0; i < 5; i++) ids.push(await createProduct(api, { billable_metric_id }))
  const seen: string[] = []
  const cursors: string[] = []
  for (const size of [2, 2, 1]) {
    const next = cursors.length === 0 ? '' : `&next_page=${encodeURIComponent(cursors.at(-1)!)}`
    const { body } = await api.call('POST', `${PRODUCTS}/list?limit=2${next}`, {})
    expect(body.data).toHaveLength(size)
    seen.push(...body.data.map(({ id }: { id: string }) => id))
    if (body.next_page !== null) cursors.push(body.next_page)
  }
  expect(cursors).toHaveLength(2)
  expect(seen.sort()).toEqual(ids.sort())
  const other = await api.call(
    'POST',
    `${PRODUCTS}/list?next_page=${encodeURIComponent(cursors[0]!)}`,
    { archive_filter: 'ALL' },
  )
  expect(other).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('next_page: the cursor belongs to another request') },
  })
})
