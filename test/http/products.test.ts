import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'
import { addFieldKeys, createMetric, createProduct, UNKNOWN_ID } from '../support/catalog.ts'

const PRODUCTS = '/v1/contract-pricing/products'

test('a usage product is created, read and listed', async () => {
  const api = await createTestApi()
  const metricId = await createMetric(api, { groupKeys: [['user', 'region', 'model']] })
  await addFieldKeys(api, 'contract_product', ['sku'])
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
  ['SUBSCRIPTION', 'SUBSCRIPTION'],
  ['fixed', 'FIXED'],
  ['PRO_SERVICE', 'PRO_SERVICE'],
  ['professional_service', 'PRO_SERVICE'],
] as const)('a product of the type %s is created', async ([type, kept]) => {
  const api = await createTestApi()
  const body = { name: 'x', type, is_refundable: false, netsuite_internal_item_id: 'N-1' }
  const { id } = (await api.call('POST', `${PRODUCTS}/create`, body)).body.data
  const product = (await api.call('POST', `${PRODUCTS}/get`, { id })).body.data
  expect(product).toMatchObject({
    type: kept,
    current: { is_refundable: false, netsuite_internal_item_id: 'N-1' },
  })
})

test('a conversion and a rounding are read back with every digit, changed and taken away', async () => {
  const api = await createTestApi()
  const quantity_rounding = { rounding_method: 'round_half_up', decimal_places: 2 }
  const id = await createProduct(api, { quantity_rounding })
  const body = {
    product_id: id,
    starting_at: '2026-03-01T00:00:00Z',
    quantity_conversion: { name: 'GB', conversion_factor: 7, operation: 'divide' },
  }
  const factor = '1024.000000000000000000001'
  const updated = await api.call(
    'POST',
    `${PRODUCTS}/update`,
    JSON.stringify(body).replace(':7', `:${factor}`),
  )
  expect(updated.status).toBe(200)
  const removed = await api.call('POST', `${PRODUCTS}/update`, {
    product_id: id,
    starting_at: '2026-03-10T00:00:00Z',
    quantity_rounding: null,
  })
  expect(removed.status).toBe(200)
  const read = await api.call('POST', `${PRODUCTS}/get`, { id })
  expect(read.text).toContain(
    `"quantity_conversion":{"name":"GB","conversion_factor":${factor},"operation":"DIVIDE"}`,
  )
  expect(read.body.data).toMatchObject({
    initial: { quantity_rounding: { rounding_method: 'ROUND_HALF_UP', decimal_places: 2 } },
    updates: [{}, { starting_at: '2026-03-10T00:00:00.000Z', quantity_rounding: null }],
  })
  expect(Object.keys(read.body.data.current)).not.toContain('quantity_rounding')
})

test('a composite is created of products and tags, and does not come to contain itself', async () => {
  const api = await createTestApi()
  const create = (members: object) =>
    api.call('POST', `${PRODUCTS}/create`, { name: 'Support', type: 'COMPOSITE', ...members })
  const usage = await createProduct(api)
  const composite = {
    composite_product_ids: [usage],
    composite_tags: ['ai'],
    composite_scope: 'customer',
    exclude_free_usage: true,
    include_composite_spend: true,
    netsuite_overage_item_id: 'N-2',
  }
  const inner = (await create(composite)).body.data.id
  expect((await api.call('POST', `${PRODUCTS}/get`, { id: inner })).body.data.current).toEqual({
    name: 'Support',
    tags: [],
    ...composite,
    composite_scope: 'CUSTOMER',
    created_at: '2026-03-10T12:00:00.000Z',
    created_by: 'test',
  })
  const outer = (await create({ ...composite, composite_product_ids: [inner] })).body.data.id
  const looped = await api.call('POST', `${PRODUCTS}/update`, {
    product_id: inner,
    starting_at: '2026-04-01T00:00:00Z',
    composite_product_ids: [usage, outer],
  })
  expect(looped).toMatchObject({
    status: 400,
    body: { message: `composite_product_ids[1]: ${outer} is itself a share of this product` },
  })
  const foreign = await createProduct(await createTestApi())
  for (const id of [UNKNOWN_ID, foreign]) {
    expect(await create({ composite_product_ids: [id] })).toMatchObject({
      status: 404,
      body: { message: `composite_product_ids[0]: no product ${id}` },
    })
  }
  expect((await create({})).body.message).toBe(
    'composite_product_ids, composite_tags: at least one of them is required for COMPOSITE products',
  )
})

test('what a product is made for stays', async () => {
  const api = await createTestApi()
  const product_id = await createProduct(api)
  for (const [members, field] of [
    [{ type: 'FIXED' }, 'type'],
    [{ composite_scope: 'CUSTOMER' }, 'composite_scope'],
  ] as const) {
    const body = { product_id, starting_at: '2026-04-01T00:00:00Z', ...members }
    expect(await api.call('POST', `${PRODUCTS}/update`, body)).toMatchObject({
      status: 400,
      body: { message: `${field}: cannot be changed` },
    })
  }
})

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
  [{ quantity_conversion: {} }, 'quantity_conversion.conversion_factor:'],
  [
    { quantity_conversion: { conversion_factor: 0, operation: 'DIVIDE' } },
    'quantity_conversion.conversion_factor: expected a number greater than 0',
  ],
  [
    { quantity_conversion: { conversion_factor: 2, operation: 'ADD' } },
    'quantity_conversion.operation: expected one of MULTIPLY, DIVIDE',
  ],
  [
    { quantity_rounding: { rounding_method: 'UP', decimal_places: 0 } },
    'quantity_rounding.rounding_method: expected one of ROUND_UP,',
  ],
  [
    { quantity_rounding: { rounding_method: 'ROUND_UP', decimal_places: 0.5 } },
    'quantity_rounding.decimal_places:',
  ],
  [
    { quantity_rounding: { rounding_method: 'ROUND_UP', decimal_places: -1 } },
    'quantity_rounding.decimal_places:',
  ],
  [{ composite_product_ids: ['x'] }, 'composite_product_ids[0]: expected a UUID'],
  [{ composite_tags: ['ai'] }, 'composite_tags: applies to COMPOSITE products only'],
  [{ composite_scope: 'ALL' }, 'composite_scope: expected one of CONTRACT, CUSTOMER'],
  [{ exclude_free_usage: 1 }, 'exclude_free_usage:'],
  [{ include_composite_spend: true }, 'include_composite_spend: applies to COMPOSITE products'],
  [{ is_refundable: 'no' }, 'is_refundable:'],
  [{ netsuite_internal_item_id: 1 }, 'netsuite_internal_item_id:'],
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
