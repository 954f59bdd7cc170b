import { exports } from 'cloudflare:workers'
import Metronome from '@metronome/sdk'
import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'
import { addRate, createdId, createProduct, UNKNOWN_ID } from '../support/catalog.ts'
import { createOffering } from '../support/offering.ts'

const worker = (exports as unknown as { default: Fetcher }).default
const START = '2026-03-01T00:00:00Z'
const PATH = '/v1/contracts/getContractRateSchedule'

interface AnsweredRate {
  product_name: string
  pricing_group_values?: { model?: string }
  list_rate: { price: number }
  override_rate?: { price: number }
}

/** The offering at 2 cents for m1 and 3 for m2, and a product `Extra` that is off by default. */
async function signUp(overrides: (extraId: string, productId: string) => object[] = () => []) {
  const api = await createTestApi()
  const { customerId: customer_id, rateCardId: rate_card_id, productId } = await createOffering(api)
  const extraId = await createProduct(api, { name: 'Extra', tags: ['addon'] })
  await addRate(api, { rate_card_id, product_id: extraId, price: 7, entitled: false })
  const contract_id = await createdId(api, '/v1/contracts/create', {
    customer_id,
    rate_card_id,
    starting_at: START,
    overrides: overrides(extraId, productId),
  })
  const reference = { customer_id, contract_id }
  const ask = (body: object = {}, query = '') =>
    api.call('POST', `${PATH}${query}`, { ...reference, ...body })
  const prices = async (body: object = {}) => {
    const rows: AnsweredRate[] = (await ask(body)).body.data
    const texts = rows.map(({ product_name, pricing_group_values, list_rate, override_rate }) =>
      [product_name, pricing_group_values?.model, list_rate.price, override_rate?.price].join(' '),
    )
    return texts.sort()
  }
  return { api, reference, rate_card_id, productId, extraId, ask, prices }
}

test('without overrides a contract has the rates of its card that are on', async () => {
  const { ask, prices, productId, rate_card_id } = await signUp()
  expect(await prices()).toEqual(['Completions m1 2 ', 'Completions m2 3 '])
  const { data, next_page } = (
    await ask({
      selectors: [{ product_id: productId, pricing_group_values: { model: 'm1' } }],
    })
  ).body
  expect(next_page).toBeNull()
  const pricing_group_values = { model: 'm1' }
  const credit_type = { id: '2714e483-4ff1-48e4-9e25-ac732e8f24f2', name: 'USD (cents)' }
  expect(data).toEqual([
    {
      rate_card_id,
      product_id: productId,
      product_name: 'Completions',
      product_tags: [],
      product_custom_fields: {},
      pricing_group_values,
      starting_at: '2026-01-01T00:00:00.000Z',
      entitled: true,
      list_rate: { rate_type: 'FLAT', price: 2, credit_type, pricing_group_values },
    },
  ])
})

test('overrides show beside the list rates, as they are at the instant that is asked for', async () => {
  const { prices, reference, api } = await signUp((extraId, product_id) => [
    { starting_at: START, entitled: true, product_id: extraId },
    { starting_at: START, type: 'MULTIPLIER', multiplier: 0.5, applicable_product_tags: ['addon'] },
    {
      starting_at: '2026-04-01T00:00:00Z',
      ending_before: '2026-05-01T00:00:00Z',
      type: 'OVERWRITE',
      overwrite_rate: { rate_type: 'FLAT', price: 1.5 },
      override_specifiers: [{ product_id, pricing_group_values: { model: 'm2' } }],
    },
  ])
  expect(await prices()).toEqual(['Completions m1 2 ', 'Completions m2 3 ', 'Extra  7 3.5'])
  const april = { at: '2026-04-10T00:00:00Z' }
  expect(await prices(april)).toEqual(['Completions m1 2 ', 'Completions m2 3 1.5', 'Extra  7 3.5'])
  await api.call('POST', '/v2/contracts/edit', {
    ...reference,
    add_overrides: [{ starting_at: '2026-04-01T00:00:00Z', type: 'MULTIPLIER', multiplier: 0 }],
  })
  expect(await prices(april)).toEqual(['Completions m1 2 0', 'Completions m2 3 1.5', 'Extra  7 0'])
})

test('the official SDK reads the rates of a contract by page', async () => {
  const { api, reference } = await signUp()
  const client = new Metronome({
    bearerToken: api.token,
    baseURL: 'http://tactus.test',
    fetch: (url, init) => worker.fetch(new Request(url, init)),
  })
  const question = { ...reference, limit: 1 }
  const seen: (number | undefined)[] = []
  let page = await client.v1.contracts.retrieveRateSchedule(question)
  for (;;) {
    seen.push(...page.data.map((row) => row.list_rate.price))
    if (!page.next_page) break
    page = await client.v1.contracts.retrieveRateSchedule({
      ...question,
      next_page: page.next_page,
    })
  }
  expect(new Set(seen)).toEqual(new Set([2, 3]))
  expect(seen).toHaveLength(2)
})

test('a contract without a card has no rates; unknown contracts and bad pages are refused', async () => {
  const { api, reference, ask } = await signUp()
  const bare = await createdId(api, '/v1/contracts/create', {
    customer_id: reference.customer_id,
    starting_at: START,
  })
  expect((await ask({ contract_id: bare })).body).toEqual({ data: [], next_page: null })
  const table: [object, string, number, string][] = [
    [{ contract_id: UNKNOWN_ID }, '', 404, 'contract_id'],
    [{ customer_id: UNKNOWN_ID }, '', 404, 'contract_id'],
    [{ contract_id: 'x' }, '', 400, 'contract_id'],
    [{ at: 'now' }, '', 400, 'at'],
    [{ selectors: [{ product_id: 'x' }] }, '', 400, 'selectors[0].product_id'],
    [{}, '?limit=0', 400, 'limit'],
    [{}, '?next_page=x', 400, 'next_page'],
  ]
  for (const [body, query, status, field] of table) {
    const answer = await ask(body, query)
    expect([body, answer.status]).toEqual([body, status])
    expect(answer.body.message).toContain(field)
  }
})
