import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Price } from '../../../src/core/catalog/price.ts'
import { breakDownDrafts } from '../../../src/core/invoices/breakdown-draft.ts'
import { planStored, breakDownStored } from '../../../src/core/invoices/breakdown-stored.ts'
import { openInvoices } from '../../../src/core/invoices/open-invoices.ts'
import { rateInOrder, type ReadyStatement } from '../../../src/core/invoices/rate-in-order.ts'
import type { Balance } from '../../../src/core/ledger/balance.ts'
import { planUsage } from '../../../src/core/rating/plan-usage.ts'
import { DAY_MS } from '../../../src/core/time.ts'
import { facts } from '../../support/balances.ts'
import { addUp } from '../../support/breakdowns.ts'
import { composite, percentage } from '../../support/drafts.ts'
import { commit, credit, postpaid } from '../../support/drawing.ts'
import { charged, customerTerms, NOTHING_INVOICED } from '../../support/fixed-charges.ts'
import { at, catalog, metric, product, rate } from '../../support/terms.ts'
import { answer, type TestEvent } from '../../support/usage.ts'

const MARCH_START = at('2026-03-01')
const DAYS = Array.from({ length: 31 }, (_, i) => ({
  startMs: MARCH_START + i * DAY_MS,
  endMs: MARCH_START + (i + 1) * DAY_MS,
}))

interface Case {
  price: Price
  later?: Price
  type?: 'SUM' | 'MAX' | 'COUNT' | 'LATEST'
  rounding?: boolean
  balances?: Balance[]
  minimum?: string | null
}

/** The draft of March, and its days. */
function breakDown(
  { price, later, type = 'SUM', rounding = false, balances = [], minimum }: Case,
  events: TestEvent[],
) {
  const own = metric({ aggregationType: type, aggregationKey: 'n' })
  const state = rounding
    ? { quantityRounding: { method: 'ROUND_UP' as const, decimalPlaces: 0 } }
    : {}
  const fee = composite('fee')
  const card = catalog({
    products: [product({ state }), ...(minimum === undefined ? [] : [fee])],
    rates: [
      rate({ price }),
      ...(later === undefined ? [] : [rate({ price: later, startingAt: at('2026-03-11') })]),
      ...(minimum === undefined
        ? []
        : [rate({ productId: 'fee', price: percentage('0.1', minimum) })]),
    ],
    metrics: [own],
  })
  const contract = charged({}, { startingAt: MARCH_START })
  const { statements } = openInvoices(customerTerms([contract]), NOTHING_INVOICED, at('2026-03-31'))
  const drawn = { balances, facts: facts(), renewals: [], productNames: new Map<string, string>() }
  const read = (cuts: number[]): ReadyStatement[] =>
    statements.map((statement) => {
      const drawing = { contractId: contract.id, balances }
      const plan = planUsage(card, statement.period, {}, { drawing, cuts })
      const reading = answer(
        plan.reads.map(({ query }) => query),
        card.metrics,
        events,
      )
      const sources = { catalog: card, terms: {}, plan, reading }
      return { statement, sources, customer: { spend: [], leftOut: [] }, charges: [] }
    })
  const now = at('2026-03-31')
  const [draft] = rateInOrder(read([]), drawn, now).drafts
  const edges = [...DAYS.map(({ startMs }) => startMs), DAYS.at(-1)!.endMs]
  const days = breakDownDrafts(read(edges), drawn, now, new Map([[draft!.id, DAYS]]))
  return { draft: draft!, days: days.get(draft!.id)!, metrics: card.metrics, edges }
}

test('a day shows what it added: the step of the ladder it reached, what a commit paid', () => {
  const ladder: Price = {
    rateType: 'TIERED',
    tiers: [
      { size: '10', price: '2' },
      { size: null, price: '1' },
    ],
  }
  const { draft, days } = breakDown({ price: ladder, balances: [credit('gift', '15')] }, [
    { at: '2026-03-02', value: '6' },
    { at: '2026-03-03', value: '7' },
  ])
  const shown = days.map(({ total, lines }) => [
    total,
    ...lines.map((line) => `${'quantity' in line ? line.quantity : line.name} = ${line.total}`),
  ])
  expect(shown.slice(0, 4)).toEqual([
    ['0', '0 = 0'],
    ['0', '6 = 12', 'gift applied = -12'],
    ['8', '1.5 = 3', 'gift applied = -3', '2.5 = 5', '3 = 3'],
    ['0', '0 = 0'],
  ])
  expect(draft.total).toBe('8')
})

const price = fc.oneof(
  fc.integer({ min: 0, max: 5 }).map((n): Price => ({ rateType: 'FLAT', price: String(n) })),
  fc
    .tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 5 }))
    .map(([size, n]): Price => ({
      rateType: 'TIERED',
      tiers: [
        { size: String(size), price: String(n) },
        { size: null, price: '0.5' },
      ],
    })),
)
const balances = fc.array(
  fc.tuple(
    fc.constantFrom(credit, commit, postpaid),
    fc.integer({ min: 1, max: 60 }),
    fc.constantFrom('2026-03-01', '2026-03-08'),
    fc.constantFrom('2026-03-20', '2026-04-01'),
  ),
  { maxLength: 3 },
)
const events = fc.array(
  fc.tuple(fc.integer({ min: 1, max: 31 }), fc.integer({ min: -40, max: 80 })),
  { maxLength: 8 },
)

function toEvents(drawn: [number, number][]): TestEvent[] {
  return drawn.map(([day, n]) => ({
    at: `2026-03-${String(day).padStart(2, '0')}T05`,
    value: String(n / 4),
  }))
}

test('the days add up to the draft, whatever prices, ladders, commits and metrics there are', () => {
  fc.assert(
    fc.property(
      fc.record({
        price,
        later: fc.option(price, { nil: undefined }),
        type: fc.constantFrom('SUM' as const, 'MAX' as const, 'LATEST' as const),
        rounding: fc.boolean(),
        minimum: fc.constantFrom(undefined, null, '7'),
      }),
      balances,
      events,
      events,
      (terms, made, before, late) => {
        const all = made.map(([make, amount, from, to], i) =>
          make(`b${i}`, String(amount), { from, to }),
        )
        const { draft, days, metrics, edges } = breakDown(
          { ...terms, balances: all },
          toEvents(before),
        )
        expect(addUp(days)).toEqual(addUp([draft]))
        // A final one's days add up to it as well, even after usage that came late.
        const final = { ...draft, status: 'FINALIZED' as const }
        const plan = planStored(final, metrics, edges)
        const queries = plan.reads.map(({ query }) => query)
        const reading = answer(queries, metrics, toEvents([...before, ...late]))
        expect(addUp(breakDownStored(final, DAYS, plan, reading))).toEqual(addUp([draft]))
      },
    ),
    { numRuns: 60 },
  )
})
