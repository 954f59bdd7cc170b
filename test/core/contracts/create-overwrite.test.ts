import { expect, test } from 'vitest'
import { createOverwrite } from '../../../src/core/contracts/create-overwrite.ts'
import { USD } from '../../../src/core/currency.ts'
import { rateCard } from '../../support/terms.ts'

const CPU = '0c4a2b35-0000-4000-8000-000000000001'
const card = {
  rateCard: rateCard({
    conversions: [{ customCreditTypeId: CPU, fiatPerCustomCredit: '100' }],
  }),
  products: [],
  metrics: [],
}
const flat = { rateType: 'FLAT', price: '88.9' } as const

test("a rate replaces the price of the card, in the card's currency or a unit that it converts", () => {
  const change = { type: 'OVERWRITE', price: flat }
  expect(createOverwrite(flat, card, '')).toEqual({
    ok: true,
    value: { ...change, creditTypeId: USD.id },
  })
  expect(createOverwrite({ ...flat, creditTypeId: CPU }, card, '')).toEqual({
    ok: true,
    value: { ...change, creditTypeId: CPU },
  })
})

test('other units, and prices that lack something, are refused by field', () => {
  expect(createOverwrite({ ...flat, creditTypeId: 'other' }, card, 'rate.')).toMatchObject({
    error: { message: expect.stringMatching(/^rate\.credit_type_id: .*USD/) },
  })
  expect(createOverwrite({ rateType: 'TIERED' }, card, 'rate.')).toMatchObject({
    error: { message: expect.stringMatching(/^rate\.tiers: /) },
  })
})
