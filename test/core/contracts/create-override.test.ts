import { expect, test } from 'vitest'
import {
  createOverride,
  createOverrides,
  type OverrideInput,
  type OverrideTerms,
} from '../../../src/core/contracts/create-override.ts'
import { USD } from '../../../src/core/currency.ts'
import { at, product, rateCard } from '../../support/terms.ts'

const NOW = at('2026-03-10T12')

const models = product({
  id: 'models',
  state: { name: 'Tokens', pricingGroupKey: ['model', 'region'], presentationGroupKey: ['team'] },
})
const seats = product({ id: 'seats', type: 'SUBSCRIPTION', state: { name: 'Seats' } })

function decide(input: Partial<OverrideInput>, terms: Partial<OverrideTerms> = {}) {
  const card = { rateCard: rateCard(), products: [product(), models, seats], metrics: [] }
  return createOverride(
    { id: 'o', startingAt: at('2026-03-01'), ...input },
    { card, prioritization: 'LOWEST_MULTIPLIER', ...terms },
    NOW,
    'overrides[0].',
  )
}

test('a multiplier for a product becomes a specifier, and is still shown as it was asked for', () => {
  expect(decide({ type: 'MULTIPLIER', multiplier: '0.9', productId: 'product' })).toEqual({
    ok: true,
    value: {
      id: 'o',
      startingAt: at('2026-03-01'),
      endingBefore: null,
      entitled: null,
      change: { type: 'MULTIPLIER', multiplier: '0.9', priority: null },
      specifiers: [{ productId: 'product' }],
      targeting: { productId: 'product', anyProductTags: undefined },
      isCommitSpecific: false,
      target: 'LIST_RATE',
      createdAt: NOW,
    },
  })
})

test('pricing 5.2: any of the applicable tags will do, so each becomes a specifier', () => {
  const input = { productId: 'product', applicableProductTags: ['a', 'b'] }
  expect(decide({ ...input, type: 'MULTIPLIER', multiplier: '0' })).toMatchObject({
    value: {
      specifiers: [
        { productId: 'product', productTags: ['a'] },
        { productId: 'product', productTags: ['b'] },
      ],
      targeting: { productId: 'product', anyProductTags: ['a', 'b'] },
    },
  })
})

test('without any target an override is for every product', () => {
  expect(decide({ entitled: false })).toMatchObject({
    value: { specifiers: [], change: null, entitled: false },
  })
})

test('an OVERWRITE is in the currency of the card unless it says otherwise', () => {
  expect(
    decide({
      type: 'OVERWRITE',
      overwriteRate: { rateType: 'FLAT', price: '323' },
      specifiers: [{ productId: 'models', pricingGroupValues: { model: 'm', region: 'eu' } }],
    }),
  ).toMatchObject({
    value: {
      change: { price: { rateType: 'FLAT', price: '323' }, creditTypeId: USD.id },
      specifiers: [{ productId: 'models', pricingGroupValues: { model: 'm', region: 'eu' } }],
    },
  })
})

test('a TIERED override is taken under EXPLICIT prioritization, with its priority', () => {
  const tiers = [
    { size: '10', multiplier: '1' },
    { size: null, multiplier: '0.5' },
  ]
  expect(
    decide({ type: 'TIERED', tiers, priority: 2 }, { prioritization: 'EXPLICIT' }),
  ).toMatchObject({ value: { change: { type: 'TIERED', tiers, priority: 2 } } })
})

test('what is for commits may adjust their own rate', () => {
  const override = { type: 'MULTIPLIER', multiplier: '0.5', isCommitSpecific: true } as const
  expect(decide({ ...override, target: 'COMMIT_RATE' })).toMatchObject({
    value: { isCommitSpecific: true, target: 'COMMIT_RATE' },
  })
})

const multiplier = { type: 'MULTIPLIER', multiplier: '0.9' } as const
const overwrite = { type: 'OVERWRITE', overwriteRate: { rateType: 'FLAT', price: '1' } } as const
const ofCard = { rateType: 'SUBSCRIPTION', price: '9', quantity: '2', isProrated: true } as const
const explicit = { prioritization: 'EXPLICIT' } as const

