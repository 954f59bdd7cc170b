import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import type { NewRate } from '../../src/core/catalog/create-rate.ts'
import { openDatabase } from '../../src/db/database.ts'
import type { RateKey } from '../../src/core/catalog/rate.ts'
import { insertRates, listRatesByKey, loadCreditTypes } from '../../src/db/rates.ts'
import type { Env } from '../../src/env.ts'

const db = openDatabase((env as unknown as Env).DB)
const ALL = { startMs: 0, endMs: null, selectors: null }

function rate(rateCardId: string, members: Partial<NewRate> = {}): NewRate {
  return {
    id: crypto.randomUUID(),
    rateCardId,
    productId: 'p',
    pricingGroupValues: { model: 'a "quoted" \u{1F600} name', n: '1' },
    startingAt: 5,
    endingBefore: 9,
    entitled: false,
    price: { rateType: 'FLAT', price: '0.10000000000000000000000001' },
    commitPrice: null,
    billingFrequency: null,
    creditTypeId: 'usd',
    createdAt: 7,
    ...members,
  }
}

test('entries are read as they were written, in the order of entry', async () => {
  const [environmentId, cardId] = [crypto.randomUUID(), crypto.randomUUID()]
  const rates = [
    rate(cardId),
    rate(cardId, { entitled: true, endingBefore: null }),
    rate(cardId, { pricingGroupValues: null }),
  ]
  await insertRates(db, environmentId, rates)
  const read = await listRatesByKey(db, environmentId, cardId, ALL, null, 10)
  const sequence = expect.any(Number)
  expect(read).toEqual([rates[2], rates[0], rates[1]].map((each) => ({ ...each, sequence })))
  expect(read[1]!.sequence).toBeLessThan(read[2]!.sequence)
})

test('a repeated write of the same entries leaves one of each', async () => {
  const [environmentId, cardId] = [crypto.randomUUID(), crypto.randomUUID()]
  const rates = [rate(cardId), rate(cardId)]
  await insertRates(db, environmentId, rates)
  await insertRates(db, environmentId, rates)
  expect(await listRatesByKey(db, environmentId, cardId, ALL, null, 10)).toHaveLength(2)
})

test('no entries are listed under another environment', async () => {
  const cardId = crypto.randomUUID()
  await insertRates(db, crypto.randomUUID(), [rate(cardId)])
  expect(await listRatesByKey(db, crypto.randomUUID(), cardId, ALL, null, 10)).toEqual([])
})

test('the first entries of a product are not written once it has others', async () => {
  const [environmentId, cardId] = [crypto.randomUUID(), crypto.randomUUID()]
  const [first, second] = [rate(cardId), rate(cardId, { creditTypeId: 'tokens' })]
  expect(await insertRates(db, environmentId, [first], ['p'])).toBe(true)
  expect(await insertRates(db, environmentId, [second], ['p'])).toBe(false)
  expect(await loadCreditTypes(db, environmentId, cardId, ['p', 'q'])).toEqual(
    new Map([['p', 'usd']]),
  )
  expect(await insertRates(db, environmentId, [second], ['q'])).toBe(true)
})

test('entries of one product and values are listed by their billing frequency', async () => {
  const [environmentId, cardId] = [crypto.randomUUID(), crypto.randomUUID()]
  const monthly = rate(cardId, { pricingGroupValues: null, billingFrequency: 'MONTHLY' })
  const annual = rate(cardId, { pricingGroupValues: null, billingFrequency: 'ANNUAL' })
  const none = rate(cardId, { pricingGroupValues: null })
  await insertRates(db, environmentId, [monthly, annual, none])
  const list = async (filter: object, from: RateKey | null = null, limit = 10) => {
    const found = await listRatesByKey(
      db,
      environmentId,
      cardId,
      { ...ALL, ...filter },
      from,
      limit,
    )
    return found.map(({ billingFrequency }) => billingFrequency)
  }
  expect(await list({})).toEqual([null, 'ANNUAL', 'MONTHLY'])
  expect(await list({}, null, 2)).toEqual([null, 'ANNUAL'])
  expect(await list({}, { productId: 'p', values: '', frequency: 'ANNUAL' })).toEqual([
    'ANNUAL',
    'MONTHLY',
  ])
  expect(await list({ selectors: [{ frequency: 'MONTHLY' }] })).toEqual(['MONTHLY'])
  expect(await list({ selectors: [{ frequency: 'WEEKLY' }] })).toEqual([])
})
