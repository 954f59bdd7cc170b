import { exports } from 'cloudflare:workers'
import Metronome from '@metronome/sdk'
import { expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../support/api.ts'
import { addRate, createdId, createProduct, createRateCard } from '../support/catalog.ts'
import { completion } from '../support/offering.ts'

const worker = (exports as unknown as { default: Fetcher }).default
const USD = { id: '2714e483-4ff1-48e4-9e25-ac732e8f24f2', name: 'USD (cents)' }

function sdk({ token }: TestApi): Metronome {
  return new Metronome({
    bearerToken: token,
    baseURL: 'http://tactus.test',
    fetch: (url, init) => worker.fetch(new Request(url, init)),
  })
}

/** Calls at 10 credits of 10 cents each, exports at 3 cents, and a fee of 5 % of both, 100 at least. */
async function createOffer(api: TestApi) {
  const unit = await createdId(api, '/v1/credit-types/create', { name: 'AI credits' })
  const rateCardId = await createRateCard(api, {
    credit_type_conversions: [{ custom_credit_type_id: unit, fiat_per_custom_credit: 10 }],
  })
  const calls = await createProduct(api, { name: 'Calls', tags: ['ai'] })
  const exported = await createProduct(api, { name: 'Exports', tags: ['ai'] })
  const fee = await createdId(api, '/v1/contract-pricing/products/create', {
    name: 'Support',
    type: 'COMPOSITE',
    composite_tags: ['ai'],
  })
  const starting_at = '2026-01-01T00:00:00Z'
  const onCard = { rate_card_id: rateCardId, starting_at }
  await addRate(api, { ...onCard, product_id: calls, price: 10, credit_type_id: unit })
  await addRate(api, { ...onCard, product_id: exported, price: 3 })
  const share = { rate_type: 'PERCENTAGE', price: 0.05, minimum_config: { minimum: 100 } }
  await addRate(api, { ...onCard, product_id: fee, ...share })
  const customerId = await createdId(api, '/v1/customers', { name: 'A', ingest_aliases: ['acme'] })
  await createdId(api, '/v1/contracts/create', {
    customer_id: customerId,
    rate_card_id: rateCardId,
    starting_at: '2026-03-01T00:00:00Z',
  })
  return { unit: { id: unit, name: 'AI credits' }, rateCardId, calls, exported, fee, customerId }
}

function callEvents(count: number) {
  return Array.from({ length: count }, (_, i) => completion(`c${i}`, '2026-03-05T00:00:00Z'))
}

test('TV31 without a commit: an invoice in a custom unit with a fee on it, to its end', async () => {
  const api = await createTestApi({ clockMs: Date.parse('2026-03-20T00:00:00Z') })
  const offer = await createOffer(api)
  const { v1 } = sdk(api)
  await api.call('POST', '/v1/ingest', callEvents(45))
  const read = async () => {
    const { data } = await v1.customers.invoices.list({ customer_id: offer.customerId, limit: 1 })
    return data[0]!
  }
  const draft = await read()
  const common = {
    type: 'usage',
    credit_type: USD,
    starting_at: '2026-03-01T00:00:00+00:00',
    ending_before: '2026-04-01T00:00:00+00:00',
  }
  const usage = {
    ...common,
    product_type: 'UsageProductListItem',
    product_tags: ['ai'],
    product_custom_fields: {},
  }
  expect(draft.line_items).toEqual([
    {
      ...usage,
      name: 'Calls',
      product_id: offer.calls,
      quantity: 45,
      unit_price: 10,
      total: 450,
      credit_type: offer.unit,
    },
    {
      ...usage,
      name: 'Exports',
      product_id: offer.exported,
      quantity: 45,
      unit_price: 3,
      total: 135,
    },
    {
      ...usage,
      name: 'Support',
      product_id: offer.fee,
      product_type: 'CompositeProductListItem',
      product_tags: [],
      // 450 credits are 4500 cents.
      quantity: 4635,
      unit_price: 0.05,
      total: 231.75,
    },
    {
      ...common,
      type: 'cpu_conversion',
      name: 'AI credits to USD (cents)',
      quantity: 450,
      unit_price: 10,
      total: 4500,
    },
  ])
  expect(draft).toMatchObject({ status: 'DRAFT', credit_type: USD, total: 4866.75 })
  await api.call('POST', '/v1/sandboxes/clock', { now: '2026-04-02T00:00:00Z' })
  const verification = { events_read: 45, verified_at: '2026-04-02T00:00:00+00:00' }
  expect(await read()).toEqual({ ...draft, status: 'FINALIZED', verification })
})

test('a fee has its minimum while nothing is used, and a composite counts from the next event on', async () => {
  const api = await createTestApi({ clockMs: Date.parse('2026-03-20T00:00:00Z') })
  const { customerId } = await createOffer(api)
  const lines = async () => {
    const { body } = await api.call('GET', `/v1/customers/${customerId}/invoices`)
    return body.data[0].line_items.map((line: Record<string, unknown>) => [
      line['name'],
      line['total'],
    ])
  }
  expect(await lines()).toEqual([
    ['Calls', 0],
    ['Exports', 0],
    ['Support', 100],
  ])
  const { event_type, timestamp, properties } = completion('', '2026-03-05T00:00:00Z')
  const events = Array.from({ length: 30 }, () => ({ event_type, timestamp, properties }))
  const preview = await api.call('POST', `/v1/customers/${customerId}/previewEvents`, { events })
  expect(preview.body.data[0]).toMatchObject({ total: 90 + 154.5 + 3000 })
  expect(await lines()).toEqual([
    ['Calls', 0],
    ['Exports', 0],
    ['Support', 100],
  ])
})

test("the card's order of products is that of the lines; conversions go last", async () => {
  const api = await createTestApi({ clockMs: Date.parse('2026-03-20T00:00:00Z') })
  const { customerId, rateCardId, calls: first, exported, fee } = await createOffer(api)
  await api.call('POST', '/v1/ingest', callEvents(1))
  const ordered = await api.call(
    'POST',
    '/v1/contract-pricing/rate-cards/setRateCardProductsOrder',
    {
      rate_card_id: rateCardId,
      product_order: [fee, exported, first],
    },
  )
  expect(ordered).toMatchObject({ status: 200 })
  const { body } = await api.call('GET', `/v1/customers/${customerId}/invoices`)
  expect(body.data[0].line_items.map(({ name }: { name: string }) => name)).toEqual([
    'Support',
    'Exports',
    'Calls',
    'AI credits to USD (cents)',
  ])
})

test('the SDK lists a unit that was created, and shows it by its name on the card and its rates', async () => {
  const api = await createTestApi()
  const { unit, rateCardId } = await createOffer(api)
  const { v1 } = sdk(api)
  const listed: unknown[] = []
  for await (const row of v1.pricingUnits.list({ limit: 10 })) listed.push(row)
  expect(listed).toHaveLength(19)
  expect(listed.at(-1)).toEqual({ ...unit, is_currency: false })
  const { data: card } = await v1.contracts.rateCards.retrieve({ id: rateCardId })
  expect(card.credit_type_conversions).toEqual([
    { custom_credit_type: unit, fiat_per_custom_credit: '10' },
  ])
  const rates = await v1.contracts.rateCards.rates.list({
    rate_card_id: rateCardId,
    at: '2026-03-10T00:00:00Z',
  })
  const units = rates.data.map(({ product_name, rate }) => [product_name, rate.credit_type?.name])
  expect(Object.fromEntries(units)).toEqual({
    Calls: 'AI credits',
    Exports: 'USD (cents)',
    Support: 'USD (cents)',
  })
})

test('composites of composites, ladders and overrides through the API; a circle is not billed', async () => {
  const api = await createTestApi({ clockMs: Date.parse('2026-03-20T00:00:00Z') })
  const rateCardId = await createRateCard(api)
  const usage = await createProduct(api)
  const composite = (name: string, members: object) =>
    createdId(api, '/v1/contract-pricing/products/create', { name, type: 'COMPOSITE', ...members })
  const fee = await composite('Fee', { composite_product_ids: [usage], tags: ['fees'] })
  const tax = await composite('Tax', {
    composite_product_ids: [usage],
    composite_tags: ['fees'],
    include_composite_spend: true,
  })
  const circle = { composite_tags: ['circle'], tags: ['circle'], include_composite_spend: true }
  const circles = [await composite('A', circle), await composite('B', circle)]
  const rate = (product_id: string, members: object) =>
    addRate(api, { rate_card_id: rateCardId, product_id, ...members })
  await rate(usage, { price: 100 })
  await rate(fee, {
    rate_type: 'TIERED_PERCENTAGE',
    tiers: [{ size: 1000, price: 0.2 }, { price: 0.1 }],
  })
  for (const id of [tax, ...circles]) await rate(id, { rate_type: 'PERCENTAGE', price: 0.5 })
  const customerId = await createdId(api, '/v1/customers', { name: 'A', ingest_aliases: ['acme'] })
  await createdId(api, '/v1/contracts/create', {
    customer_id: customerId,
    rate_card_id: rateCardId,
    starting_at: '2026-03-01T00:00:00Z',
    overrides: [
      {
        product_id: tax,
        starting_at: '2026-03-01T00:00:00Z',
        type: 'MULTIPLIER',
        multiplier: 0.5,
      },
    ],
  })
  await api.call('POST', '/v1/ingest', callEvents(15))
  const { body } = await api.call('GET', `/v1/customers/${customerId}/invoices`)
  const [draft] = body.data
  const rows = draft.line_items.map((line: Record<string, unknown>) =>
    ['name', 'quantity', 'unit_price', 'total', 'tier'].map((field) => line[field]),
  )
  expect(rows).toEqual([
    ['Calls', 15, 100, 1500, undefined],
    // The tax is a quarter: half, by the override, of 0.5.
    ['Tax', 1750, 0.25, 437.5, undefined],
    ['Fee', 1000, 0.2, 200, { level: 1, starting_at: '0', size: '1000' }],
    ['Fee', 500, 0.1, 50, { level: 2, starting_at: '1000', size: null }],
  ])
  expect(draft.total).toBe(2187.5)
})
