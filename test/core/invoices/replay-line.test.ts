import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ProductState } from '../../../src/core/catalog/product.ts'
import type { ChargingLine, Invoice } from '../../../src/core/invoices/invoice.ts'
import { rateStatement } from '../../../src/core/invoices/rate-statement.ts'
import { replayLine } from '../../../src/core/invoices/replay-line.ts'
import { usageInvoiceHeader } from '../../../src/core/invoices/usage-invoice.ts'
import { USD } from '../../../src/core/currency.ts'
import { Decimal, sum, toText } from '../../../src/core/decimal.ts'
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
    quantityConversion: { factor: '7', operation: 'DIVIDE' },
    quantityRounding: { method: 'ROUND_HALF_UP', decimalPlaces: 1 },
  },
)
const prices = fc.constantFrom('0.37', tiered('3@5 0.5@2 10@1.25 @0.1'), tiered('10@0 @1'))
const changes = fc.constantFrom(times('0.5', 1), times('1.2', 2), overwrite('3'), {
  type: 'TIERED' as const,
  priority: 1,
  tiers: [
    { size: '4', multiplier: '0.5' },
    { size: '9', multiplier: '0.25' },
  ],
})
const hour = fc.nat(743).map((hours) => MARCH.startMs + hours * HOUR_MS)

const anyTerms = fc.record({
  type: fc.constantFrom('SUM' as const, 'LATEST' as const, 'MAX' as const),
  states: fc.tuple(rules, rules),
  changesAt: hour,
  rates: fc.array(fc.record({ price: prices, startingAt: hour }), { maxLength: 3 }),
  overrides: fc.array(fc.record({ change: changes, startingAt: hour }), { maxLength: 3 }),
  uses: fc.array(fc.record({ at: hour, value: fc.integer({ min: -9, max: 30 }) }), {
    maxLength: 15,
  }),
})

function draft(spec: typeof anyTerms extends fc.Arbitrary<infer T> ? T : never): Invoice {
  const update = { startingAt: spec.changesAt, createdAt: 0, createdBy: '', ...spec.states[1] }
  const terms = {
    overrides: spec.overrides.map(({ change, startingAt }) => override(change, { startingAt })),
    multiplierOverridePrioritization: 'EXPLICIT' as const,
  }
  const card = catalog({
    products: [product({ state: spec.states[0], updates: [update] })],
    metrics: [metric({ aggregationType: spec.type, aggregationKey: 'n' })],
    rates: [rate(), ...spec.rates].map((each, i) => rate({ ...each, id: String(i), sequence: i })),
  })
  const plan = planUsage(card, MARCH, terms)
  const events = spec.uses.map((use) => ({
    at: new Date(use.at).toISOString().slice(0, 13),
    value: String(use.value),
  }))
  const queries = plan.reads.map(({ query }) => query)
  const reading = answer(queries, card.metrics, events)
  return rateStatement(HEADER, { catalog: card, terms, plan, reading }, at('2026-03-20'))
}

test('replaying the derivation of any line gives its quantity, its price and its total', () => {
  fc.assert(
    fc.property(anyTerms, (spec) => {
      const { lines, total } = draft(spec)
      for (const line of lines as ChargingLine[]) {
        const { quantity, unitPrice, total: amount } = line
        expect(replayLine(line)).toEqual({ quantity, unitPrice, total: amount })
        expect(toText(new Decimal(quantity).times(unitPrice))).toBe(amount)
      }
      expect(toText(sum(lines.map((line) => new Decimal(line.total))))).toBe(total)
    }),
    { numRuns: 200 },
  )
})

test('rating the same twice gives the same bytes, and survives being stored', () => {
  fc.assert(
    fc.property(anyTerms, (spec) => {
      const [first, second] = [draft(spec), draft(spec)]
      const text = JSON.stringify(first)
      expect(JSON.stringify(second)).toBe(text)
      const stored = JSON.parse(text) as Invoice
      const replay = ({ lines }: Invoice) => (lines as ChargingLine[]).map(replayLine)
      expect(replay(stored)).toEqual(replay(first))
    }),
    { numRuns: 50 },
  )
})

test('a line that was stored with a flat price only is replayed, too', () => {
  const derivation = {
    metricId: 'metric',
    rateId: 'rate',
    increments: ['2', '1.5'].map((quantity) => ({ startingAt: 0, endingBefore: 1, quantity })),
  }
  const line = { quantity: '3.5', unitPrice: '2', total: '7', derivation } as ChargingLine
  expect(replayLine(line)).toEqual({ quantity: '3.5', unitPrice: '2', total: '7' })
})
