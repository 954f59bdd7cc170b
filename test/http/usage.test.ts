import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'
import { createdId } from '../support/catalog.ts'
import { completion, createOffering } from '../support/offering.ts'

const MARCH_20 = Date.parse('2026-03-20T12:00:00Z')

test('TV-22: bounds are midnights at least a day apart, there is no limit, empty windows are null', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const { customerId } = await createOffering(api)
  const metricId = await createdId(api, '/v1/billable-metrics/create', {
    name: 'Events',
    aggregation_type: 'count',
  })
  await api.call('POST', '/v1/ingest', [completion('a', '2026-03-03T10:00:00Z')])
  const usage = (body: object, query = '') =>
    api.call('POST', `/v1/usage${query}`, {
      customer_ids: [customerId],
      billable_metrics: [{ id: metricId }],
      window_size: 'DAY',
      starting_on: '2026-03-02T00:00:00Z',
      ending_before: '2026-03-05T00:00:00Z',
      ...body,
    })
  expect((await usage({ window_size: 'HOUR', starting_on: '2026-03-02T01:00:00Z' })).status).toBe(
    400,
  )
  expect((await usage({ ending_before: '2026-03-02T00:00:00Z' })).status).toBe(400)
  expect((await usage({}, '?limit=10')).status).toBe(400)
  const days = await usage({})
  expect(days.body.data.map(({ value }: { value: number }) => value)).toEqual([null, 1, null])
  expect(days.body.data[1]).toEqual({
    customer_id: customerId,
    billable_metric_id: metricId,
    billable_metric_name: 'Events',
    start_timestamp: '2026-03-03T00:00:00.000Z',
    end_timestamp: '2026-03-04T00:00:00.000Z',
    value: 1,
  })
  expect(
    (await usage({ window_size: 'none' })).body.data.map(({ value }: { value: number }) => value),
  ).toEqual([1])
  expect((await usage({ window_size: 'Hour' })).body.data).toHaveLength(72)
})

test('UB-2 … UB-7: all customers and metrics, in order, with groups when asked for', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const { metricId, customerId } = await createOffering(api)
  const other = await createdId(api, '/v1/customers', {
    name: 'Globex',
    ingest_aliases: ['globex'],
  })
  await api.call('POST', '/v1/ingest', [
    completion('a', '2026-03-03T10:00:00Z', { tokens: '0.1', model: 'm1' }),
    completion('b', '2026-03-03T11:00:00Z', { tokens: '0.2', model: 'm2' }),
    { ...completion('c', '2026-03-03T12:00:00Z', { tokens: 5 }), customer_id: 'globex' },
  ])
  const question = {
    window_size: 'NONE',
    starting_on: '2026-03-03T00:00:00Z',
    ending_before: '2026-03-04T00:00:00Z',
  }
  const all: { customer_id: string; value: number }[] = (
    await api.call('POST', '/v1/usage', question)
  ).body.data
  const values = Object.fromEntries(all.map((row) => [row.customer_id, row.value]))
  expect(values).toEqual({ [customerId]: 0.3, [other]: 5 })
  expect(all.map((row) => row.customer_id)).toEqual([customerId, other].sort())
  const grouped = await api.call('POST', '/v1/usage', {
    ...question,
    customer_ids: [customerId],
    billable_metrics: [{ id: metricId, group_by: { key: 'model', values: ['m2', 'm9'] } }],
  })
  expect(grouped.body.data[0]).toMatchObject({ value: 0.3, groups: { m2: 0.2, m9: null } })
  const open = await api.call('POST', '/v1/usage', {
    ...question,
    customer_ids: [customerId],
    billable_metrics: [{ id: metricId, group_by: { key: 'model' } }],
  })
  expect(open.body.data[0].groups).toEqual({ m1: 0.1, m2: 0.2 })
})

