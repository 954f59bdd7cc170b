import { expect, test } from 'vitest'
import commits from '../golden/commits.json'
import enterprise from '../golden/enterprise.json'
import { createTestApi, type TestApi } from '../support/api.ts'
import { addRate, createdId } from '../support/catalog.ts'
import { withoutIds } from '../support/golden.ts'
import { completion, createOffering } from '../support/offering.ts'

/**
 * Whole invoices, compared exactly with files that people can read. Where a change of the rules is
 * meant to change one, its file is to be changed by hand.
 */

const START = '2026-03-01T00:00:00Z'
const NEXT = '2026-04-01T00:00:00Z'

async function setUp() {
  const api = await createTestApi({ clockMs: Date.parse(START) })
  const offering = await createOffering(api)
  const create = (members: object) =>
    createdId(api, '/v1/contract-pricing/products/create', members)
  const fee = await create({ name: 'Platform fee', type: 'FIXED' })
  return { api, ...offering, create, fee }
}

async function send(api: TestApi, events: [string, string, Record<string, unknown>][]) {
  await api.call('POST', '/v1/sandboxes/clock', { now: '2026-03-20T00:00:00Z' })
  for (const [id, timestamp, properties] of events) {
    const { status } = await api.call('POST', '/v1/ingest', [completion(id, timestamp, properties)])
    expect(status).toBe(200)
  }
}

/** All invoices once the month and its grace are over. */
async function finalInvoices(api: TestApi, customerId: string): Promise<unknown[]> {
  await api.call('POST', '/v1/sandboxes/clock', { now: '2026-04-02T00:00:00Z' })
  const path = `/v1/customers/${customerId}/invoices?status=FINALIZED`
  return (await api.call('GET', path)).body.data
}

test('golden: tiers, dimensions, an override, a custom unit, seats, a scheduled charge and a composite', async () => {
  const { api, customerId, metricId, productId, rateCardId, create, fee } = await setUp()
  const unit = await createdId(api, '/v1/credit-types/create', { name: 'AI credits' })
  await api.call('POST', '/v1/contract-pricing/rate-cards/update', {
    rate_card_id: rateCardId,
    add_credit_type_conversions: [{ custom_credit_type_id: unit, fiat_per_custom_credit: 50 }],
  })
  const tiered = await create({
    name: 'Tiered',
    type: 'USAGE',
    billable_metric_id: metricId,
  })
  const units = await create({ name: 'In credits', type: 'USAGE', billable_metric_id: metricId })
  const seats = await create({ name: 'Seats', type: 'SUBSCRIPTION' })
  const support = await create({
    name: 'Support',
    type: 'COMPOSITE',
    composite_product_ids: [productId, tiered, seats],
  })
  const rate = { rate_card_id: rateCardId, starting_at: '2026-01-01T00:00:00Z' }
  await addRate(api, {
    ...rate,
    product_id: tiered,
    rate_type: 'TIERED',
    tiers: [{ size: 100, price: 1 }, { price: 0.5 }],
  })
  await addRate(api, { ...rate, product_id: units, price: 0.1, credit_type_id: unit })
  await addRate(api, { ...rate, product_id: seats, price: 3100, billing_frequency: 'MONTHLY' })
  await addRate(api, { ...rate, product_id: support, rate_type: 'PERCENTAGE', price: 0.1 })
  const contract = await createdId(api, '/v1/contracts/create', {
    customer_id: customerId,
    name: 'Enterprise',
    rate_card_id: rateCardId,
    starting_at: START,
    net_payment_terms_days: 30,
    scheduled_charges_on_usage_invoices: 'ALL',
    overrides: [
      {
        starting_at: START,
        type: 'MULTIPLIER',
        multiplier: 0.5,
        override_specifiers: [{ product_id: productId, pricing_group_values: { model: 'm2' } }],
      },
    ],
    subscriptions: [
      {
        subscription_rate: { product_id: seats, billing_frequency: 'MONTHLY' },
        collection_schedule: 'ADVANCE',
        proration: { is_prorated: true, invoice_behavior: 'BILL_IMMEDIATELY' },
        initial_quantity: 2,
      },
    ],
    scheduled_charges: [
      {
        product_id: fee,
        schedule: {
          schedule_items: [
            { timestamp: START, amount: 1000 },
            { timestamp: NEXT, amount: 1000 },
          ],
        },
      },
    ],
  })
  await send(api, [
    ['a', '2026-03-05T10:00:00Z', { tokens: 80, model: 'm1', team: 'x' }],
    ['b', '2026-03-06T10:00:00Z', { tokens: 40, model: 'm2', team: 'x' }],
    ['c', '2026-03-07T10:00:00Z', { tokens: 30, model: 'm2', team: 'y' }],
  ])
  const invoices = await finalInvoices(api, customerId)
  const names = { customer: customerId, contract, dimensional: productId, tiered, units }
  const named = { ...names, seats, support, fee, 'AI credits': unit }
  expect(withoutIds(invoices, named)).toEqual(enterprise)
})

test('golden: a credit that ends within the month, a prepaid and a postpaid commit, and what is left', async () => {
  const { api, customerId, productId, rateCardId, fee } = await setUp()
  const access = (amount: number, ending_before: string) => ({
    schedule_items: [{ amount, starting_at: START, ending_before }],
  })
  const paid = (amount: number, timestamp: string) => ({ schedule_items: [{ amount, timestamp }] })
  const year = '2027-03-01T00:00:00Z'
  const contract = await createdId(api, '/v1/contracts/create', {
    customer_id: customerId,
    rate_card_id: rateCardId,
    starting_at: START,
    credits: [
      {
        name: 'Welcome',
        product_id: fee,
        priority: 1,
        access_schedule: access(150, '2026-03-10T00:00:00Z'),
      },
    ],
    commits: [
      {
        type: 'PREPAID',
        name: 'Prepaid',
        product_id: fee,
        priority: 2,
        access_schedule: access(100, year),
        invoice_schedule: paid(80, START),
      },
      {
        type: 'POSTPAID',
        name: 'Postpaid',
        product_id: fee,
        priority: 3,
        applicable_product_ids: [productId],
        access_schedule: access(60, year),
        invoice_schedule: paid(60, year),
      },
    ],
  })
  await send(api, [
    ['a', '2026-03-05T10:00:00Z', { tokens: 50, model: 'm1', team: 'x' }],
    ['b', '2026-03-15T10:00:00Z', { tokens: 70, model: 'm1', team: 'x' }],
    ['c', '2026-03-15T11:00:00Z', { tokens: 30, model: 'm2', team: 'x' }],
  ])
  const invoices = await finalInvoices(api, customerId)
  const names = { customer: customerId, contract, completions: productId, fee }
  expect(withoutIds(invoices, names)).toEqual(commits)
})
