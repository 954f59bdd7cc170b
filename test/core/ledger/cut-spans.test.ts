import { expect, test } from 'vitest'
import { indexRates } from '../../../src/core/catalog/resolve-rate.ts'
import type { Override } from '../../../src/core/contracts/override.ts'
import type { Balance } from '../../../src/core/ledger/balance.ts'
import { cutSpans } from '../../../src/core/ledger/cut-spans.ts'
import { resolveTerms } from '../../../src/core/rating/resolve-terms.ts'
import { credit } from '../../support/drawing.ts'
import { MARCH, override, times } from '../../support/rate-events.ts'
import { at, rate } from '../../support/terms.ts'

const SUBJECT = {
  productId: 'product',
  tags: [],
  pricingGroupValues: { user: 'ada' },
  presentationGroupValues: null,
  billingFrequency: null,
}

/** The days on which the spans of March start, and how many overrides each says have lost. */
function cut(payers: Balance[], overrides: Override[] = []): string[] {
  const rates = indexRates([rate(), rate({ startingAt: at('2026-03-10'), price: '2' })])
  const spans = resolveTerms(rates.get('product')!, { overrides }, SUBJECT, MARCH)
  return cutSpans(spans, payers, SUBJECT).map(({ startMs, lost }) => {
    return `${new Date(startMs).getUTCDate()} (${lost.length})`
  })
}

const week = { from: '2026-03-08', to: '2026-03-15' }

test('spans are cut where a balance that may pay starts or ends', () => {
  expect(cut([])).toEqual(['1 (0)', '10 (0)'])
  expect(cut([credit('a', '1', week)])).toEqual(['1 (0)', '8 (0)', '10 (0)', '15 (0)'])
  expect(cut([credit('a', '1')])).toEqual(['1 (0)', '10 (0)'])
})

test('a balance for something else, or in another unit, cuts nothing', () => {
  const other = { applicability: { specifiers: [{ pricingGroupValues: { user: 'bob' } }] } }
  expect(cut([credit('a', '1', { ...week, ...other })])).toEqual(['1 (0)', '10 (0)'])
  expect(cut([credit('a', '1', { ...week, creditTypeId: 'units' })])).toEqual(['1 (0)', '10 (0)'])
})

test('overrides for commits cut what a balance that they are for may pay', () => {
  const options = { isCommitSpecific: true, startingAt: at('2026-03-20') }
  const half = override(times('0.5'), { ...options, endingBefore: at('2026-03-22') })
  const named = { ...half, specifiers: [{ commitIds: ['other'] }] }
  const whole = [credit('a', '1')]
  expect(cut(whole, [half])).toEqual(['1 (0)', '10 (0)', '20 (1)', '22 (0)'])
  expect(cut(whole, [named])).toEqual(['1 (0)', '10 (1)'])
  expect(cut([], [half])).toEqual(['1 (0)', '10 (1)'])
})
