import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'
import {
  addRate,
  createdId,
  createMetric,
  createProduct,
  createRateCard,
  UNKNOWN_ID,
} from '../support/catalog.ts'

const CARDS = '/v1/contract-pricing/rate-cards'

/** A card with three products that count the same, and a customer whose draft shows their lines. */
async function seed() {
  const api = await createTestApi()
  const rate_card_id = await createRateCard(api)
  const billable_metric_id = await createMetric(api)
  const products: Record<string, string> = {}
  for (const name of ['a', 'b', 'c']) {
    products[name] = await createProduct(api, { name, billable_metric_id })
    await addRate(api, { rate_card_id, product_id: products[name], price: 1 })
  }
  const customer_id = await createdId(api, '/v1/customers', { name: 'Acme' })
  const starting_at = '2026-03-01T00:00:00Z'
  await createdId(api, '/v1/contracts/create', { customer_id, rate_card_id, starting_at })
  const lines = async () => {
    const { body } = await api.call('GET', `/v1/customers/${customer_id}/invoices`)
    return body.data[0].line_items.map(({ name }: { name: string }) => name).join('')
  }
  const call = (path: string, members: object) =>
    api.call('POST', `${CARDS}/${path}`, { rate_card_id, ...members })
  return { api, products, rate_card_id, lines, call }
}

test('the order of products on the card is the order of lines on invoices (pricing 3.5)', async () => {
  const { products, rate_card_id, lines, call } = await seed()
  const { a, b, c } = products
  expect(await lines()).toBe('abc')
  const set = await call('setRateCardProductsOrder', { product_order: [c, a, b] })
  expect(set).toMatchObject({ status: 200, body: { data: { id: rate_card_id } } })
  expect(await lines()).toBe('cab')
  await call('setRateCardProductsOrder', { product_order: [b] })
  expect(await lines()).toBe('bca')
  const moved = await call('moveRateCardProducts', {
    product_moves: [
      { product_id: a, position: 1 },
      { product_id: b, position: 2 },
    ],
  })
  expect(moved).toMatchObject({ status: 200, body: { data: { id: rate_card_id } } })
  expect(await lines()).toBe('cab')
})

test('a product that comes onto the card later goes to the end', async () => {
  const { api, products, rate_card_id, lines, call } = await seed()
  await call('setRateCardProductsOrder', { product_order: [products['c'], products['b']] })
  const product_id = await createProduct(api, { name: 'd' })
  await addRate(api, { rate_card_id, product_id, price: 1 })
  expect(await lines()).toBe('cbad')
})

test('bad orders and moves are refused by field, and change nothing', async () => {
  const { api, products, lines, call } = await seed()
  const { a } = products
  const elsewhere = await createProduct(api)
  for (const [path, members, status, message] of [
    ['setRateCardProductsOrder', {}, 400, 'product_order:'],
    [
      'setRateCardProductsOrder',
      { product_order: ['x'] },
      400,
      'product_order[0]: expected a UUID',
    ],
    ['setRateCardProductsOrder', { product_order: [a, a] }, 400, 'product_order[1]: expected each'],
    [
      'setRateCardProductsOrder',
      { product_order: [elsewhere] },
      404,
      `product_order[0]: no product ${elsewhere} on the rate card`,
    ],
    [
      'setRateCardProductsOrder',
      { rate_card_id: UNKNOWN_ID, product_order: [] },
      404,
      `rate_card_id: no rate card ${UNKNOWN_ID}`,
    ],
    ['moveRateCardProducts', {}, 400, 'product_moves:'],
    [
      'moveRateCardProducts',
      { product_moves: [{ product_id: a, position: -1 }] },
      400,
      'product_moves[0].position:',
    ],
    [
      'moveRateCardProducts',
      { product_moves: [{ product_id: a, position: 3 }] },
      400,
      'product_moves[0].position: expected less than 3, the number of products on the rate card',
    ],
    [
      'moveRateCardProducts',
      { product_moves: [{ product_id: elsewhere, position: 0 }] },
      404,
      `product_moves[0].product_id: no product ${elsewhere} on the rate card`,
    ],
  ] as const) {
    const refused = await call(path, members)
    expect(refused.body.message).toContain(message)
    expect(refused.status).toBe(status)
  }
  expect(await lines()).toBe('abc')
})

test("a card of another environment is nobody's", async () => {
  const [{ rate_card_id }, other] = [await seed(), await createTestApi()]
  const answer = await other.call('POST', `${CARDS}/setRateCardProductsOrder`, {
    rate_card_id,
    product_order: [],
  })
  expect(answer.status).toBe(404)
})
