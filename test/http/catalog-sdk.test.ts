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