test('/v1/usage pages through customers and metrics', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  await createOffering(api)
  for (let i = 0; i < 4; i++) await createdId(api, '/v1/customers', { name: `C${i}` })
  const question = {
    window_size: 'HOUR',
    starting_on: '2026-01-01T00:00:00Z',
    ending_before: '2026-03-01T00:00:00Z',
  }
  const customers: string[] = []
  let query = ''
  for (let page = 0; page < 10; page++) {
    const { body, status } = await api.call('POST', `/v1/usage${query}`, question)
    expect(status).toBe(200)
    customers.push(...body.data.map((row: { customer_id: string }) => row.customer_id))
    if (body.next_page === null) break
    query = `?next_page=${encodeURIComponent(body.next_page)}`
  }
  // 59 days of hours for each of five customers, none twice.
  expect(customers).toHaveLength(5 * 59 * 24)
  expect(new Set(customers).size).toBe(5)
})

test('usage questions are refused by field, and unknown things are not found', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const { metricId, customerId } = await createOffering(api)
  const other = await createOffering(await createTestApi())
  const question = {
    window_size: 'DAY',
    starting_on: '2026-03-03T00:00:00Z',
    ending_before: '2026-03-04T00:00:00Z',
  }
  const table: [object, number, string][] = [
    [{ window_size: 'WEEK' }, 400, 'window_size'],
    [{ starting_on: undefined }, 400, 'starting_on'],
    [{ ending_before: 'x' }, 400, 'ending_before'],
    [{ customer_ids: ['x'] }, 400, 'customer_ids[0]'],
    [{ customer_ids: [other.customerId] }, 404, 'customer_ids'],
    [{ billable_metrics: [{ id: other.metricId }] }, 404, 'billable_metrics[0].id'],
    [{ billable_metrics: [{ id: metricId, group_by: { key: 'team' } }] }, 400, 'group_by.key'],
    [
      { billable_metrics: [{ id: metricId, group_by: { key: 'model', values: [] } }] },
      400,
      'values',
    ],
    [{ billable_metrics: [{ id: metricId }, { id: metricId }] }, 400, 'billable_metrics[1].id'],
    [{ ending_before: '2031-03-04T00:00:00Z', window_size: 'HOUR' }, 400, 'ending_before'],
  ]
  for (const [change, status, field] of table) {
    const answer = await api.call('POST', '/v1/usage', { ...question, ...change })
    expect([change, answer.status]).toEqual([change, status])
    expect(answer.body.message).toContain(field)
  }
  const groups = { customer_id: customerId, billable_metric_id: metricId, ...question }
  const groupTable: [object, number, string][] = [
    [{ customer_id: other.customerId }, 404, 'customer_id'],
    [{ billable_metric_id: other.metricId }, 404, 'billable_metric_id'],
    [{ group_key: ['team'] }, 400, 'group_key'],
    [{ group_key: [] }, 400, 'group_key'],
    [{ group_key: ['model'], group_by: { key: 'model' } }, 400, 'group_by'],
    [{ group_key: ['model'], group_filters: { team: ['red'] } }, 400, 'group_filters'],
    [{ current_period: true }, 400, 'current_period'],
    [{ starting_on: undefined }, 400, 'starting_on'],
    [{ starting_on: undefined, ending_before: undefined, current_period: true }, 400, 'contract'],
  ]
  for (const [change, status, field] of groupTable) {
    const answer = await api.call('POST', '/v1/usage/groups', { ...groups, ...change })
    expect([change, answer.status]).toEqual([change, status])
    expect(answer.body.message).toContain(field)
  }
})

