import { expect, test } from 'vitest'
import type { Price } from '../../../src/core/catalog/price.ts'
import { Decimal, toText, ZERO } from '../../../src/core/decimal.ts'
import { coverStep, NOTHING_TAKEN, restOf } from '../../../src/core/ledger/cover-step.ts'
import { percentage } from '../../support/drafts.ts'
import { tiered } from '../../support/rate-events.ts'

const of = (quantity: string, price: string) => ({
  quantity: new Decimal(quantity),
  unitPrice: new Decimal(price),
  total: new Decimal(quantity).times(price),
})

/** `quantity × unit price = total`, and what is left of the charge. */
function cover(
  charge: ReturnType<typeof of>,
  available: string,
  price: Price | null = null,
  position = '0',
) {
  const under = price && { price, position: new Decimal(position) }
  const step = coverStep(charge, NOTHING_TAKEN, under, new Decimal(available))
  if (step === null) return null
  const { quantity, unitPrice, total, taken } = step
  const rest = restOf(charge, taken)
  return [
    `${toText(quantity)} × ${toText(unitPrice)} = ${toText(total)}`,
    `${toText(rest.quantity)} for ${toText(rest.total)}`,
  ]
}

const flat = (price: string): Price => ({ rateType: 'FLAT', price })

test('at the same price a balance pays what it has, or all there is', () => {
  expect(cover(of('10', '3'), '30')).toEqual(['10 × 3 = 30', '0 for 0'])
  expect(cover(of('10', '3'), '12', flat('3.0'))).toEqual(['4 × 3 = 12', '6 for 18'])
  expect(cover(of('10', '0'), '12')).toBeNull()
})

test('the amount is exact where the quantity cannot be, and both add up', () => {
  expect(cover(of('100', '3'), '100')).toEqual([
    '33.33333333333333333333333333333333 × 3 = 100',
    '66.66666666666666666666666666666667 for 200',
  ])
})

test('at another price it pays for as many units, of which none is left at the own price', () => {
  expect(cover(of('20', '1000'), '10000', flat('800'))).toEqual([
    '12.5 × 800 = 10000',
    '7.5 for 7500',
  ])
  expect(cover(of('20', '1000'), '16000', flat('800'))).toEqual(['20 × 800 = 16000', '0 for 0'])
  expect(cover(of('20', '0'), '700', flat('100'))).toEqual(['7 × 100 = 700', '13 for 0'])
  expect(cover(of('20', '5'), '1', flat('0'))).toEqual(['20 × 0 = 0', '0 for 0'])
})

test('a ladder is walked from where the charge stands on it, step by step', () => {
  const ladder = tiered('50@8 @4')
  expect(cover(of('100', '10'), '9999', ladder)).toEqual(['50 × 8 = 400', '50 for 500'])
  expect(cover(of('100', '10'), '9999', ladder, '30')).toEqual(['20 × 8 = 160', '80 for 800'])
  expect(cover(of('100', '10'), '200', ladder, '50')).toEqual(['50 × 4 = 200', '50 for 500'])
  const charge = of('100', '10')
  const first = coverStep(
    charge,
    NOTHING_TAKEN,
    { price: ladder, position: ZERO },
    new Decimal(999),
  )!
  const second = coverStep(
    charge,
    first.taken,
    { price: ladder, position: ZERO },
    new Decimal(999),
  )!
  expect([second.tier?.level, toText(second.quantity), toText(second.total)]).toEqual([
    2,
    '50',
    '200',
  ])
})

test('a fraction of spend under a balance is of as much spend, without a minimum', () => {
  expect(cover(of('1000', '0.2'), '50', percentage('0.1'))).toEqual([
    '500 × 0.1 = 50',
    '500 for 100',
  ])
})

test('what cannot be priced under a balance has its own price', () => {
  expect(cover(of('10', '3'), '30', { rateType: 'CUSTOM', customRate: '{}' })).toEqual([
    '10 × 3 = 30',
    '0 for 0',
  ])
})
