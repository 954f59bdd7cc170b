import { env, exports } from 'cloudflare:workers'
import Metronome from '@metronome/sdk'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { Subscription } from '../../src/core/contracts/subscription.ts'
import { insertCommits } from '../../src/db/commits.ts'
import { openDatabase } from '../../src/db/database.ts'
import { contracts } from '../../src/db/schema.ts'
import { createTestApi, type TestApi } from '../support/api.ts'
import { balance, segment } from '../support/balances.ts'
import {
  addRate,
  createdId,
  createMetric,
  createProduct,
  createRateCard,
  UNKNOWN_ID,
} from '../support/catalog.ts'

const worker = (exports as unknown as { default: Fetcher }).default
const db = openDatabase((env as unknown as { DB: D1Database }).DB)
const USD = '2714e483-4ff1-48e4-9e25-ac732e8f24f2'
const MAR = Date.UTC(2026, 2)
const APR = Date.UTC(2026, 3)
const PATH = '/v1/contracts/seatBalances/list'

/** A contract with seats, and with commits that are divided among them, on 10 March 2026. */
async function setUp(api: TestApi, seats: Record<string, string>, commits = 1) {
  const customer_id = await createdId(api, '/v1/customers', { name: 'Acme' })
  const contract = { customer_id, starting_at: '2026-03-01T00:00:00Z' }
  const contract_id = await createdId(api, '/v1/contracts/create', contract)
  const product = { name: 'Seat', type: 'SUBSCRIPTION' }
  const planId = await createdId(api, '/v1/contract-pricing/products/create', product)
  const subscription = seated(planId, Object.keys(seats))
  const [row] = await db.select().from(contracts).where(eq(contracts.id, contract_id))
  const terms = { ...row!.terms, subscriptions: [subscription] }
  await db.update(contracts).set({ terms }).where(eq(contracts.id, contract_id))
  const span = { startingAt: MAR, endingBefore: APR }
  const made = Array.from({ length: commits }, () => {
    return balance({
      id: crypto.randomUUID(),
      customerId: customer_id,
      contractId: contract_id,
      type: 'PREPAID',
      seats: { subscriptionId: subscription.id, groupKey: 'user' },
      segments: [segment('100000', { id: crypto.randomUUID(), seats, ...span })],
    })
  })
  const [first, ...rest] = insertCommits(db, api.environmentId, made)
  await db.batch([first!, ...rest])
  return { customer_id, contract_id, subscription_id: subscription.id, commits: made }
}

function seated(productId: string, seatIds: string[]): Subscription {
  return {
    id: crypto.randomUUID(),
    productId,
    billingFrequency: 'MONTHLY',
    collectionSchedule: 'ADVANCE',
    proration: { isProrated: false, invoiceBehavior: 'BILL_IMMEDIATELY' },
    startingAt: MAR,
    endingBefore: null,
    quantityManagementMode: 'SEAT_BASED',
    seatGroupKey: 'user',
    quantities: [{ at: MAR, quantity: String(seatIds.length), seatIds, createdAt: MAR }],
    invoicePlacement: 'ON_USAGE_INVOICE',
    customFields: {},
    createdAt: MAR,
  }
}

test('the SDK reads what each seat has, and what an entry by hand takes from it', async () => {
  const api = await createTestApi()
  const { customer_id, contract_id, commits } = await setUp(api, { ann: '60000', bob: '40000' })
  const client = new Metronome({
    bearerToken: api.token,
    baseURL: 'http://tactus.test',
    fetch: (url, init) => worker.fetch(new Request(url, init)),
  })
  const [commit] = commits
  await client.v1.contracts.addManualBalanceEntry({
    customer_id,
    contract_id,
    id: commit!.id,
    segment_id: commit!.segments[0]!.id,
    amount: -20_000,
    per_group_amounts: { ann: -20_000 },
    reason: 'Moved elsewhere',
  })
  const answer = await client.v1.contracts.listSeatBalances({
    customer_id,
    contract_id,
    include_credits_and_commits: true,
    include_ledgers: true,
  })
  expect(answer.pagination).toEqual({
    seats_included: 2,
    seats_available_for_next_page: 0,
    next_page: null,
  })
  const [ann, bob] = answer.data
  expect(ann).toMatchObject({
    seat_id: 'ann',
    balances: [{ credit_type_id: USD, balance: 40_000, starting_balance: 60_000 }],
    commits: [{ id: commit!.id, balance: 40_000, start_date: '2026-03-01T00:00:00.000Z' }],
    credits: [],
  })
  expect(ann?.commits?.[0]?.ledger_entries).toMatchObject([
    { type: 'PREPAID_COMMIT_SEGMENT_START', amount: 60_000 },
    { type: 'PREPAID_COMMIT_MANUAL', amount: -20_000 },
  ])
  expect(bob).toMatchObject({ seat_id: 'bob', balances: [{ balance: 40_000 }] })
})