test('UG-4 … UG-9: groups of a declared key, simple or compound, filtered and paged', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const { metricId, customerId } = await createOffering(api)
  await api.call('POST', '/v1/ingest', [
    completion('a', '2026-03-03T10:00:00Z', { tokens: 1, model: 'm1', team: 'red' }),
    completion('b', '2026-03-03T11:00:00Z', { tokens: 2, model: 'm1', team: 'blue' }),
    completion('c', '2026-03-04T11:00:00Z', { tokens: 4, model: 'm2', team: 'red' }),
  ])
  const ask = (body: object, query = '') =>
    api.call('POST', `/v1/usage/groups${query}`, {
      customer_id: customerId,
      billable_metric_id: metricId,
      window_size: 'DAY',
      starting_on: '2026-03-03T00:00:00Z',
      ending_before: '2026-03-06T00:00:00Z',
      ...body,
    })
  const simple = (await ask({ group_key: ['model'] })).body.data
  expect(simple).toEqual([
    {
      starting_on: '2026-03-03T00:00:00.000Z',
      ending_before: '2026-03-04T00:00:00.000Z',
      group_key: 'model',
      group_value: 'm1',
      group: { model: 'm1' },
      value: 3,
    },
    {
      starting_on: '2026-03-04T00:00:00.000Z',
      ending_before: '2026-03-05T00:00:00.000Z',
      group_key: 'model',
      group_value: 'm2',
      group: { model: 'm2' },
      value: 4,
    },
  ])
  // A compound key may be named in any order.
  const compound = (await ask({ group_key: ['team', 'model'], window_size: 'NONE' })).body.data
  expect(
    compound.map(({ group_key, group_value, group, value }: never) => [
      group_key,
      group_value,
      group,
      value,
    ]),
  ).toEqual([
    [null, null, { model: 'm1', team: 'blue' }, 2],
    [null, null, { model: 'm1', team: 'red' }, 1],
    [null, null, { model: 'm2', team: 'red' }, 4],
  ])
  const filtered = await ask({
    group_key: ['model', 'team'],
    group_filters: { team: ['red'], model: [] },
    window_size: 'NONE',
  })
  expect(filtered.body.data.map(({ value }: { value: number }) => value)).toEqual([1, 4])
  const ungrouped = await ask({})
  expect(ungrouped.body.data.map(({ value }: { value: number }) => value)).toEqual([3, 4, null])
  const values: number[] = []
  let query = '?limit=1'
  while (query !== '') {
    const { body } = await ask({ group_key: ['model', 'team'], window_size: 'NONE' }, query)
    values.push(...body.data.map(({ value }: { value: number }) => value))
    query =
      body.next_page === null ? '' : `?limit=1&next_page=${encodeURIComponent(body.next_page)}`
  }
  expect(values).toEqual([2, 1, 4])
})

test("UG-3: current_period is the contract's statement period", async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const { metricId, customerId, rateCardId } = await createOffering(api)
  await createdId(api, '/v1/contracts/create', {
    customer_id: customerId,
    rate_card_id: rateCardId,
    starting_at: '2026-02-01T00:00:00Z',
  })
  await api.call('POST', '/v1/ingest', [
    completion('a', '2026-02-27T10:00:00Z', { tokens: 1 }),
    completion('b', '2026-03-03T11:00:00Z', { tokens: 2 }),
  ])
  const { body } = await api.call('POST', '/v1/usage/groups', {
    customer_id: customerId,
    billable_metric_id: metricId,
    window_size: 'NONE',
    current_period: true,
  })
  expect(body.data).toMatchObject([
    {
      starting_on: '2026-03-01T00:00:00.000Z',
      ending_before: '2026-04-01T00:00:00.000Z',
      value: 2,
    },
  ])
})

test('a question whose answer would be too large is refused', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const { metricId, customerId } = await createOffering(api)
  const values = Array.from({ length: 200 }, (_, i) => `value ${i}`)
  const answer = await api.call('POST', '/v1/usage', {
    customer_ids: [customerId],
    billable_metrics: [{ id: metricId, group_by: { key: 'model', values } }],
    window_size: 'HOUR',
    starting_on: '2025-03-20T00:00:00Z',
    ending_before: '2026-03-20T00:00:00Z',
  })
  expect(answer).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('billable_metrics[0].group_by') },
  })
})
