import { expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../support/api.ts'
import { addRate, createdId, createRateCard } from '../support/catalog.ts'

const MARCH_20 = Date.parse('2026-03-20T12:00:00Z')
/** A test asks more often than a client may by default. */
const settings = { searchesPerSecond: null }

type Properties = Record<string, unknown>
type Usage = [at: string, properties: Properties]

interface Sold {
  sql: string
  /** In cents, each from a day on; by the values of the pricing key. */
  rates: { price: number; from?: string; values?: Record<string, string> }[]
  [field: string]: unknown
}

/** A customer who is billed by one SQL metric in March, and what it used. */
async function bill({ sql, rates, ...product }: Sold, usage: Usage[]) {
  const api = await createTestApi({ clockMs: MARCH_20, settings })
  const metricId = await addMetric(api, sql)
  const productId = await createdId(api, '/v1/contract-pricing/products/create', {
    name: 'Sold',
    type: 'USAGE',
    billable_metric_id: metricId,
    ...product,
  })
  const rateCardId = await createRateCard(api)
  for (const { price, from = '2026-01-01', values } of rates) {
    await addRate(api, {
      rate_card_id: rateCardId,
      product_id: productId,
      price,
      starting_at: `${from}T00:00:00Z`,
      pricing_group_values: values,
    })
  }
  const customerId = await createdId(api, '/v1/customers', {
    name: 'Acme',
    ingest_aliases: ['acme'],
  })
  await createdId(api, '/v1/contracts/create', {
    customer_id: customerId,
    rate_card_id: rateCardId,
    starting_at: '2026-03-01T00:00:00Z',
  })
  await send(api, usage)
  return { api, metricId, productId, customerId }
}

async function addMetric(api: TestApi, sql: string): Promise<string> {
  return createdId(api, '/v1/billable-metrics/create', { name: 'Used', sql })
}

async function send(api: TestApi, usage: Usage[]): Promise<void> {
  const events = usage.map(([at, properties]) => ({
    transaction_id: crypto.randomUUID(),
    customer_id: 'acme',
    event_type: 'use',
    timestamp: `${at}T10:00:00Z`,
    properties,
  }))
  expect(await api.call('POST', '/v1/ingest', events)).toMatchObject({ status: 200 })
}

// oxlint-disable-next-line typescript/no-explicit-any -- an answer of the API
function linesOf(invoice: any): unknown[] {
  // oxlint-disable-next-line typescript/no-explicit-any -- an answer of the API
  return invoice.line_items.map((line: any) => [
    ...Object.values(line.pricing_group_values ?? {}),
    ...Object.values(line.presentation_group_values ?? {}),
    line.starting_at.slice(0, 10),
    line.quantity,
    line.total,
  ])
}

async function draftLines({ api, customerId }: { api: TestApi; customerId: string }) {
  const { body } = await api.call('GET', `/v1/customers/${customerId}/invoices?status=DRAFT`)
  return linesOf(body.data[0])
}

const SUM = 'SELECT SUM(properties.qty) AS value FROM events'
const QUANTITIES: Usage[] = [
  ['2026-03-01', { qty: 4 }],
  ['2026-03-02', { qty: '6' }],
  ['2026-03-03', { qty: 8 }],
]
const TWO_RATES = [{ price: 200 }, { price: 300, from: '2026-03-10' }]

test('TV-19: by the hour, each increment has the price of its hour', async () => {
  const hourly = { sql: SUM, rates: TWO_RATES, sql_breakdown_granularity: 'hour' }
  expect(await draftLines(await bill(hourly, QUANTITIES))).toEqual([
    ['2026-03-01', 18, 3600],
    ['2026-03-10', 0, 0],
  ])
})

test('TV-19: by the period, the last price holds for all of it', async () => {
  for (const granularity of ['SERVICE_PERIOD', undefined]) {
    const periodic = { sql: SUM, rates: TWO_RATES, sql_breakdown_granularity: granularity }
    expect(await draftLines(await bill(periodic, QUANTITIES))).toEqual([
      ['2026-03-01', 0, 0],
      ['2026-03-10', 18, 5400],
    ])
  }
})

const AVERAGE = 'SELECT AVG(properties.reading) AS value FROM events'

test('an average that falls is paid back at the price of that time (SG-3)', async () => {
  const hourly = { sql: AVERAGE, rates: TWO_RATES, sql_breakdown_granularity: 'HOUR' }
  const billed = await bill(hourly, [
    ['2026-03-01', { reading: 4 }],
    ['2026-03-02', { reading: 6 }],
    ['2026-03-12', { reading: 2 }],
  ])
  // 4, then 5, then 4 again.
  expect(await draftLines(billed)).toEqual([
    ['2026-03-01', 5, 1000],
    ['2026-03-10', -1, -300],
  ])
})

const PEAK = 'SELECT MAX(properties.reading) AS value FROM events'
const READINGS: Usage[] = [
  ['2026-03-02', { reading: 4 }],
  ['2026-03-05', { reading: 6 }],
  ['2026-03-12', { reading: 11 }],
]

test('a swap continues where the former metric was: B(all) + A(before) − B(before) (SW-2)', async () => {
  for (const granularity of ['HOUR', 'SERVICE_PERIOD']) {
    const sold = { sql: PEAK, rates: [{ price: 1 }], sql_breakdown_granularity: granularity }
    const billed = await bill(sold, READINGS)
    const { api, productId } = billed
    const swapped = await api.call('POST', '/v1/contract-pricing/products/update', {
      product_id: productId,
      starting_at: '2026-03-10T07:00:00Z',
      billable_metric_id: await addMetric(api, AVERAGE),
    })
    expect(swapped.status).toBe(200)
    // A(before) = 6; B(before) = 5; B(all) = 7.
    expect(await draftLines(billed)).toEqual(
      granularity === 'HOUR'
        ? [
            ['2026-03-01', 6, 6],
            ['2026-03-10', 2, 2],
          ]
        : [['2026-03-10', 8, 8]],
    )
  }
})

test('the next period knows the new metric alone (SW-4), at whatever hour it took over', async () => {
  const sold = { sql: PEAK, rates: [{ price: 1 }], sql_breakdown_granularity: 'HOUR' }
  const billed = await bill(sold, READINGS)
  const { api, productId } = billed
  await api.call('POST', '/v1/contract-pricing/products/update', {
    product_id: productId,
    starting_at: '2026-02-10T00:00:00Z',
    billable_metric_id: await addMetric(api, AVERAGE),
  })
  expect(await draftLines(billed)).toEqual([['2026-03-01', 7, 7]])
})

const BY_REGION =
  'SELECT SUM(properties.qty) AS value, properties.region, properties.team FROM events GROUP BY region, team'

test('a NULL in a pricing column meets no price; in a presentation column it is shown', async () => {
  const sold = {
    sql: BY_REGION,
    rates: [{ price: 2, values: { region: 'eu' } }],
    pricing_group_key: ['region'],
    presentation_group_key: ['team'],
  }
  const billed = await bill(sold, [
    ['2026-03-02', { qty: 1, region: 'eu', team: 'red' }],
    ['2026-03-03', { qty: 2, region: 'eu' }],
    ['2026-03-04', { qty: 4, team: 'red' }],
    ['2026-03-05', { qty: 8, region: 'us', team: 'red' }],
  ])
  expect(await draftLines(billed)).toEqual([
    ['eu', 'red', '2026-03-01', 1, 2],
    ['eu', null, '2026-03-01', 2, 4],
  ])
  const usage = await billed.api.call('POST', '/v1/usage/groups', {
    customer_id: billed.customerId,
    billable_metric_id: billed.metricId,
    window_size: 'NONE',
    starting_on: '2026-03-01T00:00:00Z',
    ending_before: '2026-04-01T00:00:00Z',
    group_key: ['region'],
  })
  expect(usage.body.data.map(({ group, value }: Properties) => [group, value])).toEqual([
    [{ region: 'eu' }, 3],
    [{ region: 'us' }, 8],
    [{ region: null }, 4],
  ])
})

test('a result of NULL reads as null and is billed as nothing (UQ-7a, SQ-15)', async () => {
  const sold = { sql: AVERAGE, rates: [{ price: 5 }] }
  const billed = await bill(sold, [['2026-03-02', { reading: 'n/a' }]])
  expect(await draftLines(billed)).toEqual([['2026-03-01', 0, 0]])
  const { body } = await billed.api.call('POST', '/v1/usage', {
    window_size: 'NONE',
    starting_on: '2026-03-01T00:00:00Z',
    ending_before: '2026-04-01T00:00:00Z',
  })
  expect(body.data).toMatchObject([{ billable_metric_id: billed.metricId, value: null }])
})

test('TV-25: a preview prices usage by SQL, beside what is stored or instead of it', async () => {
  const sold = { sql: AVERAGE, rates: [{ price: 100 }] }
  const billed = await bill(sold, [
    ['2026-03-02', { reading: 4 }],
    ['2026-03-03', { reading: 6 }],
  ])
  const { api, customerId } = billed
  const preview = async (mode: string, reading: unknown) => {
    const { status, body } = await api.call('POST', `/v1/customers/${customerId}/previewEvents`, {
      mode,
      events: [{ event_type: 'use', properties: { reading } }],
    })
    expect(status).toBe(200)
    return linesOf(body.data[0])
  }
  expect(await preview('merge', '20')).toEqual([['2026-03-01', 10, 1000]])
  expect(await preview('replace', '20')).toEqual([['2026-03-01', 20, 2000]])
  expect(await preview('merge', 'none')).toEqual([['2026-03-01', 5, 500]])
  expect(await draftLines(billed)).toEqual([['2026-03-01', 5, 500]])
})

test('a product is priced and shown by columns of the result only (SQ-11)', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const metricId = await addMetric(api, BY_REGION)
  for (const key of ['pricing_group_key', 'presentation_group_key']) {
    const refused = await api.call('POST', '/v1/contract-pricing/products/create', {
      name: 'Sold',
      type: 'USAGE',
      billable_metric_id: metricId,
      [key]: ['zone'],
    })
    expect(refused.status).toBe(400)
    expect(refused.body.message).toBe(
      `${key}: the result of the metric "Used" has no column zone; besides the quantity it has region, team`,
    )
  }
})