test('seats are found by their ids, subscriptions and dates', async () => {
  const api = await createTestApi()
  const setup = await setUp(api, { ann: '60000', bob: '40000' })
  const { customer_id, contract_id, subscription_id } = setup
  const list = (members: Record<string, unknown>) =>
    api.call('POST', PATH, { customer_id, contract_id, ...members })

  expect((await list({ seat_ids: ['bob'] })).body.data).toEqual([
    {
      seat_id: 'bob',
      balances: [{ credit_type_id: USD, balance: 40_000, starting_balance: 40_000 }],
    },
  ])
  const missing = { seat_ids: ['bob', 'cy'] }
  expect((await list(missing)).body.message).toBe(
    'seat_ids: no subscription of the contract has a seat cy',
  )
  expect((await list({ ...missing, skip_missing_seat_ids: true })).body.data).toHaveLength(1)
  expect((await list({ subscription_ids: [subscription_id] })).body.data).toHaveLength(2)
  expect((await list({ subscription_ids: [UNKNOWN_ID] })).body.message).toBe(
    `subscription_ids: the contract has no SEAT_BASED subscription ${UNKNOWN_ID}`,
  )
  const later = await list({ starting_at: '2026-04-01T00:00:00Z' })
  expect(later.body.data).toEqual([
    { seat_id: 'ann', balances: [] },
    { seat_id: 'bob', balances: [] },
  ])
  const both = { covering_date: '2026-03-01T00:00:00Z', starting_at: '2026-03-01T00:00:00Z' }
  expect((await list(both)).status).toBe(400)
  expect((await list({ contract_id: UNKNOWN_ID })).status).toBe(404)
})

test('a page ends with the seat that brings it to 100 commits and credits', async () => {
  const api = await createTestApi()
  const { customer_id, contract_id } = await setUp(api, { a: '1', b: '1', c: '1', d: '1' }, 50)
  const question = { customer_id, contract_id, include_credits_and_commits: true }
  const first = await api.call('POST', PATH, question)
  expect(first.body.data.map(({ seat_id }: { seat_id: string }) => seat_id)).toEqual(['a', 'b'])
  expect(first.body.pagination).toMatchObject({
    seats_included: 2,
    seats_available_for_next_page: 2,
  })
  const cursor = first.body.pagination.next_page
  const second = await api.call('POST', PATH, { ...question, cursor, limit: 1 })
  expect(second.body.data).toMatchObject([{ seat_id: 'c', balances: [{ balance: 50 }] }])
  expect(second.body.pagination.seats_available_for_next_page).toBe(1)
})

test('TV46: each seat of a subscription draws on its own part of a recurring commit', async () => {
  const api = await createTestApi()
  const customer_id = await createdId(api, '/v1/customers', {
    name: 'Acme',
    ingest_aliases: ['acme'],
  })
  const productId = await createProduct(api, {
    billable_metric_id: await createMetric(api, { groupKeys: [['user']] }),
    presentation_group_key: ['user'],
  })
  const rate_card_id = await createRateCard(api)
  await addRate(api, { rate_card_id, product_id: productId, price: 10_000 })
  const make = (name: string, type: string) =>
    createdId(api, '/v1/contract-pricing/products/create', { name, type })
  const planId = await make('Seat', 'SUBSCRIPTION')
  const billing_frequency = 'MONTHLY'
  await addRate(api, { rate_card_id, product_id: planId, price: 0, billing_frequency })
  const contract_id = await createdId(api, '/v1/contracts/create', {
    customer_id,
    rate_card_id,
    starting_at: '2026-03-01T00:00:00Z',
    subscriptions: [
      {
        temporary_id: 'seats',
        subscription_rate: { product_id: planId, billing_frequency },
        collection_schedule: 'ADVANCE',
        proration: {},
        quantity_management_mode: 'SEAT_BASED',
        seat_config: { seat_group_key: 'user', initial_seat_ids: ['seat_1', 'seat_2'] },
      },
    ],
    recurring_commits: [
      {
        product_id: await make('Allowance', 'FIXED'),
        priority: 1,
        access_amount: { unit_price: 50_000, credit_type_id: USD },
        commit_duration: { value: 1, unit: 'PERIODS' },
        starting_at: '2026-03-01T00:00:00Z',
        subscription_config: {
          subscription_id: 'seats',
          allocation: 'INDIVIDUAL',
          apply_seat_increase_config: { is_prorated: false },
        },
      },
    ],
  })
  const event = { customer_id: 'acme', event_type: 'use', properties: { user: 'seat_1' } }
  const timestamp = '2026-03-05T00:00:00Z'
  await api.call('POST', '/v1/ingest', [
    { ...event, transaction_id: 'a', timestamp },
    { ...event, transaction_id: 'b', timestamp },
  ])
  const question = { include_credits_and_commits: true, include_ledgers: true }
  const { body } = await api.call('POST', PATH, { customer_id, contract_id, ...question })
  const full = { credit_type_id: USD, balance: 50_000, starting_balance: 50_000 }
  expect(body.data).toMatchObject([
    { seat_id: 'seat_1', balances: [{ ...full, balance: 30_000 }] },
    { seat_id: 'seat_2', balances: [full] },
  ])
  expect(body.data[0].commits[0].ledger_entries).toMatchObject([
    { type: 'PREPAID_COMMIT_SEGMENT_START', amount: 50_000 },
    { type: 'PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION', amount: -20_000 },
  ])
})
