import { expect, test } from 'vitest'
import type { OverrideSpecifier } from '../../../src/core/contracts/override.ts'
import { matchOverride, mayMatchProduct } from '../../../src/core/rating/match-override.ts'

const USAGE = {
  productId: 'api',
  tags: ['compute', 'beta'],
  pricingGroupValues: { region: 'eu', tier: 'gold' },
  presentationGroupValues: { team: null },
  billingFrequency: null,
}

function isFor(...specifiers: OverrideSpecifier[]): boolean {
  return matchOverride({ specifiers }, USAGE)
}

test('without specifiers an override is for everything; of several, any may fit', () => {
  expect(isFor()).toBe(true)
  expect(isFor({ productId: 'other' }, { productId: 'api' })).toBe(true)
  expect(isFor({ productId: 'other' })).toBe(false)
})

test('all that a specifier says must fit', () => {
  expect(isFor({ productId: 'api', productTags: ['compute'] })).toBe(true)
  expect(isFor({ productId: 'api', productTags: ['storage'] })).toBe(false)
})

test('the product has all of the tags', () => {
  expect(isFor({ productTags: ['beta', 'compute'] })).toBe(true)
  expect(isFor({ productTags: ['beta', 'storage'] })).toBe(false)
})

test('the usage has the values, and maybe others', () => {
  expect(isFor({ pricingGroupValues: { region: 'eu' } })).toBe(true)
  expect(isFor({ pricingGroupValues: { region: 'EU' } })).toBe(false)
  expect(isFor({ pricingGroupValues: { toString: 'x' } })).toBe(false)
  expect(isFor({ presentationGroupValues: { team: 'a' } })).toBe(false)
  const plain = { ...USAGE, pricingGroupValues: null }
  expect(matchOverride({ specifiers: [{ pricingGroupValues: { region: 'eu' } }] }, plain)).toBe(
    false,
  )
})

test('what has all tags of an exclusion is left out', () => {
  expect(isFor({ exclude: [{ productTags: ['compute', 'beta'] }] })).toBe(false)
  expect(isFor({ exclude: [{ productTags: ['compute', 'storage'] }] })).toBe(true)
})

test('an override of a billing frequency is not for usage', () => {
  expect(isFor({ billingFrequency: 'MONTHLY' })).toBe(false)
})

test('whether a product may have such usage does not depend on values', () => {
  const specifiers = [{ productId: 'api', pricingGroupValues: { region: 'us' } }]
  expect(mayMatchProduct({ specifiers }, 'api', [])).toBe(true)
  expect(mayMatchProduct({ specifiers }, 'other', [])).toBe(false)
})
