import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { findDearer } from '../../../src/core/catalog/compare-totals.ts'
import type { Price } from '../../../src/core/catalog/price.ts'
import { Decimal, toText } from '../../../src/core/decimal.ts'
import { priceQuantity } from '../../../src/core/rating/price-quantity.ts'

/** `5@0 5@100 @150` is a ladder, `2` a flat price. */
function price(text: string): Price {
  if (!text.includes('@')) return { rateType: 'FLAT', price: text }
  const tiers = text.split(' ').map((tier) => {
    const [size, each] = tier.split('@') as [string, string]
    return { size: size === '' ? null : size, price: each }
  })
  return { rateType: 'TIERED', tiers }
}

/** `6: 100 > 90`, or null. */
function dearer(own: string, other: string): string | null {
  const found = findDearer(price(own), price(other))
  if (found === null) return null
  return `${toText(found.quantity)}: ${toText(found.total)} > ${toText(found.otherTotal)}`
}

test('a higher price is dearer from the first unit on, the same one never', () => {
  expect(dearer('3', '2')).toBe('1: 3 > 2')
  expect(dearer('2', '2')).toBeNull()
  expect(dearer('1', '2')).toBeNull()
  expect(dearer('5@0 @100', '5@0 @100')).toBeNull()
})

test('a ladder is dearer from the quantity on at which its lead is used up', () => {
  // 5 units free, then 4 against 2: 4q − 20 > 2q from 10 on.
  expect(dearer('5@0 @4', '2')).toBe('11: 24 > 22')
  expect(dearer('2', '5@0 @4')).toBe('1: 2 > 0')
  expect(dearer('10@1 @3', '10@1 @2')).toBe('11: 13 > 12')
  expect(dearer('10@1 1@3 @0', '@2')).toBeNull()
})

test('where it is so for a part of a unit only, that part is the example', () => {
  expect(dearer('0.5@3 @0', '0.5@2 @9')).toBe('0.5: 1.5 > 1')
})

test('prices that are not per unit are not compared', () => {
  expect(findDearer({ rateType: 'CUSTOM', customRate: '{}' }, price('1'))).toBeNull()
  expect(findDearer(price('1'), { rateType: 'CUSTOM', customRate: '{}' })).toBeNull()
})

test('what is found is dearer as it is rated, and where nothing is found no quantity is', () => {
  const tier = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 4 }))
  const ladder = fc
    .tuple(fc.array(tier, { maxLength: 3 }), fc.integer({ min: 0, max: 4 }))
    .map(([tiers, last]) => price([...tiers, ['', last]].map((each) => each.join('@')).join(' ')))
  const totalOf = (of: Price, quantity: Decimal) => {
    const priced = priceQuantity(of, new Decimal(0), quantity)
    if (!('parts' in priced)) throw new Error('no price per unit')
    return priced.parts.reduce((sum, part) => sum.plus(part.total), new Decimal(0))
  }
  fc.assert(
    fc.property(ladder, ladder, (own, other) => {
      const found = findDearer(own, other)
      if (found !== null) {
        expect(toText(totalOf(own, found.quantity))).toBe(toText(found.total))
        expect(toText(totalOf(other, found.quantity))).toBe(toText(found.otherTotal))
        expect(found.total.gt(found.otherTotal)).toBe(true)
      }
      // Ladders of whole steps differ first at a whole quantity, or not at all.
      const end = found === null ? 200 : Math.ceil(found.quantity.toNumber()) - 1
      for (let quantity = 0; quantity <= end; quantity++) {
        const at = new Decimal(quantity)
        expect(totalOf(own, at).lte(totalOf(other, at))).toBe(true)
      }
    }),
  )
})
