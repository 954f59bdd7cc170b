import type Metronome from '@metronome/sdk'
import {
  CUSTOMERS,
  MARCH,
  METRICS,
  PRICES,
  PRODUCTS,
  type Customer,
  type MetricKey,
  type Price,
} from './price-list.ts'

const CARD_ALIAS = 'list-prices'

type Ids = Record<MetricKey, string>

export async function createMetrics(client: Metronome): Promise<Ids> {
  const ids: Partial<Ids> = {}
  for (const { key, ...metric } of METRICS) {
    const { data } = await client.v1.billableMetrics.create(metric)
    ids[key] = data.id
  }
  return ids as Ids
}

export async function createProducts(client: Metronome, metricIds: Ids): Promise<Ids> {
  const ids: Partial<Ids> = {}
  for (const { key } of METRICS) {
    const { name, pricing, shown } = PRODUCTS[key]
    const { data } = await client.v1.contracts.products.create({
      name,
      type: 'USAGE',
      billable_metric_id: metricIds[key],
      pricing_group_key: pricing,
      presentation_group_key: shown,
    })
    ids[key] = data.id
  }
  return ids as Ids
}

export async function createRateCard(client: Metronome, productIds: Ids): Promise<string> {
  const card = await client.v1.contracts.rateCards.create({
    name: 'List prices 2026',
    aliases: [{ name: CARD_ALIAS }],
  })
  await client.v1.contracts.rateCards.rates.addMany({
    rate_card_id: card.data.id,
    rates: PRICES.map((price: Price) => ({
      product_id: productIds[price.product],
      pricing_group_values: price.values && { ...price.values },
      rate_type: 'FLAT' as const,
      price: Number(price.cents),
      starting_at: price.startingAt,
      entitled: true,
    })),
  })
  return card.data.id
}

export interface SignedCustomer extends Customer {
  id: string
  contractId: string
}

/** The first contract names its rate card by id, the second by alias. */
export async function signContracts(client: Metronome, cardId: string): Promise<SignedCustomer[]> {
  const signed: SignedCustomer[] = []
  for (const [i, customer] of CUSTOMERS.entries()) {
    const { data } = await client.v1.customers.create({
      name: customer.name,
      ingest_aliases: customer.aliases,
    })
    const contract = await client.v1.contracts.create({
      customer_id: data.id,
      starting_at: MARCH.start,
      // Signing twice under one key is refused, so that a retry makes no second contract.
      uniqueness_key: `${customer.aliases[0]}-2026`,
      ...(i === 0 ? { rate_card_id: cardId } : { rate_card_alias: CARD_ALIAS }),
    })
    signed.push({ ...customer, id: data.id, contractId: contract.data.id })
  }
  return signed
}
