import { expect, test } from 'vitest'
import { narrowCatalog } from '../../../src/core/catalog/catalog.ts'
import { at, catalog, period, rate } from '../../support/terms.ts'

test('entries that only touch the period are left out, those that overlap it stay', () => {
  const rates = [
    rate({ id: 'before', endingBefore: at('2026-03-01') }),
    rate({ id: 'into', endingBefore: at('2026-03-01T01') }),
    rate({ id: 'out of', startingAt: at('2026-03-31T23') }),
    rate({ id: 'after', startingAt: at('2026-04-01') }),
  ]
  const narrowed = narrowCatalog(catalog({ rates }), period('2026-03-01', '2026-04-01'))
  expect(narrowed.rates.map(({ id }) => id)).toEqual(['into', 'out of'])
})
