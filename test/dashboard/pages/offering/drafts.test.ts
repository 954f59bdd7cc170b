import { expect, test } from 'vitest'
import { changesOf, toBody, toDraft } from '../../../../src/dashboard/pages/products/draft.ts'
import {
  EMPTY_PRICE,
  toPriceBody,
  toPriceDraft,
} from '../../../../src/dashboard/pages/rate-cards/rate-draft.ts'

test('prices leave with all the digits that were typed', () => {
  const body = toPriceBody({ ...EMPTY_PRICE, price: '0.1234567890123456789' })
  expect(JSON.stringify(body)).toBe('{"rate_type":"FLAT","price":0.1234567890123456789}')
})

test('the last tier never ends', () => {
  const tiers = [
    { key: 1, size: '1000', price: '0.02' },
    { key: 2, size: 'all the rest', price: '0.01' },
  ]
  expect(JSON.stringify(toPriceBody({ ...EMPTY_PRICE, rateType: 'TIERED', tiers }))).toBe(
    '{"rate_type":"TIERED","tiers":[{"size":1000,"price":0.02},{"price":0.01}]}',
  )
})

test('shares of spend are typed in percent and sent as fractions', () => {
  const draft = { ...EMPTY_PRICE, rateType: 'PERCENTAGE', price: '12.5', minimum: '500' }
  expect(JSON.stringify(toPriceBody(draft))).toBe(
    '{"rate_type":"PERCENTAGE","price":0.125,"minimum_config":{"minimum":500}}',
  )
})

test('what is no number goes to the server as it was typed, to be refused in its words', () => {
  expect(toPriceBody({ ...EMPTY_PRICE, price: '1,5' })).toEqual({ rate_type: 'FLAT', price: '1,5' })
})

test('a change of a product says only what differs', () => {
  const before = toDraft({ name: 'Tokens', billable_metric_id: 'metric', tags: ['ai'] })
  expect(changesOf('USAGE', before, before)).toEqual({})
  expect(changesOf('USAGE', before, { ...before, tags: [] })).toEqual({ tags: [] })
  const divided = { ...before, factor: '1024' }
  expect(JSON.stringify(changesOf('USAGE', before, divided))).toBe(
    '{"quantity_conversion":{"conversion_factor":1024,"operation":"DIVIDE"}}',
  )
  expect(changesOf('USAGE', divided, before)).toEqual({ quantity_conversion: null })
})

test('products say only what is for their type', () => {
  const draft = toDraft({ name: 'Fee', billable_metric_id: 'metric' })
  expect(toBody('FIXED', draft)).toEqual({ name: 'Fee', tags: [] })
})

test('a price in force is changed from what it is', () => {
  const credit_type = { id: 'usd', name: 'USD (cents)' }
  const bodyOf = (rate: Parameters<typeof toPriceDraft>[0]) =>
    JSON.parse(JSON.stringify(toPriceBody(toPriceDraft(rate))))
  const tiered = {
    rate_type: 'TIERED' as const,
    tiers: [{ size: 10, price: 0.5 }, { price: 0.25 }],
  }
  expect(bodyOf({ ...tiered, credit_type })).toEqual(tiered)
  const share = {
    rate_type: 'PERCENTAGE' as const,
    price: 0.125,
    minimum_config: { minimum: 500 },
  }
  expect(toPriceDraft({ ...share, credit_type }).price).toBe('12.5')
  expect(bodyOf({ ...share, credit_type })).toEqual(share)
  const pack = { rate_type: 'SUBSCRIPTION' as const, price: 100, quantity: 3, is_prorated: true }
  expect(bodyOf({ ...pack, credit_type })).toEqual(pack)
})
