import { expect, test } from 'vitest'
import type { ScheduledRate } from '../../../../src/dashboard/pages/offering/answers.ts'
import { layOutRates, rateAt } from '../../../../src/dashboard/pages/rate-cards/rate-matrix.ts'

function rate(values: Record<string, string>, price: number, start = '2026-01-01'): ScheduledRate {
  return {
    product_id: 'models',
    product_name: 'Models',
    product_tags: [],
    product_custom_fields: {},
    pricing_group_values: values,
    starting_at: `${start}T00:00:00.000Z`,
    entitled: true,
    rate: { rate_type: 'FLAT', price, credit_type: { id: 'usd', name: 'USD (cents)' } },
  }
}

test('the last dimension makes the columns, and places without a rate stay empty', () => {
  const [matrix] = layOutRates([
    rate({ model: 'large', direction: 'in' }, 3),
    rate({ direction: 'out', model: 'large' }, 12),
    rate({ model: 'mini', direction: 'in' }, 1),
  ])
  expect(matrix).toMatchObject({ rowNames: ['direction'], columnName: 'model' })
  expect(matrix?.columns).toEqual(['large', 'mini'])
  expect(
    matrix?.rows.map(({ values, cells }) => [
      values[0],
      ...cells.map((cell) => cell?.rates[0]?.rate.price),
    ]),
  ).toEqual([
    ['in', 3, 1],
    ['out', 12, undefined],
  ])
})

test('rates of the same values are one cell, of which one is in force at a time', () => {
  const first = { ...rate({ model: 'a' }, 1), ending_before: '2026-02-01T00:00:00.000Z' }
  const [matrix] = layOutRates([rate({ model: 'a' }, 2, '2026-02-01'), first])
  const spans = matrix?.rows[0]?.cells[0]
  expect(matrix).toMatchObject({ rowNames: ['model'], columnName: null, columns: [''] })
  expect(spans?.rates.map((each) => each.rate.price)).toEqual([1, 2])
  const priceAt = (at: string) => spans && rateAt(spans, Date.parse(at))?.rate.price
  expect(priceAt('2025-12-31T23:59:59Z')).toBeUndefined()
  expect(priceAt('2026-01-31T23:59:59Z')).toBe(1)
  expect(priceAt('2026-02-01T00:00:00Z')).toBe(2)
})
