import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Decimal, sum, toText } from '../../../../src/core/decimal.ts'
import { priceTiered } from '../../../../src/core/rating/models/tiered.ts'
import { tiered } from '../../../support/rate-events.ts'

/** `level: quantity × price`. */
function walk(ladder: string, position: string, quantity: string): string[] {
  return priceTiered(tiered(ladder), new Decimal(position), new Decimal(quantity)).map((part) => {
    return `${part.tier!.level}: ${toText(part.quantity)} × ${toText(part.unitPrice)}`
  })
}

function totalOf(ladder: string, position: Decimal | string, quantity: Decimal | string): Decimal {
  const parts = priceTiered(tiered(ladder), new Decimal(position), new Decimal(quantity))
  return sum(parts.map(({ total }) => total))
}

test('TV16: five free, five at 100, the rest at 150; a step ends with its upper bound', () => {
  const ladder = '5@0 5@100 @150'
  const totals = ['5', '6', '10', '11', '12'].map((quantity) =>
    toText(totalOf(ladder, '0', quantity)),
  )
  expect(totals).toEqual(['0', '100', '500', '650', '800'])
  expect(walk(ladder, '0', '12')).toEqual(['1: 5 × 0', '2: 5 × 100', '3: 2 × 150'])
})

test('TV17: 15,000 calls at 1 for the first 10,000 and 0.5 beyond are 12,500', () => {
  expect(toText(totalOf('10000@1 @0.5', '0', '15000'))).toBe('12500')
})

test('each part tells its step: the level, where it starts, and how wide it is', () => {
  const tiers = priceTiered(tiered('5@0 5@100 @150'), new Decimal(4), new Decimal(8))
  expect(
    tiers.map(({ tier }) => [
      tier!.level,
      toText(tier!.startingAt),
      tier!.size && toText(tier!.size),
    ]),
  ).toEqual([
    [1, '0', '5'],
    [2, '5', '5'],
    [3, '10', null],
  ])
})

test('a negative quantity gives back what was counted last, at the price of its step', () => {
  expect(walk('5@0 5@100 @150', '12', '-4')).toEqual(['2: -2 × 100', '3: -2 × 150'])
  expect(walk('5@1 @2', '6', '-10')).toEqual(['1: -9 × 1', '2: -1 × 2'])
})

test('nothing is priced in the step in which the ladder stands', () => {
  expect(walk('5@0 5@100 @150', '0', '0')).toEqual(['1: 0 × 0'])
  expect(walk('5@0 5@100 @150', '5', '0')).toEqual(['1: 0 × 0'])
  expect(walk('5@0 5@100 @150', '5.5', '0')).toEqual(['2: 0 × 100'])
})

test('a ladder that ends with a sized step goes on at its price', () => {
  expect(walk('5@1 5@2', '0', '20')).toEqual(['1: 5 × 1', '2: 15 × 2'])
})

test('the total is the same however the quantity arrives, and what goes comes back', () => {
  const ladder = '3@5 0.5@2 10@1.25 @0.1'
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -20, max: 20 }), { maxLength: 12 }), (steps) => {
      let [position, total] = [new Decimal(0), new Decimal(0)]
      for (const step of steps) {
        total = total.plus(totalOf(ladder, position, new Decimal(step)))
        position = position.plus(step)
      }
      expect(toText(total)).toBe(toText(totalOf(ladder, '0', position)))
    }),
  )
})
