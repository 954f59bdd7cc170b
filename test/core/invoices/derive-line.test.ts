import { expect, test } from 'vitest'
import { deriveLine } from '../../../src/core/invoices/derive-line.ts'
import { MARCH, override, rateEvents, tiered, times } from '../../support/rate-events.ts'
import { at, catalog, metric, product, rate } from '../../support/terms.ts'

const SUM = metric({ aggregationType: 'SUM', aggregationKey: 'n' })
const EVENTS = [{ at: '2026-03-02', value: '1536' }]

test('a line tells what was metered, converted and billed, the price of the card and what changed it', () => {
  const state = {
    quantityConversion: { factor: '1024', operation: 'DIVIDE' as const },
    quantityRounding: { method: 'ROUND_UP' as const, decimalPlaces: 0 },
  }
  const price = rate({ price: tiered('5@10 @1') })
  const terms = catalog({ products: [product({ state })], metrics: [SUM], rates: [price] })
  const half = override(times('0.5'), { id: 'half' })
  const most = override(times('0.9'), { id: 'most' })
  const rated = rateEvents(terms, EVENTS, { terms: { overrides: [most, half] } })
  expect(deriveLine(rated.charges[0]!)).toEqual({
    metricId: 'metric',
    rateId: price.id,
    increments: [
      {
        startingAt: MARCH.startMs,
        endingBefore: MARCH.endMs,
        quantity: '2',
        raw: '1536',
        converted: '1.5',
      },
    ],
    pricing: {
      groupKey: null,
      conversion: state.quantityConversion,
      rounding: state.quantityRounding,
      counted: { base: '0', raw: '0', quantity: '0', conversion: null },
      listPrice: price.price,
      override: { id: 'half', change: times('0.5') },
      lost: [{ id: 'most', reason: 'higher_multiplier' }],
      position: '0',
    },
  })
})

test('a line tells which usage filters were in force in its time', () => {
  const filters = ['2026-01-01', '2026-03-10', '2026-05-01'].map((day) => ({
    groupKey: 'org',
    groupValues: [day],
    startingAt: at(day),
  }))
  const rated = rateEvents(catalog({ metrics: [SUM], rates: [rate()] }), EVENTS)
  expect(deriveLine(rated.charges[0]!, { usageFilters: filters }).pricing?.usageFilters).toEqual(
    filters.slice(0, 2),
  )
})
