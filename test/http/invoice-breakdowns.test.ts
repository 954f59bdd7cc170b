import { exports } from 'cloudflare:workers'
import Metronome from '@metronome/sdk'
import { expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../support/api.ts'
import { addRate, createdId } from '../support/catalog.ts'
import { completion, createOffering } from '../support/offering.ts'

const worker = (exports as unknown as { default: Fetcher }).default
// A test asks more often than a client may by default.
const settings = { searchesPerSecond: null }
const SEPTEMBER = { starting_on: '2024-09-01T00:00:00Z', ending_before: '2024-10-01T00:00:00Z' }

function sdkOf(api: TestApi): Metronome {
  return new Metronome({
    bearerToken: api.token,
    baseURL: 'http://tactus.test',
    fetch: (input, init) => worker.fetch(new Request(input, init)),
    maxRetries: 0,
  })
}

async function moveClock(api: TestApi, now: string) {
  expect((await api.call('POST', '/v1/sandboxes/clock', { now })).body.data.done).toBe(true)
}

/** A customer of a product at 100 cents that counts, from September 2024 on, with a credit of $5. */
async function signUp(clock: string) {
  const api = await createTestApi({ clockMs: Date.parse('2024-09-01T00:00:00Z'), settings })
  const metricId = await createdId(api, '/v1/billable-metrics/create', {
    name: 'N',
    aggregation_type: 'COUNT',
  })
  const productId = await createdId(api, '/v1/contract-pricing/products/create', {
    name: 'U1',
    type: 'USAGE',
    billable_metric_id: metricId,
  })
  const fixedId = await createdId(api, '/v1/contract-pricing/products/create', {
    name: 'Credit',
    type: 'FIXED',
  })
  const rateCardId = await createdId(api, '/v1/contract-pricing/rate-cards/create', { name: 'L' })
  await addRate(api, {
    rate_card_id: rateCardId,
    product_id: productId,
    price: 100,
    starting_at: '2024-01-01T00:00:00Z',
  })
  const customerId = await createdId(api, '/v1/customers', { name: 'A', ingest_aliases: ['acme'] })
  const contractId = await createdId(api, '/v1/contracts/create', {
    customer_id: customerId,
    rate_card_id: rateCardId,
    starting_at: '2024-09-01T00:00:00Z',
    credits: [
      {
        product_id: fixedId,
        name: 'Gift',
        priority: 1,
        access_schedule: {
          schedule_items: [
            {
              amount: 500,
              starting_at: '2024-09-01T00:00:00Z',
              ending_before: '2024-10-01T00:00:00Z',
            },
          ],
        },
      },
    ],
  })
  await moveClock(api, clock)
  return { api, sdk: sdkOf(api), customerId, contractId, productId }
}

async function use(api: TestApi, times: string[]) {
  const events = times.map((time, i) => completion(`${time} ${i}`, time))
  expect((await api.call('POST', '/v1/ingest', events)).status).toBe(200)
}

interface Row {
  total: number
  line_items: { quantity?: number; total: number; type: string }[]
}

function quantityOf(rows: Row[]): number {
  return rows
    .flatMap(({ line_items: lines }) => lines)
    .reduce((n, line) => n + (line.quantity ?? 0), 0)
}

test('T15: the days of September add up to its draft, in any spelling, in pages', async () => {
  const { api, sdk, customerId } = await signUp('2024-09-20T12:00:00Z')
  await use(api, [
    ...Array.from({ length: 4 }, () => '2024-09-02T10:00:00Z'),
    ...Array.from({ length: 3 }, () => '2024-09-10T23:30:00Z'),
  ])
  const { data } = await sdk.v1.customers.invoices.listBreakdowns({
    customer_id: customerId,
    ...SEPTEMBER,
  })
  expect(data).toHaveLength(30)
  expect(data.map((row) => row.breakdown_start_timestamp).slice(1)).toEqual(
    data.map((row) => row.breakdown_end_timestamp).slice(0, -1),
  )
  expect(quantityOf(data)).toBe(7)
  expect([data[1], data[9]].map((row) => row!.total)).toEqual([0, 200])
  expect(data[9]).toMatchObject({
    status: 'DRAFT',
    breakdown_start_timestamp: '2024-09-10T00:00:00.000Z',
    breakdown_end_timestamp: '2024-09-11T00:00:00.000Z',
    line_items: [
      { quantity: 1, total: 100, starting_at: '2024-09-10T00:00:00+00:00' },
      { type: 'applied_commit_or_credit', name: 'Gift applied', total: -100 },
      { quantity: 2, total: 200 },
    ],
  })
  const path = `/v1/customers/${customerId}/invoices/breakdowns`
  const query = 'starting_on=2024-09-01T00:00:00Z&ending_before=2024-10-01T00:00:00Z'
  for (const size of ['day', 'Day', 'DAY']) {
    const same = await api.call('GET', `${path}?${query}&window_size=${size}`)
    expect(same.body.data).toEqual(data)
  }
  const wide = `${path}?starting_on=2024-09-01T00:00:00Z&ending_before=2024-12-01T00:00:00Z`
  const first = await api.call('GET', `${wide}&limit=20&skip_zero_qty_line_items=true`)
  expect([first.body.data.length, quantityOf(first.body.data)]).toEqual([20, 7])
  const cursor = encodeURIComponent(first.body.next_page)
  const second = await api.call(
    'GET',
    `${wide}&limit=20&skip_zero_qty_line_items=true&next_page=${cursor}`,
  )
  expect(second.body.data).toHaveLength(10)
  expect(second.body.next_page).toBeNull()
  const hours = await api.call('GET', `${path}?${query}&window_size=hour&sort=date_desc`)
  expect(hours.body.data).toHaveLength(24)
  expect(hours.body.data[0].breakdown_start_timestamp).toBe('2024-09-30T23:00:00.000Z')
  expect(hours.body.next_page).not.toBeNull()
  const missing = await api.call('GET', `${path}?ending_before=2024-10-01T00:00:00Z`)
  expect([missing.status, missing.body.message]).toEqual([
    400,
    expect.stringContaining('starting_on'),
  ])
})

test('a finalized invoice keeps its days: they add up to it, though usage comes late', async () => {
  const { api, sdk, customerId } = await signUp('2024-09-20T12:00:00Z')
  await use(
    api,
    Array.from({ length: 7 }, () => '2024-09-10T10:00:00Z'),
  )
  const ask = async () => {
    const { data } = await sdk.v1.customers.invoices.listBreakdowns({
      customer_id: customerId,
      status: 'FINALIZED',
      ...SEPTEMBER,
    })
    return data
  }
  expect(await ask()).toEqual([])
  await moveClock(api, '2024-10-02T00:00:00Z')
  const days = await ask()
  expect(days).toHaveLength(30)
  expect([quantityOf(days), days[9]!.total]).toEqual([7, 200])
  await use(api, ['2024-09-12T10:00:00Z'])
  expect(await ask()).toEqual(days)
})

test('T15: spend is told apart by any property, before credits, without totals', async () => {
  const api = await createTestApi({ clockMs: Date.parse('2026-03-20T12:00:00Z'), settings })
  const { customerId, rateCardId } = await createOffering(api)
  const fixedId = await createdId(api, '/v1/contract-pricing/products/create', {
    name: 'Credit',
    type: 'FIXED',
  })
  await createdId(api, '/v1/contracts/create', {
    customer_id: customerId,
    rate_card_id: rateCardId,
    starting_at: '2026-03-01T00:00:00Z',
    credits: [
      {
        product_id: fixedId,
        name: 'Gift',
        priority: 1,
        access_schedule: {
          schedule_items: [
            {
              amount: 500,
              starting_at: '2026-03-01T00:00:00Z',
              ending_before: '2026-04-01T00:00:00Z',
            },
          ],
        },
      },
    ],
  })
  await api.call('POST', '/v1/ingest', [
    completion('a', '2026-03-03T10:00:00Z', { tokens: 4, team: 'red' }),
    completion('b', '2026-03-03T11:00:00Z', { tokens: 6, team: 'blue' }),
  ])
  const sdk = sdkOf(api)
  const range = { starting_on: '2026-03-01T00:00:00Z', ending_before: '2026-04-01T00:00:00Z' }
  const path = `/v1/customers/${customerId}/invoices/spend-breakdowns`
  const ask = (body: object, query = '') =>
    api.call('POST', `${path}${query}`, { ...range, ...body })
  const { body } = await ask({})
  expect(body.data).toHaveLength(31)
  const [third] = body.data.slice(2)
  expect(third).not.toHaveProperty('total')
  expect(third.line_items).toMatchObject([
    { total: 12, presentation_group_values: { team: 'blue' } },
    { total: 8, presentation_group_values: { team: 'red' } },
  ])
  const whole = await ask({ window_size: 'none', group_keys: [] }, '?include_list_prices=true')
  expect(whole.body.data).toMatchObject([
    {
      breakdown_start_timestamp: '2026-03-01T00:00:00.000Z',
      breakdown_end_timestamp: '2026-04-01T00:00:00.000Z',
      line_items: [{ quantity: 10, total: 20, list_price: { price: 2 } }],
    },
  ])
  const red = await ask({ window_size: 'NONE', group_filters: { team: ['red'] } })
  expect(red.body.data[0].line_items).toMatchObject([{ quantity: 4 }])
  const unknown = await ask({ group_keys: ['city'] })
  expect([unknown.status, unknown.body.message]).toEqual([
    400,
    expect.stringContaining('group_keys'),
  ])
  const { data } = await sdk.v1.customers.invoices.list({ customer_id: customerId })
  expect(data.map(({ total }) => total)).toEqual([0])
})
