import { expect, test } from 'vitest'
import { USD } from '../../../src/core/currency.ts'
import { regroupProducts, type SpendGrouping } from '../../../src/core/invoices/breakdown-groups.ts'
import { breakDownSpend } from '../../../src/core/invoices/breakdown-spend.ts'
import { usageInvoiceHeader } from '../../../src/core/invoices/usage-invoice.ts'
import { planUsage } from '../../../src/core/rating/plan-usage.ts'
import { at, catalog, contract, metric, period, product, rate } from '../../support/terms.ts'
import { answer } from '../../support/usage.ts'

const MARCH = period('2026-03-01', '2026-04-01')
const CARD = catalog({
  products: [product({ state: { presentationGroupKey: ['team'] } })],
  rates: [rate({ price: '10' })],
  metrics: [metric({ groupKeys: [['team'], ['team', 'region']] })],
})
const EVENTS = [
  { at: '2026-03-02', properties: { team: 'a', region: 'eu' } },
  { at: '2026-03-02', properties: { team: 'b', region: 'eu' } },
  { at: '2026-03-03', properties: { team: 'a', region: 'us' } },
]
const DAYS = ['2026-03-02', '2026-03-03'].map((day) => {
  return { startMs: at(day), endMs: at(day) + 86_400_000 }
})

function breakDown(asked: Partial<SpendGrouping>, windows = DAYS) {
  const grouping = { groupFilters: {}, ...asked }
  const regrouped = regroupProducts(CARD, {}, MARCH, grouping)
  const cuts = windows.flatMap(({ startMs, endMs }) => [startMs, endMs])
  const plan = planUsage(regrouped.catalog, MARCH, {}, { cuts })
  const queries = plan.reads.map(({ query }) => query)
  const reading = answer(queries, CARD.metrics, EVENTS)
  const header = usageInvoiceHeader({
    contract: contract(),
    customer: { customFields: {} },
    fiatCreditTypeId: USD.id,
    period: MARCH,
    graceMs: 0,
  })
  const sources = { catalog: regrouped.catalog, terms: {}, plan, reading }
  const context = { regrouped, grouping, now: at('2026-03-10') }
  return breakDownSpend(header, sources, windows, context).map(({ lines }) =>
    lines.map((line) => {
      const values = 'presentationGroupValues' in line ? line.presentationGroupValues : null
      return `${Object.values(values ?? {}).join()} ${line.total}`
    }),
  )
}

test('spend is told apart by the asked-for properties, day by day', () => {
  expect(breakDown({})).toEqual([['a 10', 'b 10'], ['a 10']])
  expect(breakDown({ groupKeys: ['region'] })).toEqual([['eu 20'], ['us 10']])
  expect(breakDown({ groupKeys: [] })).toEqual([[' 20'], [' 10']])
  expect(breakDown({ groupKeys: ['region'] }, [MARCH])).toEqual([['eu 20', 'us 10']])
})

test('filters leave out what has other values, and show no property that was not asked for', () => {
  expect(breakDown({ groupFilters: { region: ['eu'] } })).toEqual([['a 10', 'b 10'], []])
  expect(breakDown({ groupKeys: [], groupFilters: { team: ['a'] } })).toEqual([[' 10'], [' 10']])
  expect(breakDown({ groupFilters: { region: [] } })).toEqual([['a 10', 'b 10'], ['a 10']])
})
