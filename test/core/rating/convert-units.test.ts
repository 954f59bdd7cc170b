import { expect, test } from 'vitest'
import { USD } from '../../../src/core/currency.ts'
import { Decimal } from '../../../src/core/decimal.ts'
import {
  convertUnits,
  fiatPerUnit,
  unbillUnconvertible,
} from '../../../src/core/rating/convert-units.ts'
import { rateEvents } from '../../support/rate-events.ts'
import { catalog, rate, rateCard } from '../../support/terms.ts'

const CARD = rateCard({
  conversions: [
    { customCreditTypeId: 'credits', fiatPerCustomCredit: '10' },
    { customCreditTypeId: 'tokens', fiatPerCustomCredit: '0.25' },
  ],
})

function amount(creditTypeId: string, total: string) {
  return { creditTypeId, total: new Decimal(total) }
}

function texts(amounts: ReturnType<typeof amount>[]): string[] {
  return convertUnits(amounts, CARD).map(
    ({ customCreditTypeId, quantity, unitPrice, total }) =>
      `${customCreditTypeId} ${quantity.toFixed()} × ${unitPrice.toFixed()} = ${total.toFixed()}`,
  )
}

test('TV31: what a commit in the unit leaves of 450 credits is converted at 10 cents', () => {
  expect(texts([amount('credits', '450'), amount('credits', '-100')])).toEqual([
    'credits 350 × 10 = 3500',
  ])
})

test('each unit is converted by itself, in the order of the card; the currency is left alone', () => {
  const amounts = [amount('tokens', '3'), amount(USD.id, '7'), amount('credits', '0.5')]
  expect(texts(amounts)).toEqual(['credits 0.5 × 10 = 5', 'tokens 3 × 0.25 = 0.75'])
})

test('where nothing is left of a unit there is nothing to convert; a deficit is converted', () => {
  expect(texts([amount('credits', '5'), amount('credits', '-5')])).toEqual([])
  expect(texts([amount('tokens', '-4')])).toEqual(['tokens -4 × 0.25 = -1'])
})

test('a unit is worth what the card says, the currency 1, and an unknown unit nothing', () => {
  expect(fiatPerUnit('tokens', CARD)?.toFixed()).toBe('0.25')
  expect(fiatPerUnit(USD.id, CARD)?.toFixed()).toBe('1')
  expect(fiatPerUnit('other', CARD)).toBe(null)
})

test('usage that is priced in a unit without a conversion is listed as unbilled', () => {
  const terms = catalog({ rateCard: CARD, rates: [rate({ creditTypeId: 'other', price: '2' })] })
  const rated = unbillUnconvertible(rateEvents(terms, [{ at: '2026-03-05' }]), CARD)
  expect(rated.charges).toEqual([])
  expect(rated.unbilled.map(({ reason, quantity }) => [reason, quantity.toFixed()])).toEqual([
    ['no_conversion', '1'],
  ])
})
