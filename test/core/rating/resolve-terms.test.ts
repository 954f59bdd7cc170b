import { expect, test } from 'vitest'
import type { Rate } from '../../../src/core/catalog/rate.ts'
import { indexRates } from '../../../src/core/catalog/resolve-rate.ts'
import type { Override } from '../../../src/core/contracts/override.ts'
import { resolveTerms } from '../../../src/core/rating/resolve-terms.ts'
import { MARCH, override, overwrite, times } from '../../support/rate-events.ts'
import { at, rate } from '../../support/terms.ts'

const SUBJECT = {
  productId: 'product',
  tags: ['api'],
  pricingGroupValues: null,
  presentationGroupValues: null,
  billingFrequency: null,
}

/** The spans of March: days, price, and whether it is billed. */
function terms(rates: Rate[], overrides: Override[]): string[] {
  const own = indexRates(rates).get('product') ?? { specific: new Map(), fallback: [] }
  return resolveTerms(own, { overrides }, SUBJECT, MARCH).map((span) => {
    const days = [span.startMs, span.endMs].map((ms) => new Date(ms).getUTCDate()).join('..')
    const price = span.price?.rateType === 'FLAT' ? span.price.price : 'no price'
    return `${days} ${price}${span.isEntitled ? '' : ' off'}`
  })
}

test('an override holds from its start to its end, and then the card does again', () => {
  const half = override(times('0.5'), {
    startingAt: at('2026-03-10'),
    endingBefore: at('2026-03-20'),
  })
  expect(terms([rate({ price: '100' })], [half])).toEqual(['1..10 100', '10..20 50', '20..1 100'])
})

test('a multiplier goes with the card, an OVERWRITE does not', () => {
  const rates = [rate({ price: '100' }), rate({ price: '200', startingAt: at('2026-03-16') })]
  expect(terms(rates, [override(times('0.5'))])).toEqual(['1..16 50', '16..1 100'])
  expect(terms(rates, [override(overwrite('7'))])).toEqual(['1..16 7', '16..1 7'])
})

test('an override that loses throughout cuts nothing, and is told of', () => {
  const winner = override(times('0.5'))
  const loser = override(times('0.9'), { startingAt: at('2026-03-10') })
  expect(terms([rate({ price: '100' })], [winner, loser])).toEqual(['1..1 50'])
  const rates = indexRates([rate()]).get('product')!
  const [span] = resolveTerms(rates, { overrides: [winner, loser] }, SUBJECT, MARCH)
  expect(span?.lost).toEqual([{ override: loser, reason: 'higher_multiplier' }])
})

test('an override of other usage changes nothing', () => {
  const other = override(times('0'), { specifiers: [{ productTags: ['storage'] }] })
  expect(terms([rate({ price: '3' })], [other])).toEqual(['1..1 3'])
})

test('a product that is off on the card is turned on by an override, and the other way round', () => {
  const on = override(null, { entitled: true, startingAt: at('2026-03-10') })
  expect(terms([rate({ price: '3', entitled: false })], [on])).toEqual(['1..10 3 off', '10..1 3'])
  const off = override(null, { entitled: false, startingAt: at('2026-03-10') })
  expect(terms([rate({ price: '3' })], [off])).toEqual(['1..10 3', '10..1 3 off'])
})

test('what the card has no price for is billed by an OVERWRITE only where that turns it on', () => {
  expect(terms([], [override(times('2'), { entitled: true })])).toEqual(['1..1 no price'])
  expect(terms([], [override(overwrite('2'))])).toEqual(['1..1 2 off'])
  expect(terms([], [override(overwrite('2'), { entitled: true })])).toEqual(['1..1 2'])
})
