import { exports } from 'cloudflare:workers'
import Metronome from '@metronome/sdk'
import { expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../support/api.ts'
import {
  addRate,
  createdId,
  createProduct,
  createRateCard,
  UNKNOWN_ID,
} from '../support/catalog.ts'
import { createOffering, type Offering } from '../support/offering.ts'

const worker = (exports as unknown as { default: Fetcher }).default
const START = '2026-03-01T00:00:00Z'

const USD = { id: '2714e483-4ff1-48e4-9e25-ac732e8f24f2', name: 'USD (cents)' }

/** Creates a contract with these members on the offering's card, and answers what was answered. */
async function create(
  api: TestApi,
  offering: Pick<Offering, 'customerId' | 'rateCardId'>,
  members: object,
) {
  const { customerId: customer_id, rateCardId: rate_card_id } = offering
  const contract = { customer_id, rate_card_id, starting_at: START, ...members }
  return api.call('POST', '/v1/contracts/create', contract)
}

test('overrides of every kind are stored and shown as they were asked for', async () => {
  const api = await createTestApi()
  const offering = await createOffering(api)
  const { productId: product_id, customerId: customer_id } = offering
  const values = { product_id, pricing_group_values: { model: 'm1' } }
  const tiers = [{ size: 100, multiplier: 1 }, { multiplier: 0.5 }]
  const overrides = [
    { starting_at: START, type: 'multiplier', multiplier: 0.9, priority: 2, product_id },
    {
      starting_at: START,
      ending_before: '2026-05-01T00:00:00Z',
      type: 'OVERWRITE',
      overwrite_rate: { rate_type: 'flat', price: 323.5 },
      override_specifiers: [values],
    },
    { starting_at: START, type: 'TIERED', tiers, priority: 1, applicable_product_tags: ['a', 'b'] },
    { starting_at: START, entitled: false, override_specifiers: [{ product_tags: ['x', 'y'] }] },
    {
      starting_at: START,
      type: 'MULTIPLIER',
      multiplier: 0,
      priority: 3,
      is_commit_specific: true,
      rate_target: 'commit_rate',
    },
  ]
  const created = await create(api, offering, {
    multiplier_override_prioritization: 'explicit',
    overrides,
    total_contract_value: 1200.5,
  })
  expect(created.status).toBe(200)
  const shown = { id: expect.any(String), created_at: '2026-03-10T12:00:00.000Z' }
  const starting_at = '2026-03-01T00:00:00.000Z'
  const expected = [
    {
      ...shown,
      starting_at,
      type: 'MULTIPLIER',
      multiplier: 0.9,
      priority: 2,
      product: { id: product_id, name: 'Completions' },
    },
    {
      ...shown,
      starting_at,
      ending_before: '2026-05-01T00:00:00.000Z',
      type: 'OVERWRITE',
      overwrite_rate: { rate_type: 'FLAT', price: 323.5, credit_type: USD },
      override_specifiers: [values],
    },
    {
      ...shown,
      starting_at,
      type: 'TIERED',
      override_tiers: tiers,
      priority: 1,
      applicable_product_tags: ['a', 'b'],
    },
    {
      ...shown,
      starting_at,
      entitled: false,
      override_specifiers: [{ product_tags: ['x', 'y'] }],
    },
    {
      ...shown,
      starting_at,
      type: 'MULTIPLIER',
      multiplier: 0,
      priority: 3,
      is_commit_specific: true,
      target: 'COMMIT_RATE',
    },
  ]
  const { contract } = created.body.data
  expect(contract).toMatchObject({
    multiplier_override_prioritization: 'EXPLICIT',
    total_contract_value: 1200.5,
  })
  expect(contract.overrides).toEqual(expected)
  const reference = { customer_id, contract_id: contract.id }
  const v2 = (await api.call('POST', '/v2/contracts/get', reference)).body.data
  expect(v2).toEqual(contract)
  const v1 = (await api.call('POST', '/v1/contracts/get', reference)).body.data
  expect(v1.initial.overrides).toEqual(contract.overrides)
  expect(v1.current.overrides).toEqual(contract.overrides)
})

test('decimals of overrides keep all their digits', async () => {
  const api = await createTestApi()
  const { customerId, rateCardId } = await createOffering(api)
  const created = await api.call(
    'POST',
    '/v1/contracts/create',
    `{"customer_id":"${customerId}","rate_card_id":"${rateCardId}","starting_at":"${START}",
      "overrides":[{"starting_at":"${START}","type":"MULTIPLIER","multiplier":0.12345678901234567890123}]}`,
  )
  expect(created.text).toContain('"multiplier":0.12345678901234567890123')
})

test('a usage filter is shown as a schedule in both versions', async () => {
  const api = await createTestApi()
  const productId = await createProduct(api, { pricingGroupKey: ['model'] })
  const rateCardId = await createRateCard(api)
  await addRate(api, { rate_card_id: rateCardId, product_id: productId, price: 1 })
  const customerId = await createdId(api, '/v1/customers', { name: 'Acme' })
  const offering = { customerId, rateCardId }
  const wrong = await create(api, offering, {
    usage_filter: { group_key: 'org', group_values: ['a'] },
  })
  expect(wrong.status).toBe(400)
  expect(wrong.body.message).toContain('usage_filter.group_key')
  const filter = { group_key: 'model', group_values: ['m1', 'm2'] }
  const created = await create(api, offering, { usage_filter: filter })
  const starting_at = '2026-03-01T00:00:00.000Z'
  expect(created.body.data.contract.usage_filter).toEqual([{ ...filter, starting_at }])
  const { body } = await api.call('POST', '/v1/contracts/get', {
    customer_id: customerId,
    contract_id: created.body.data.id,
  })
  expect(body.data.current.usage_filter).toEqual({
    initial: { ...filter, starting_at },
    current: { ...filter, starting_at },
    updates: [],
  })
})

test('malformed overrides are refused by field, and nothing is created', async () => {
  const api = await createTestApi()
  const offering = await createOffering(api)
  const { productId: product_id } = offering
  const multiplier = { starting_at: START, type: 'MULTIPLIER', multiplier: 1 }
  const overwrite = {
    starting_at: START,
    type: 'OVERWRITE',
    overwrite_rate: { rate_type: 'FLAT', price: 1 },
  }
  const table: [object, string][] = [
    [{ starting_at: '2026-03-01T00:30:00Z' }, 'starting_at'],
    [{ ending_before: START }, 'ending_before'],
    [{ type: 'FREE' }, 'type'],
    [{ multiplier: -1 }, 'multiplier'],
    [{ multiplier: '1' }, 'multiplier'],
    [{ multiplier: undefined }, 'multiplier'],
    [{ priority: 0 }, 'priority'],
    [{ product_id: 'x' }, 'product_id'],
    [{ product_id: UNKNOWN_ID }, 'product_id: No such product in rate card'],
    [{ applicable_product_tags: [] }, 'applicable_product_tags'],
    [{ product_id, override_specifiers: [{}] }, 'override_specifiers'],
    [{ override_specifiers: [{ billing_frequency: 'DAILY' }] }, 'billing_frequency'],
    [{ override_specifiers: [{ commit_ids: [UNKNOWN_ID] }] }, 'commit_ids'],
    [{ override_specifiers: [{ exclude: [{}] }] }, 'exclude[0].product_tags'],
    [{ target: 'COMMIT_RATE' }, 'target'],
    [{ is_commit_specific: true, target: 'COMMIT_RATE', rate_target: 'LIST_RATE' }, 'rate_target'],
    [{ ...overwrite, multiplier: undefined, product_id }, 'pricing_group_values'],
    [
      { ...overwrite, multiplier: undefined, overwrite_rate: { price: 1 } },
      'overwrite_rate.rate_type',
    ],
    [
      { ...overwrite, multiplier: undefined, overwrite_rate: { rate_type: 'FLAT', price: -1 } },
      'overwrite_rate.price',
    ],
    [
      { ...overwrite, multiplier: undefined, applicable_product_tags: ['a'] },
      'applicable_product_tags',
    ],
    [{ type: 'TIERED', multiplier: undefined, tiers: [] }, 'tiers'],
  ]
  for (const [change, field] of table) {
    const answer = await create(api, offering, { overrides: [{ ...multiplier, ...change }] })
    expect([change, answer.status]).toEqual([change, 400])
    expect(answer.body.message).toContain(`overrides[0].`)
    expect(answer.body.message).toContain(field)
  }
  const { body } = await api.call('POST', '/v2/contracts/list', {
    customer_id: offering.customerId,
  })
  expect(body.data).toEqual([])
})

test('the official SDK creates a contract with overrides', async () => {
  const api = await createTestApi()
  const { customerId, rateCardId, productId } = await createOffering(api)
  const client = new Metronome({
    bearerToken: api.token,
    baseURL: 'http://tactus.test',
    fetch: (url, init) => worker.fetch(new Request(url, init)),
  })
  const { data } = await client.v1.contracts.create({
    customer_id: customerId,
    rate_card_id: rateCardId,
    starting_at: START,
    overrides: [{ starting_at: START, type: 'MULTIPLIER', multiplier: 0.8, product_id: productId }],
  })
  const found = await client.v2.contracts.retrieve({
    customer_id: customerId,
    contract_id: data.id,
    include_balance: true,
  })
  expect(found.data.overrides[0]?.multiplier).toBe(0.8)
})
