import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'
import {
  addRate,
  createdId,
  createProduct,
  createRateCard,
  UNKNOWN_ID,
} from '../support/catalog.ts'
import { completion, createOffering } from '../support/offering.ts'

const CHECK = '/v1/contract-pricing/rate-cards/check'

test('entries that never apply are found on a card', async () => {
  const api = await createTestApi()
  const [rate_card_id, product_id] = [await createRateCard(api), await createProduct(api)]
  await addRate(api, {
    rate_card_id,
    product_id,
    price: 1,
    commit_rate: { rate_type: 'FLAT', price: 1 },
  })
  const clean = await api.call('POST', CHECK, { rate_card_id })
  expect(clean.body).toEqual({
    data: { findings: [], findings_left_out: 0, contracts_read: 0, has_more_contracts: false },
  })
  await addRate(api, {
    rate_card_id,
    product_id,
    price: 1,
    commit_rate: { rate_type: 'FLAT', price: 2 },
  })
  const { body } = await api.call('POST', CHECK, { rate_card_id })
  expect(body.data.findings).toMatchObject([
    {
      kind: 'COMMIT_RATE_ABOVE_LIST',
      message: 'At its commit rate 1 of the product "Calls" cost 2, more than 1 at the list rate.',
      product_id,
      quantity: 1,
      starting_at: '2026-03-01T00:00:00.000Z',
    },
    { kind: 'SHADOWED_RATE', product_id },
  ])
})

test('usage of values that no rate matches is found, with how much it is', async () => {
  const api = await createTestApi()
  const { productId, rateCardId, customerId } = await createOffering(api)
  await createdId(api, '/v1/contracts/create', {
    customer_id: customerId,
    rate_card_id: rateCardId,
    starting_at: '2026-03-01T00:00:00Z',
  })
  const at = '2026-03-09T10:00:00Z'
  const events = [
    completion('t1', at, { model: 'm1', tokens: 5 }),
    completion('t2', at, { model: 'm9', tokens: '0.5' }),
    completion('t3', at, { model: 'm9', tokens: 7, team: 'blue' }),
  ]
  expect((await api.call('POST', '/v1/ingest', events)).status).toBe(200)
  const { body } = await api.call('POST', CHECK, { rate_card_id: rateCardId })
  expect(body.data).toMatchObject({
    findings: [
      {
        kind: 'UNPRICED_USAGE',
        message: `7.5 of the product "Completions" with {"model":"m9"} were used and are not billed, by the customer ${customerId}: no rate of the card matches them.`,
        product_id: productId,
        pricing_group_values: { model: 'm9' },
        quantity: 7.5,
      },
    ],
    contracts_read: 1,
    has_more_contracts: false,
  })
})

test('a card must be of this environment', async () => {
  const api = await createTestApi()
  const foreign = await createRateCard(await createTestApi())
  for (const id of [UNKNOWN_ID, foreign]) {
    expect(await api.call('POST', CHECK, { rate_card_id: id })).toMatchObject({
      status: 404,
      body: { message: `rate_card_id: no rate card ${id}` },
    })
  }
  expect((await api.call('POST', CHECK, {})).status).toBe(400)
})
