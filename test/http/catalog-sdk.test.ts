import { exports } from 'cloudflare:workers'
import Metronome from '@metronome/sdk'
import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'
import { UNKNOWN_ID } from '../support/catalog.ts'

const worker = (exports as unknown as { default: Fetcher }).default

async function createClient(): Promise<Metronome> {
  const { token } = await createTestApi()
  return new Metronome({
    bearerToken: token,
    baseURL: 'http://tactus.test',
    fetch: (url, init) => worker.fetch(new Request(url, init)),
  })
}

test('the official SDK sets up a catalog and reads it back by page', async () => {
  const { v1 } = await createClient()
  const { data: metric } = await v1.billableMetrics.create({
    name: 'Tokens',
    aggregation_type: 'SUM',
    aggregation_key: 'tokens',
    property_filters: [
      { name: 'tokens', exists: true },
      { name: 'model', exists: true },
    ],
    group_keys: [['model']],
  })
  const { data: product } = await v1.contracts.products.create({
    name: 'Tokens',
    type: 'USAGE',
    billable_metric_id: metric.id,
    pricing_group_key: ['model'],
  })
  const { data: card } = await v1.contracts.rateCards.create({
    name: 'Standard',
    aliases: [{ name: 'paygo' }],
  })
  await v1.contracts.rateCards.rates.addMany({
    rate_card_id: card.id,
    rates: ['a', 'b', 'c'].map((model, i) => ({
      product_id: product.id,
      starting_at: '2026-03-01T00:00:00Z',
      entitled: true,
      rate_type: 'FLAT',
      price: i + 1,
      pricing_group_values: { model },
    })),
  })
  const question = { rate_card_id: card.id, at: '2026-03-10T00:00:00Z', limit: 1 }
  const rows: string[] = []
  for await (const row of v1.contracts.rateCards.rates.list(question)) {
    rows.push(`${row.product_name} ${row.pricing_group_values?.['model']} ${row.rate.price}`)
  }
  expect(rows).toEqual(['Tokens a 1', 'Tokens b 2', 'Tokens c 3'])

  const found = await v1.billableMetrics.retrieve({ billable_metric_id: metric.id })
  expect(found.data.aggregation_type).toBe('SUM')
  for await (const listed of v1.billableMetrics.list()) expect(listed.id).toBe(metric.id)
  for await (const listed of v1.contracts.products.list())
    expect(listed.current.name).toBe('Tokens')
  for await (const listed of v1.contracts.rateCards.list({ body: {} })) {
    expect(listed.aliases).toEqual([{ name: 'paygo' }])
  }
  const units: string[] = []
  for await (const { name } of v1.pricingUnits.list({ limit: 10 })) units.push(name ?? '')
  expect(units).toHaveLength(18)

  await v1.contracts.products.archive({ product_id: product.id })
  await v1.contracts.rateCards.archive({ id: card.id })
  await v1.billableMetrics.archive({ id: metric.id })
  const archived = await v1.billableMetrics.retrieve({ billable_metric_id: metric.id })
  expect(archived.data.archived_at).toBe('2026-03-10T12:00:00.000Z')
})

test('the official SDK shows the message of a refusal', async () => {
  const { v1 } = await createClient()
  await expect(v1.contracts.products.retrieve({ id: UNKNOWN_ID })).rejects.toThrow(
    `404 id: no product ${UNKNOWN_ID}`,
  )
})

test('the official SDK sets up products and rates of every type and reads them back', async () => {
  const { v1 } = await createClient()
  const { data: metric } = await v1.billableMetrics.create({ name: 'C', aggregation_type: 'COUNT' })
  const { data: usage } = await v1.contracts.products.create({
    name: 'Storage',
    type: 'USAGE',
    billable_metric_id: metric.id,
    quantity_conversion: { name: 'GB', conversion_factor: 1024, operation: 'DIVIDE' },
    quantity_rounding: { rounding_method: 'ROUND_UP', decimal_places: 0 },
  })
  const { data: seats } = await v1.contracts.products.create({
    name: 'Seats',
    type: 'SUBSCRIPTION',
  })
  const { data: support } = await v1.contracts.products.create({
    name: 'Support',
    type: 'COMPOSITE',
    composite_product_ids: [usage.id, seats.id],
    exclude_free_usage: true,
  })
  const { data: read } = await v1.contracts.products.retrieve({ id: usage.id })
  expect(read.current.quantity_conversion?.conversion_factor).toBe(1024)
  const { data: card } = await v1.contracts.rateCards.create({ name: 'Standard' })
  const entry = {
    rate_card_id: card.id,
    starting_at: '2026-03-01T00:00:00Z',
    entitled: true,
  } as const
  const { data: added } = await v1.contracts.rateCards.rates.add({
    ...entry,
    product_id: usage.id,
    rate_type: 'TIERED',
    tiers: [{ size: 100, price: 0 }, { price: 2 }],
    commit_rate: { rate_type: 'FLAT', price: 1 },
  })
  expect(added.tiers).toEqual([{ size: 100, price: 0 }, { price: 2 }])
  expect(added.commit_rate).toEqual({ rate_type: 'FLAT', price: 1 })
  for (const [billing_frequency, price] of [
    ['MONTHLY', 1000],
    ['ANNUAL', 10000],
  ] as const) {
    await v1.contracts.rateCards.rates.add({
      ...entry,
      product_id: seats.id,
      rate_type: 'FLAT',
      price,
      billing_frequency,
    })
  }
  await v1.contracts.rateCards.rates.add({
    ...entry,
    product_id: support.id,
    rate_type: 'PERCENTAGE',
    price: 0.1,
  })
  const question = { rate_card_id: card.id, at: '2026-03-10T00:00:00Z', limit: 1 }
  const rows: string[] = []
  for await (const row of v1.contracts.rateCards.rates.list(question)) {
    const { billing_frequency = '', rate, product_name, commit_rate } = row
    rows.push(
      [product_name, rate.rate_type, billing_frequency, rate.price, commit_rate?.price].join(' '),
    )
  }
  expect(rows.sort()).toEqual([
    'Seats FLAT ANNUAL 10000 ',
    'Seats FLAT MONTHLY 1000 ',
    'Storage TIERED   1',
    'Support PERCENTAGE  0.1 ',
  ])
  const annual = await v1.contracts.rateCards.retrieveRateSchedule({
    rate_card_id: card.id,
    starting_at: '2026-03-01T00:00:00Z',
    selectors: [{ billing_frequency: 'ANNUAL' }],
  })
  expect(annual.data.map(({ rate }) => rate.price)).toEqual([10000])
  const order = { rate_card_id: card.id }
  await v1.contracts.rateCards.productOrders.set({
    ...order,
    product_order: [support.id, usage.id],
  })
  const moved = await v1.contracts.rateCards.productOrders.update({
    ...order,
    product_moves: [{ product_id: seats.id, position: 0 }],
  })
  expect(moved.data.id).toBe(card.id)
  const schedule = { rate_card_id: card.id, schedule_name: 'plans' }
  await v1.contracts.namedSchedules.update({
    ...schedule,
    starting_at: '2026-03-01T00:00:00Z',
    value: { tier: 'gold' },
  })
  const plans = await v1.contracts.namedSchedules.retrieve(schedule)
  expect(plans.data).toEqual([{ value: { tier: 'gold' }, starting_at: '2026-03-01T00:00:00.000Z' }])
})
