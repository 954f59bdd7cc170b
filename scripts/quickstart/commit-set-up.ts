import type Metronome from '@metronome/sdk'
import {
  BUYER,
  CREDIT,
  CREDIT_END,
  FIRST_COMMIT,
  FIRST_END,
  RENEWAL,
  SECOND_COMMIT,
  SECOND_END,
  START,
  STORAGE_PRICE,
  TOKEN_PRICES,
} from './commit-terms.ts'

/** Who buys, at which prices, and the products that stand for what is paid in advance. */
export interface CommitOffer {
  customerId: string
  cardId: string
  commitProductId: string
  creditProductId: string
}

const INFERENCE_TAG = 'inference'

export async function createCommitOffer(client: Metronome): Promise<CommitOffer> {
  const { products, rateCards } = client.v1.contracts
  const tokens = await client.v1.billableMetrics.create({
    name: 'Tokens',
    aggregation_type: 'SUM',
    aggregation_key: 'tokens',
    event_type_filter: { in_values: ['completion'] },
    property_filters: ['tokens', 'model'].map((name) => ({ name, exists: true })),
    group_keys: [['model']],
  })
  const peak = await client.v1.billableMetrics.create({
    name: 'Peak storage (GB)',
    aggregation_type: 'MAX',
    aggregation_key: 'gigabytes',
    event_type_filter: { in_values: ['storage_snapshot'] },
    property_filters: [{ name: 'gigabytes', exists: true }],
  })
  const inference = await products.create({
    name: 'Inference',
    type: 'USAGE',
    billable_metric_id: tokens.data.id,
    pricing_group_key: ['model'],
    tags: [INFERENCE_TAG],
  })
  const storage = await products.create({
    name: 'Storage, peak GB',
    type: 'USAGE',
    billable_metric_id: peak.data.id,
  })
  const commit = await products.create({ name: 'Commitment', type: 'FIXED' })
  const credit = await products.create({ name: 'Credit', type: 'FIXED' })
  const card = await rateCards.create({ name: 'Prices 2026' })
  const common = { rate_type: 'FLAT' as const, entitled: true, starting_at: START }
  await rateCards.rates.addMany({
    rate_card_id: card.data.id,
    rates: [
      ...Object.entries(TOKEN_PRICES).map(([model, price]) => ({
        ...common,
        product_id: inference.data.id,
        pricing_group_values: { model },
        price: Number(price),
      })),
      { ...common, product_id: storage.data.id, price: Number(STORAGE_PRICE) },
    ],
  })
  const customer = await client.v1.customers.create({
    name: BUYER.name,
    ingest_aliases: [BUYER.alias],
  })
  return {
    customerId: customer.data.id,
    cardId: card.data.id,
    commitProductId: commit.data.id,
    creditProductId: credit.data.id,
  }
}

/** The first contract, with a commit that is paid at once and a credit. */
export async function signFirst(client: Metronome, offer: CommitOffer): Promise<string> {
  const { name, granted, paid, rollover, priority } = FIRST_COMMIT
  const { data } = await client.v1.contracts.create({
    customer_id: offer.customerId,
    rate_card_id: offer.cardId,
    name: 'First contract',
    starting_at: START,
    ending_before: FIRST_END,
    commits: [
      {
        product_id: offer.commitProductId,
        name,
        type: 'PREPAID',
        priority,
        rollover_fraction: Number(rollover),
        applicable_product_tags: [INFERENCE_TAG],
        access_schedule: {
          schedule_items: [
            { amount: Number(granted), starting_at: START, ending_before: FIRST_END },
          ],
        },
        invoice_schedule: { schedule_items: [{ amount: Number(paid), timestamp: START }] },
      },
    ],
    credits: [
      {
        product_id: offer.creditProductId,
        name: CREDIT.name,
        priority: CREDIT.priority,
        specifiers: [{ pricing_group_values: { model: 'large' } }],
        access_schedule: {
          schedule_items: [
            { amount: Number(CREDIT.granted), starting_at: START, ending_before: CREDIT_END },
          ],
        },
      },
    ],
  })
  return data.id
}

/** The contract that takes over, with a smaller commit. */
export async function renew(
  client: Metronome,
  offer: CommitOffer,
  fromContractId: string,
): Promise<string> {
  const { name, granted, paid } = SECOND_COMMIT
  const { data } = await client.v1.contracts.create({
    customer_id: offer.customerId,
    rate_card_id: offer.cardId,
    name: 'Second contract',
    starting_at: RENEWAL,
    ending_before: SECOND_END,
    transition: { type: 'RENEWAL', from_contract_id: fromContractId },
    commits: [
      {
        product_id: offer.commitProductId,
        name,
        type: 'PREPAID',
        applicable_product_tags: [INFERENCE_TAG],
        access_schedule: {
          schedule_items: [
            { amount: Number(granted), starting_at: RENEWAL, ending_before: SECOND_END },
          ],
        },
        invoice_schedule: { schedule_items: [{ amount: Number(paid), timestamp: RENEWAL }] },
      },
    ],
  })
  return data.id
}
