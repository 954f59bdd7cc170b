import { expect, test } from 'vitest'
import {
  checkTiers,
  createOverwrite,
  type OverwriteInput,
} from '../../../src/core/contracts/create-overwrite.ts'
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

function decide(input: OverwriteInput) {
  return createOverwrite(input, card, 'rate.')
}

const tiers = [
  { size: '10', price: '0.2' },
  { size: null, price: '0.1' },
]

test.each<[OverwriteInput, object]>([
  [{ rateType: 'FLAT', price: '88.9' }, { price: '88.9' }],
  [{ rateType: 'TIERED', tiers }, { tiers }],
  [
    { rateType: 'PERCENTAGE', price: '0.1', minimum: '5' },
    { price: '0.1', minimum: '5' },
  ],
  [
    { rateType: 'TIERED_PERCENTAGE', tiers },
    { tiers, minimum: null },
  ],
  [
    { rateType: 'SUBSCRIPTION', price: '5', quantity: '2', isProrated: true },
    { price: '5', quantity: '2', isProrated: true },
  ],
  [{ rateType: 'CUSTOM', customRate: '{"a":1}' }, { customRate: '{"a":1}' }],
])('a rate of each type replaces the price of the card (%#)', (input, price) => {
  expect(decide(input)).toEqual({
    ok: true,
    value: {
      type: 'OVERWRITE',
      price: { rateType: input.rateType, ...price },
      creditTypeId: USD.id,
    },
  })
})

test('a rate may be in a pricing unit that the card converts', () => {
  expect(decide({ rateType: 'FLAT', price: '1', creditTypeId: CPU })).toMatchObject({
    value: { creditTypeId: CPU },
  })
})

test.each<[string, OverwriteInput]>([
  ['price', { rateType: 'FLAT' }],
  ['tiers', { rateType: 'FLAT', price: '1', tiers }],
  ['tiers', { rateType: 'TIERED' }],
  ['tiers[0].size', { rateType: 'TIERED', tiers: [{ size: null, price: '1' }, ...tiers] }],
  ['price', { rateType: 'PERCENTAGE', price: '1.01' }],
  [
    'tiers[1].price',
    { rateType: 'TIERED_PERCENTAGE', tiers: [tiers[0]!, { size: null, price: '2' }] },
  ],
  ['minimum_config', { rateType: 'FLAT', price: '1', minimum: '1' }],
  ['quantity', { rateType: 'SUBSCRIPTION', price: '1', isProrated: true }],
  ['is_prorated', { rateType: 'SUBSCRIPTION', price: '1', quantity: '1', isProrated: false }],
  ['custom_rate', { rateType: 'CUSTOM' }],
  ['credit_type_id', { rateType: 'FLAT', price: '1', creditTypeId: 'other' }],
])('what breaks a rule is refused, naming %s (%#)', (field, input) => {
  const decided = decide(input)
  expect(decided.ok ? 'accepted' : decided.error.message.split(': ')[0]).toBe(`rate.${field}`)
})

test('only the last tier may be without a width', () => {
  expect(checkTiers([{ size: '1' }, { size: '2' }], 'tiers').ok).toBe(true)
  expect(checkTiers([{ size: '1' }, { size: null }], 'tiers').ok).toBe(true)
  expect(checkTiers([{ size: null }, { size: '1' }], 'tiers')).toMatchObject({
    error: { message: 'tiers[0].size: required for every tier but the last' },
  })
})