test('a granularity may be in any case, and is shown in capitals', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const product = { name: 'Sold', type: 'USAGE', billable_metric_id: await addMetric(api, SUM) }
  const create = (sql_breakdown_granularity: unknown) =>
    api.call('POST', '/v1/contract-pricing/products/create', {
      ...product,
      sql_breakdown_granularity,
    })
  for (const given of ['hour', 'Service_Period', 'SERVICE_PERIOD']) {
    const { body } = await create(given)
    const read = await api.call('POST', '/v1/contract-pricing/products/get', { id: body.data.id })
    expect(read.body.data.current.sql_breakdown_granularity).toBe(given.toUpperCase())
  }
  for (const given of ['DAY', '']) {
    expect(await create(given)).toMatchObject({
      status: 400,
      body: { message: 'sql_breakdown_granularity: expected one of HOUR, SERVICE_PERIOD' },
    })
  }
})

test('an archived metric bills the products that use it, and takes over no other', async () => {
  const billed = await bill({ sql: SUM, rates: [{ price: 1 }] }, QUANTITIES)
  const { api, metricId, productId } = billed
  const archived = await addMetric(api, PEAK)
  for (const id of [metricId, archived]) {
    expect(await api.call('POST', '/v1/billable-metrics/archive', { id })).toMatchObject({
      status: 200,
    })
  }
  expect(await draftLines(billed)).toEqual([['2026-03-01', 18, 18]])
  const update = (billable_metric_id: string) =>
    api.call('POST', '/v1/contract-pricing/products/update', {
      product_id: productId,
      starting_at: '2026-03-10T00:00:00Z',
      billable_metric_id,
    })
  const refused = await update(archived)
  expect(refused.status).toBe(400)
  expect(refused.body.message).toBe(
    `billable_metric_id: billable metric ${archived} is archived and takes no new products`,
  )
  expect((await update(metricId)).status).toBe(200)
})
