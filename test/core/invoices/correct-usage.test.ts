import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ProductState } from '../../../src/core/catalog/product.ts'
import { USD } from '../../../src/core/currency.ts'
import { Decimal, sum, toText } from '../../../src/core/decimal.ts'
import { correctUsage, ownCuts } from '../../../src/core/invoices/correct-usage.ts'
import {
  rateSources,
  rateStatement,
  type StatementSources,
} from '../../../src/core/invoices/rate-statement.ts'
import { usageInvoiceHeader } from '../../../src/core/invoices/usage-invoice.ts'
import { planUsage } from '../../../src/core/rating/plan-usage.ts'
import { HOUR_MS } from '../../../src/core/time.ts'
import { MARCH, override, overwrite, tiered, times } from '../../support/rate-events.ts'
import { at, catalog, contract, metric, product, rate } from '../../support/terms.ts'
import { answer } from '../../support/usage.ts'

const HEADER = usageInvoiceHeader({
  contract: contract(),
  customer: { customFields: {} },
  fiatCreditTypeId: USD.id,
  period: MARCH,
  graceMs: 24 * HOUR_MS,
})

const rules = fc.constantFrom<Partial<ProductState>>(
  {},
  { quantityRounding: { method: 'ROUND_UP', decimalPlaces: 0 } },
  {
    quantityConversion: { factor: '8', operation: 'DIVIDE' },
    quantityRounding: { method: 'ROUND_HALF_UP', decimalPlaces: 1 },
  },
)
const prices = fc.constantFrom('0.37', tiered('3@5 0.5@2 10@1.25 @0.1'), tiered('10@0 @1'))
const changes = fc.constantFrom(times('0.5', 1), times('1.2', 2), overwrite('3'))
const hour = fc.nat(743).map((hours) => MARCH.startMs + hours * HOUR_MS)
const anyUses = fc.array(fc.record({ at: hour, value: fc.integer({ min: -9, max: 30 }) }), {
  maxLength: 12,
})
const anyTerms = fc.record({
  states: fc.tuple(rules, rules),
  changesAt: hour,
  rates: fc.array(fc.record({ price: prices, startingAt: hour }), { maxLength: 3 }),
  overrides: fc.array(fc.record({ change: changes, startingAt: hour }), { maxLength: 3 }),
})
const anyType = fc.constantFrom('SUM' as const, 'LATEST' as const, 'MAX' as const)

type Spec = typeof anyTerms extends fc.Arbitrary<infer T> ? T : never
type Uses = typeof anyUses extends fc.Arbitrary<infer T> ? T : never

function read(
  type: 'SUM' | 'LATEST' | 'MAX',
  spec: Spec,
  uses: Uses,
  cuts?: number[],
): StatementSources {
  const update = { startingAt: spec.changesAt, createdAt: 0, createdBy: '', ...spec.states[1] }
  const terms = {
    overrides: spec.overrides.map(({ change, startingAt }) => override(change, { startingAt })),
    multiplierOverridePrioritization: 'EXPLICIT' as const,
  }
  const card = catalog({
    products: [product({ state: spec.states[0], updates: [update] })],
    metrics: [metric({ aggregationType: type, aggregationKey: 'n' })],
    rates: [rate(), ...spec.rates].map((each, i) => rate({ ...each, id: String(i), sequence: i })),
  })
  const plan = planUsage(card, MARCH, terms, { cuts })
  const events = uses.map((use) => ({
    at: new Date(use.at).toISOString().slice(0, 13),
    value: String(use.value),
  }))
  const queries = plan.reads.map(({ query }) => query)
  return { catalog: card, terms, plan, reading: answer(queries, card.metrics, events) }
}

const NOW = at('2026-03-20')

test('under its own terms an invoice comes to what regenerating by these terms would charge', () => {
  fc.assert(
    fc.property(anyType, anyTerms, anyUses, anyUses, (type, spec, uses, late) => {
      const invoice = rateStatement(HEADER, read(type, spec, uses), NOW)
      const all = [...uses, ...late]
      const present = rateSources(read(type, spec, all, ownCuts(invoice)))
      const corrected = correctUsage(invoice, present)
      const anew = rateStatement(HEADER, read(type, spec, all), NOW)
      const before = sum(corrected.map(({ totalBefore }) => new Decimal(totalBefore)))
      const after = sum(corrected.map(({ totalAfter }) => new Decimal(totalAfter)))
      const same = new Decimal(invoice.total).minus(before)
      expect(toText(same.plus(after))).toBe(anew.total)
    }),
  )
})

test('whatever the terms have become, the usage that an invoice was computed from changes nothing', () => {
  fc.assert(
    fc.property(anyType, anyTerms, anyTerms, anyUses, (type, spec, changed, uses) => {
      const invoice = rateStatement(HEADER, read(type, spec, uses), NOW)
      const present = rateSources(read(type, changed, uses, ownCuts(invoice)))
      expect(correctUsage(invoice, present)).toEqual([])
    }),
  )
})

test('what came late is priced on the ladder and by the rounding of the invoice', () => {
  const spec: Spec = {
    states: [{ quantityRounding: { method: 'ROUND_UP', decimalPlaces: 0 } }, {}],
    changesAt: MARCH.endMs - HOUR_MS,
    rates: [{ price: tiered('10@2 @1'), startingAt: MARCH.startMs }],
    overrides: [],
  }
  const uses = [{ at: MARCH.startMs, value: 8 }]
  const invoice = rateStatement(HEADER, read('SUM', spec, uses), NOW)
  expect(invoice.total).toBe('16')
  const late = [...uses, { at: MARCH.startMs + HOUR_MS, value: 5 }]
  const dearer = { ...spec, rates: [{ price: tiered('10@20 @10'), startingAt: MARCH.startMs }] }
  const present = rateSources(read('SUM', dearer, late, ownCuts(invoice)))
  expect(correctUsage(invoice, present)).toMatchObject([
    { quantityBefore: '8', quantityAfter: '13', totalBefore: '16', totalAfter: '23' },
  ])
})

test('a product without usage is corrected by the price that its line of nothing shows', () => {
  const spec: Spec = { states: [{}, {}], changesAt: MARCH.startMs, rates: [], overrides: [] }
  const invoice = rateStatement(HEADER, read('SUM', spec, []), NOW)
  const present = rateSources(
    read('SUM', spec, [{ at: MARCH.startMs, value: 7 }], ownCuts(invoice)),
  )
  const [line] = correctUsage(invoice, present)
  expect(line).toMatchObject({ quantityBefore: '0', quantityAfter: '7', totalBefore: '0' })
  expect(correctUsage(invoice, present)).toHaveLength(1)
})
