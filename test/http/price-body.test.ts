import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'
import { createProduct, createRateCard } from '../support/catalog.ts'

const CARDS = '/v1/contract-pricing/rate-cards'
const USD = { id: '2714e483-4ff1-48e4-9e25-ac732e8f24f2', name: 'USD (cents)' }
const MARCH = '2026-03-01T00:00:00.000Z'
const TIERED = { rate_type: 'TIERED', price: undefined, tiers: [{ price: 1 }] }
const FLAT = { starting_at: MARCH, entitled: true, rate_type: 'FLAT', price: 100 }

async function seed() {
  const api = await createTestApi()
  const product_id = await createProduct(api)
  return { call: api.call, product_id, rate_card_id: await createRateCard(api) }
}

test('a tiered rate with a commit rate is read back as it was added, with every digit', async () => {
  const { call, product_id, rate_card_id } = await seed()
  const tiers =
    '[{"size":5,"price":0},{"size":1e1,"price":0.1234567890123456789},{"size":null,"price":150}]'
  const commitRate = '{"rate_type":"flat","price":99.5}'
  const entry = { starting_at: MARCH, entitled: true, rate_type: 'tiered' }
  const body = JSON.stringify({ ...entry, rate_card_id, product_id, tiers: 1, commit_rate: 2 })
  const added = await call(
    'POST',
    `${CARDS}/addRate`,
    body.replace('"tiers":1', `"tiers":${tiers}`).replace(':2}', `:${commitRate}}`),
  )
  const read = '[{"size":5,"price":0},{"size":10,"price":0.1234567890123456789},{"price":150}]'
  expect(added.text).toBe(
    `{"data":{"rate_type":"TIERED","tiers":${read},"credit_type":${JSON.stringify(USD)},"commit_rate":{"rate_type":"FLAT","price":99.5}}}`,
  )
  const listed = await call('POST', `${CARDS}/getRates`, { rate_card_id, at: MARCH })
  expect(listed.text).toContain(`"rate":{"rate_type":"TIERED","tiers":${read},"credit_type":`)
  expect(listed.text).toContain(`"commit_rate":{"rate_type":"FLAT","price":99.5}}`)
})

test('a custom rate is any object, and keeps all digits of its numbers', async () => {
  const { call, product_id, rate_card_id } = await seed()
  const entry = { starting_at: MARCH, entitled: true, rate_type: 'CUSTOM' }
  const body = JSON.stringify({ ...entry, rate_card_id, product_id, custom_rate: 1 })
  const rate = '{"steps":[0.1234567890123456789,{"x":null}],"__proto__":"p"}'
  const added = await call('POST', `${CARDS}/addRate`, body.replace(':1}', `:${rate}}`))
  expect(added.text).toContain(`"custom_rate":${rate}`)
  const listed = await call('POST', `${CARDS}/getRates`, { rate_card_id, at: MARCH })
  expect(listed.text).toContain(`"rate_type":"CUSTOM","custom_rate":${rate}`)
})

test.for([
  [
    { rate_type: 'PERCENTAGE' },
    'rate_type: PERCENTAGE does not fit the USAGE product "Calls"; expected one of FLAT, TIERED, CUSTOM',
  ],
  [
    { billing_frequency: 'MONTHLY' },
    'billing_frequency: applies to FLAT rates of SUBSCRIPTION products only',
  ],
  [{ billing_frequency: 'DAILY' }, 'billing_frequency: expected one of MONTHLY,'],
  [{ quantity: 1 }, 'quantity: applies to SUBSCRIPTION rates only'],
  [{ is_prorated: true }, 'is_prorated: applies to SUBSCRIPTION rates only'],
  [{ tiers: [{ price: 1 }] }, 'tiers: applies to TIERED, TIERED_PERCENTAGE rates only'],
  [{ tiers: {} }, 'tiers:'],
  [{ tiers: [{}] }, 'tiers[0].price:'],
  [{ tiers: [{ price: -1 }] }, 'tiers[0].price: expected a number that is not negative'],
  [{ tiers: [{ size: 'x', price: 1 }] }, 'tiers[0].size: expected a number'],
  [{ ...TIERED, tiers: [] }, 'tiers: required for TIERED rates'],
  [{ ...TIERED, price: 1 }, 'price: applies to FLAT, PERCENTAGE, SUBSCRIPTION rates only'],
  [
    { ...TIERED, tiers: [{ size: 0, price: 1 }, { price: 1 }] },
    'tiers[0].size: expected a number greater',
  ],
  [{ ...TIERED, tiers: [{ size: 1, price: 1 }] }, 'tiers[0].size: expected none: the last tier'],
  [{ ...TIERED, tiers: [{ price: 1 }, { price: 1 }] }, 'tiers[0].size: required for all tiers but'],
  [{ minimum_config: { minimum: 1 } }, 'minimum_config: applies to PERCENTAGE, TIERED_PERCENTAGE'],
  [{ minimum_config: {} }, 'minimum_config.minimum:'],
  [{ custom_rate: {} }, 'custom_rate: applies to CUSTOM rates only'],
  [{ custom_rate: 'x' }, 'custom_rate: expected an object'],
  [
    { rate_type: 'CUSTOM', price: undefined, custom_rate: { a: 'x'.repeat(10_000) } },
    'custom_rate: expected at most 10000 characters of JSON',
  ],
  [{ commit_rate: { price: 1 } }, 'commit_rate.rate_type:'],
  [{ commit_rate: { rate_type: 'FLAT' } }, 'commit_rate.price: required for FLAT rates'],
  [
    { commit_rate: { rate_type: 'TIERED', tiers: [{ size: 1, price: 1 }] } },
    'commit_rate.tiers[0].size: expected none: the last tier never ends',
  ],
  [
    { commit_rate: { rate_type: 'PERCENTAGE', price: 1 } },
    'commit_rate.rate_type: expected one of FLAT, TIERED',
  ],
  [{ use_list_prices: true }, 'use_list_prices: not supported yet'],
] as const)('a malformed price is refused by field: %j', async ([members, message]) => {
  const { call, product_id, rate_card_id } = await seed()
  const body = { ...FLAT, rate_card_id, product_id, ...members }
  const refused = await call('POST', `${CARDS}/addRate`, body)
  expect(refused.body.message).toContain(message)
  expect(refused.status).toBe(400)
  const read = await call('POST', `${CARDS}/getRates`, { rate_card_id, at: MARCH })
  expect(read.body.data).toEqual([])
})
