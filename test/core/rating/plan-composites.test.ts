import { expect, test } from 'vitest'
import type { Product } from '../../../src/core/catalog/product.ts'
import type { Rate } from '../../../src/core/catalog/rate.ts'
import {
  compositeChanges,
  planComposites,
  type HeldElsewhere,
} from '../../../src/core/rating/plan-composites.ts'
import { composite, percentage } from '../../support/drafts.ts'
import { MARCH, override, times } from '../../support/rate-events.ts'
import { at, period, product, rate } from '../../support/terms.ts'

function plan(products: Product[], rates: Rate[], held?: HeldElsewhere, overrides = [] as never[]) {
  return planComposites({ products, rates }, MARCH, { overrides }, held)
}

function days(spans: { startMs: number; endMs: number }[]): string[] {
  return spans.map(({ startMs, endMs }) =>
    [startMs, endMs].map((ms) => new Date(ms).getUTCDate()).join('..'),
  )
}

test('a composite is cut where its rate, its override or its definition changes', () => {
  const fee = composite('fee')
  fee.updates.push({
    startingAt: at('2026-03-21'),
    name: 'Fee 2',
    createdAt: 0,
    createdBy: 'test',
  })
  const rates = [
    rate({ productId: 'fee', price: percentage('0.1') }),
    rate({ productId: 'fee', price: percentage('0.2'), startingAt: at('2026-03-11') }),
  ]
  const overrides = [override(times('0.5'), { startingAt: at('2026-03-05') })] as never[]
  const spans = plan([fee], rates, undefined, overrides)
  expect(days(spans)).toEqual(['1..5', '5..11', '11..21', '21..1'])
  expect(spans.map(({ price }) => price)).toEqual([
    percentage('0.1'),
    percentage('0.05'),
    percentage('0.1'),
    percentage('0.1'),
  ])
  expect(compositeChanges(spans, MARCH)).toEqual([
    at('2026-03-05'),
    at('2026-03-11'),
    at('2026-03-21'),
  ])
})

test('a composite without a price is not in the plan, and neither is any other product', () => {
  const late = rate({ productId: 'fee', price: percentage('0.1'), startingAt: at('2026-03-11') })
  expect(days(plan([product(), composite('fee'), composite('other')], [late, rate()]))).toEqual([
    '11..1',
  ])
})

test('what another contract bills for the customer is left out for its time, and only that', () => {
  const held = new Map([['fee', [period('2026-03-05', '2026-03-11')]]])
  const fees = (compositeScope: 'CUSTOMER' | 'CONTRACT') => [composite('fee', { compositeScope })]
  const rates = [rate({ productId: 'fee', price: percentage('0.1') })]
  expect(days(plan(fees('CUSTOMER'), rates, held))).toEqual(['1..5', '11..1'])
  expect(days(plan(fees('CONTRACT'), rates, held))).toEqual(['1..1'])
  const always = new Map([['fee', [period('2026-01-01', '2027-01-01')]]])
  expect(plan(fees('CUSTOMER'), rates, always)).toEqual([])
})