test.each<[string, Partial<OverrideInput>, Partial<OverrideTerms>?]>([
  ['ending_before', { ...multiplier, endingBefore: at('2026-03-01') }],
  ['type', {}],
  ['target', { ...multiplier, target: 'LIST_RATE' }],
  ['multiplier', { type: 'MULTIPLIER' }],
  ['multiplier', { entitled: true, multiplier: '1' }],
  ['overwrite_rate', { type: 'OVERWRITE' }],
  ['overwrite_rate', { ...multiplier, overwriteRate: { rateType: 'FLAT', price: '1' } }],
  ['overwrite_rate.price', { type: 'OVERWRITE', overwriteRate: { rateType: 'FLAT' } }],
  [
    'overwrite_rate.rate_type',
    {
      type: 'OVERWRITE',
      overwriteRate: { rateType: 'PERCENTAGE', price: '0.1' },
      productId: 'product',
    },
  ],
  [
    'overwrite_rate.rate_type',
    {
      type: 'OVERWRITE',
      overwriteRate: ofCard,
      specifiers: [{ productId: 'seats', billingFrequency: 'MONTHLY' }],
    },
  ],
  [
    'billing_frequency',
    { type: 'OVERWRITE', overwriteRate: { rateType: 'FLAT', price: '1' }, productId: 'seats' },
  ],
  ['tiers', { type: 'TIERED', priority: 1 }, explicit],
  [
    'tiers[0].size',
    { type: 'TIERED', priority: 1, tiers: [{ size: '0', multiplier: '1' }] },
    explicit,
  ],
  [
    'tiers[0].size',
    {
      type: 'TIERED',
      priority: 1,
      tiers: [
        { size: null, multiplier: '1' },
        { size: '1', multiplier: '1' },
      ],
    },
    explicit,
  ],
  ['type', { type: 'TIERED', priority: 1, tiers: [{ size: null, multiplier: '1' }] }],
  ['priority', { type: 'TIERED', tiers: [{ size: null, multiplier: '1' }] }, explicit],
  ['priority', multiplier, explicit],
  ['override_specifiers', { ...multiplier, productId: 'product', specifiers: [{}] }],
  ['override_specifiers', { ...multiplier, applicableProductTags: ['a'], specifiers: [{}] }],
  ['product_id', { ...multiplier, productId: 'unknown' }],
  ['product_id', multiplier, { card: null }],
  [
    'override_specifiers[1].product_id',
    { ...multiplier, specifiers: [{}, { productId: 'unknown' }] },
  ],
  ['applicable_product_tags', { ...overwrite, applicableProductTags: ['a'] }],
  ['override_specifiers[0].product_tags', { ...overwrite, specifiers: [{ productTags: ['a'] }] }],
  ['pricing_group_values', { ...overwrite, productId: 'models' }],
  [
    'override_specifiers[0].pricing_group_values',
    { ...overwrite, specifiers: [{ productId: 'models', pricingGroupValues: { model: 'm' } }] },
  ],
  [
    'override_specifiers[0].product_id',
    { ...overwrite, specifiers: [{ pricingGroupValues: { model: 'm' } }] },
  ],
  [
    'override_specifiers[0].pricing_group_values',
    { ...multiplier, specifiers: [{ productId: 'models', pricingGroupValues: { team: 'm' } }] },
  ],
  [
    'override_specifiers[0].presentation_group_values',
    {
      ...multiplier,
      specifiers: [{ productId: 'models', presentationGroupValues: { model: 'm' } }],
    },
  ],
  ['billing_frequency', { ...multiplier, productId: 'seats' }],
  [
    'override_specifiers[0].billing_frequency',
    { ...multiplier, specifiers: [{ productId: 'product', billingFrequency: 'MONTHLY' }] },
  ],
  [
    'override_specifiers[0].product_id',
    { ...multiplier, specifiers: [{ billingFrequency: 'MONTHLY' }] },
  ],
  ['override_specifiers[0].commit_ids', { ...multiplier, specifiers: [{ commitIds: ['c'] }] }],
  [
    'override_specifiers[0].any_commit_or_credit_ids',
    { ...multiplier, isCommitSpecific: true, specifiers: [{ anyCommitOrCreditIds: ['c'] }] },
  ],
])('what breaks a rule is refused, naming %s (%#)', (field, input, terms) => {
  const decided = decide(input, terms)
  expect(decided.ok ? 'accepted' : decided.error.message.split(': ')[0]).toBe(
    `overrides[0].${field}`,
  )
})

test('pricing 5.1: a product that is not on the card is refused with the documented words', () => {
  expect(decide({ ...multiplier, productId: 'unknown' })).toEqual({
    ok: false,
    error: {
      code: 'invalid',
      message: 'overrides[0].product_id: No such product in rate card: unknown',
    },
  })
})

test('a specifier for a subscription names its billing frequency', () => {
  const specifiers = [{ productId: 'seats', billingFrequency: 'MONTHLY' as const }]
  expect(decide({ ...multiplier, specifiers })).toMatchObject({ value: { specifiers } })
})

test('an OVERWRITE of the type SUBSCRIPTION is for all periods, so it has no billing frequency', () => {
  const input = { type: 'OVERWRITE', overwriteRate: ofCard, productId: 'seats' } as const
  expect(decide(input)).toMatchObject({
    value: { change: { type: 'OVERWRITE', price: ofCard }, specifiers: [{ productId: 'seats' }] },
  })
})

test('several overrides are taken all or none, in their order', () => {
  const card = { rateCard: rateCard(), products: [product()], metrics: [] }
  const terms = { card, prioritization: 'LOWEST_MULTIPLIER' as const }
  const inputs = ['a', 'b'].map((id) => ({ id, startingAt: 0, ...multiplier }))
  const made = createOverrides(inputs, terms, NOW, 'add_overrides')
  expect(made.ok && made.value.map(({ id }) => id)).toEqual(['a', 'b'])
  const wrong = [...inputs, { id: 'c', startingAt: 0 }]
  expect(createOverrides(wrong, terms, NOW, 'add_overrides')).toMatchObject({
    error: { message: expect.stringMatching(/^add_overrides\[2\]\.type: /) },
  })
})
