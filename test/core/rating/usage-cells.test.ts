import { expect, test } from 'vitest'
import { Decimal, toText } from '../../../src/core/decimal.ts'
import { planUsage } from '../../../src/core/rating/plan-usage.ts'
import { cellName, cellsOf } from '../../../src/core/rating/usage-cells.ts'
import { MARCH } from '../../support/rate-events.ts'
import { at, catalog, metric, product, rate } from '../../support/terms.ts'

test('usage is told apart by pricing and presentation values, window by window in order', () => {
  const grouped = product({
    state: { pricingGroupKey: ['region'], presentationGroupKey: ['team'] },
  })
  const metrics = [metric({ groupKeys: [['team', 'region']] })]
  const rates = [rate(), rate({ startingAt: at('2026-03-10') })]
  const plan = planUsage(catalog({ products: [grouped], metrics, rates }), MARCH)
  const quantity = (text: string) => new Decimal(text)
  const cells = cellsOf(plan.segments[0]!, plan.queries, [
    [
      { window: 1, group: ['a', 'eu'], quantity: quantity('2') },
      { window: 0, group: ['a', 'eu'], quantity: quantity('1') },
      { window: 0, group: ['b', 'eu'], quantity: quantity('3') },
    ],
  ])
  expect(
    cells.map((cell) => [
      cell.pricingGroupValues,
      cell.presentationGroupValues,
      cell.increments.map((each) => [each.startMs, toText(each.quantity)]),
    ]),
  ).toEqual([
    [
      { region: 'eu' },
      { team: 'a' },
      [
        [MARCH.startMs, '1'],
        [at('2026-03-10'), '2'],
      ],
    ],
    [{ region: 'eu' }, { team: 'b' }, [[MARCH.startMs, '3']]],
  ])
})

test('cells of the same values have the same name', () => {
  const values = { pricingGroupValues: { region: 'eu' }, presentationGroupValues: null }
  expect(cellName(values)).toBe(cellName({ ...values }))
  const swapped = { pricingGroupValues: null, presentationGroupValues: { region: 'eu' } }
  expect(cellName(values)).not.toBe(cellName(swapped))
})
