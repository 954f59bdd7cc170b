import type Metronome from '@metronome/sdk'
import {
  CALL_TIERS,
  CARD_START,
  CREDITS,
  DISCOUNT,
  ENTERPRISE,
  ONBOARDING,
  PACKAGE_ALIAS,
  SEATS,
  SEATS_ADDED,
  SUPPORT_FRACTION,
  TOKEN_RATES,
  TOKENS_PER_UNIT,
} from './enterprise-terms.ts'
import { MARCH } from './price-list.ts'

const CARD_ALIAS = 'enterprise-prices'
const PLATFORM_TAG = 'platform'

interface ProductIds {
  tokens: string
  calls: string
  seats: string
  support: string
  onboarding: string
}

export async function createEnterpriseProducts(client: Metronome): Promise<ProductIds> {
  const tokens = await client.v1.billableMetrics.create({
    name: 'Tokens',
    aggregation_type: 'SUM',
    aggregation_key: 'tokens',
    event_type_filter: { in_values: ['completion'] },
    property_filters: ['model', 'region', 'tokens'].map((name) => ({ name, exists: true })),
    group_keys: [['model', 'region']],
  })
  const calls = await client.v1.billableMetrics.create({
    name: 'API calls',
    aggregation_type: 'COUNT',
    event_type_filter: { in_values: ['api_call'] },
  })
  const create = async (product: Parameters<typeof client.v1.contracts.products.create>[0]) =>
    (await client.v1.contracts.products.create(product)).data.id
  return {
    tokens: await create({
      name: 'Inference, 1,000 tokens',
      type: 'USAGE',
      billable_metric_id: tokens.data.id,
      pricing_group_key: ['model', 'region'],
      quantity_conversion: { conversion_factor: TOKENS_PER_UNIT, operation: 'DIVIDE' },
      tags: [PLATFORM_TAG],
    }),
    calls: await create({
      name: 'API calls',
      type: 'USAGE',
      billable_metric_id: calls.data.id,
      tags: [PLATFORM_TAG],
    }),
    seats: await create({ name: 'Seats', type: 'SUBSCRIPTION' }),
    support: await create({
      name: 'Support',
      type: 'COMPOSITE',
      composite_tags: [PLATFORM_TAG],
    }),
    onboarding: await create({ name: 'Onboarding', type: 'FIXED' }),
  }
}

/** A card with all prices, those of tokens in a custom pricing unit. */
export async function createEnterpriseCard(client: Metronome, products: ProductIds): Promise<void> {
  const unit = await client.post<{ data: { id: string } }>('/v1/credit-types/create', {
    body: { name: CREDITS.name },
  })
  const { rateCards } = client.v1.contracts
  const card = await rateCards.create({
    name: 'Enterprise prices 2026',
    aliases: [{ name: CARD_ALIAS }],
    credit_type_conversions: [
      { custom_credit_type_id: unit.data.id, fiat_per_custom_credit: Number(CREDITS.cents) },
    ],
  })
  const common = { entitled: true, starting_at: CARD_START }
  await rateCards.rates.addMany({
    rate_card_id: card.data.id,
    rates: [
      ...TOKEN_RATES.map(({ model, region, price }) => ({
        ...common,
        product_id: products.tokens,
        pricing_group_values: { model, region },
        rate_type: 'FLAT' as const,
        price: Number(price),
        credit_type_id: unit.data.id,
      })),
      {
        ...common,
        product_id: products.calls,
        rate_type: 'TIERED' as const,
        tiers: CALL_TIERS.map(({ size, price }) => ({
          price: Number(price),
          ...(size !== null && { size }),
        })),
      },
      {
        ...common,
        product_id: products.seats,
        rate_type: 'FLAT' as const,
        price: Number(SEATS.price),
        billing_frequency: 'MONTHLY' as const,
      },
      {
        ...common,
        product_id: products.support,
        rate_type: 'PERCENTAGE' as const,
        price: Number(SUPPORT_FRACTION),
      },
    ],
  })
}

/** All terms of a contract, relative to its start. */
export async function createEnterprisePackage(
  client: Metronome,
  products: ProductIds,
): Promise<void> {
  const days = (value: number) => ({ value, unit: 'DAYS' as const })
  await client.v1.packages.create({
    name: 'Enterprise',
    aliases: [{ name: PACKAGE_ALIAS }],
    rate_card_alias: CARD_ALIAS,
    duration: { value: 12, unit: 'MONTHS' },
    overrides: [
      {
        starting_at_offset: days(0),
        type: 'MULTIPLIER',
        multiplier: Number(DISCOUNT.multiplier),
        override_specifiers: [
          {
            product_id: products.tokens,
            pricing_group_values: { model: DISCOUNT.model, region: DISCOUNT.region },
          },
        ],
      },
    ],
    scheduled_charges: [
      {
        product_id: products.onboarding,
        schedule: {
          schedule_items: ONBOARDING.map(({ day, price }) => ({
            date_offset: days(day),
            unit_price: Number(price),
            quantity: 1,
          })),
        },
      },
    ],
    subscriptions: [
      {
        subscription_rate: { product_id: products.seats, billing_frequency: 'MONTHLY' },
        collection_schedule: 'ADVANCE',
        proration: { is_prorated: true, invoice_behavior: 'BILL_IMMEDIATELY' },
        initial_quantity: SEATS.initial,
      },
    ],
  })
}

/** The customer, and its contract by the package from the first of March. */
export async function signEnterprise(
  client: Metronome,
): Promise<{ customerId: string; contractId: string }> {
  const customer = await client.v1.customers.create({
    name: ENTERPRISE.name,
    ingest_aliases: [ENTERPRISE.alias],
  })
  const contract = await client.v1.contracts.create({
    customer_id: customer.data.id,
    package_alias: PACKAGE_ALIAS,
    starting_at: MARCH.start,
  })
  return { customerId: customer.data.id, contractId: contract.data.id }
}

export async function addSeats(
  client: Metronome,
  { customerId, contractId }: { customerId: string; contractId: string },
): Promise<void> {
  const reference = { customer_id: customerId, contract_id: contractId }
  const { data } = await client.v2.contracts.retrieve(reference)
  const [seats] = data.subscriptions ?? []
  if (seats?.id === undefined) throw new Error('the contract of the package has no subscription')
  await client.v2.contracts.edit({
    ...reference,
    update_subscriptions: [
      {
        subscription_id: seats.id,
        quantity_updates: [{ quantity_delta: SEATS.added, starting_at: SEATS_ADDED }],
      },
    ],
  })
}
