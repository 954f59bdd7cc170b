import type Metronome from '@metronome/sdk'
import { MARCH } from './price-list.ts'
import {
  CUSTOMER,
  SQL_METRICS,
  SQL_PRICES,
  SQL_PRODUCTS,
  USERS_SWAP,
  type SqlKey,
} from './sql-metrics.ts'

type MetricIds = Record<keyof typeof SQL_METRICS, string>
type ProductIds = Record<SqlKey, string>

export async function createSqlMetrics(client: Metronome): Promise<MetricIds> {
  const ids = new Map<string, string>()
  for (const [key, { name, sql }] of Object.entries(SQL_METRICS)) {
    const { data } = await client.v1.billableMetrics.create({ name, sql })
    ids.set(key, data.id)
  }
  return Object.fromEntries(ids) as MetricIds
}

export async function createSqlProducts(
  client: Metronome,
  metricIds: MetricIds,
): Promise<ProductIds> {
  const ids: Partial<ProductIds> = {}
  for (const key of ['seats', 'bandwidth', 'tokens', 'users'] as const) {
    const { name, pricing, shown, granularity } = SQL_PRODUCTS[key]
    const { data } = await client.v1.contracts.products.create({
      name,
      type: 'USAGE',
      billable_metric_id: metricIds[key],
      pricing_group_key: pricing,
      presentation_group_key: shown,
      sql_breakdown_granularity: granularity,
    })
    ids[key] = data.id
  }
  return ids as ProductIds
}

/** A card with all prices, a customer and its contract from the first of March. */
export async function signSqlContract(client: Metronome, productIds: ProductIds): Promise<string> {
  const card = await client.v1.contracts.rateCards.create({ name: 'SQL prices 2026' })
  await client.v1.contracts.rateCards.rates.addMany({
    rate_card_id: card.data.id,
    rates: SQL_PRICES.map(({ product, values, cents, startingAt }) => ({
      product_id: productIds[product],
      pricing_group_values: values,
      rate_type: 'FLAT' as const,
      price: Number(cents),
      starting_at: startingAt,
      entitled: true,
    })),
  })
  const customer = await client.v1.customers.create({
    name: CUSTOMER.name,
    ingest_aliases: [CUSTOMER.alias],
  })
  await client.v1.contracts.create({
    customer_id: customer.data.id,
    rate_card_id: card.data.id,
    starting_at: MARCH.start,
  })
  return customer.data.id
}

/** From the swap on, the product of users is measured by those who came back. */
export async function swapUsersMetric(
  client: Metronome,
  productIds: ProductIds,
  metricIds: MetricIds,
): Promise<void> {
  await client.v1.contracts.products.update({
    product_id: productIds.users,
    starting_at: USERS_SWAP,
    billable_metric_id: metricIds.returning,
  })
}
