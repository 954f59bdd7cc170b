import { expect, test } from 'vitest'
import {
  breakDownStored,
  planStored,
  storedMetricIds,
} from '../../../src/core/invoices/breakdown-stored.ts'
import type { Invoice } from '../../../src/core/invoices/invoice.ts'
import { DAY_MS } from '../../../src/core/time.ts'
import { draftMarch, showLines } from '../../support/drafts.ts'
import { credit } from '../../support/drawing.ts'
import { at, catalog, metric, rate } from '../../support/terms.ts'
import { answer, type TestEvent } from '../../support/usage.ts'

const CARD = catalog({
  rates: [
    rate({
      price: {
        rateType: 'TIERED',
        tiers: [
          { size: '3', price: '10' },
          { size: null, price: '5' },
        ],
      },
    }),
  ],
  metrics: [metric()],
})
const DAYS = [2, 3, 4, 5, 6].map((day) => {
  const startMs = at(`2026-03-0${day}`)
  return { startMs, endMs: startMs + DAY_MS }
})

function on(...days: number[]): TestEvent[] {
  return days.map((day) => ({ at: `2026-03-0${day}` }))
}

function breakDown(invoice: Invoice, events: TestEvent[]): string[][] {
  const edges = DAYS.flatMap(({ startMs, endMs }) => [startMs, endMs])
  const plan = planStored(invoice, CARD.metrics, edges)
  const queries = plan.reads.map(({ query }) => query)
  const reading = answer(queries, CARD.metrics, events)
  return breakDownStored(invoice, DAYS, plan, reading).map(({ total, lines }) => [
    total,
    ...showLines(lines),
  ])
}

test('a final invoice fills up in the course of its period: by its own steps and payments', () => {
  const invoice = draftMarch(CARD, on(3, 3, 5, 5, 5), {}, { balances: [credit('c', '20')] })
  expect(breakDown(invoice, on(3, 3, 5, 5, 5))).toEqual([
    ['0', 'API calls 2..3: 0 × 10 = 0'],
    ['0', 'API calls 3..4: 2 × 10 = 20', 'c applied: -20'],
    ['0', 'API calls 4..5: 0 × 10 = 0'],
    ['20', 'API calls 5..6: 1 × 10 = 10', 'API calls 5..6: 2 × 5 = 10'],
    ['0', 'API calls 6..7: 0 × 10 = 0'],
  ])
})

test('usage that came after it was finalized moves nothing beyond what it bills', () => {
  const invoice = draftMarch(CARD, on(3, 5))
  const totals = breakDown(invoice, on(3, 4, 5, 6)).map(([total]) => total)
  expect(totals).toEqual(['0', '10', '10', '0', '0'])
})

test('of an invoice whose usage was given, meters are asked nothing', () => {
  const draft = draftMarch(CARD, on(3, 5))
  const given: Invoice = { ...draft, derivation: { ...draft.derivation, isGiven: true } }
  expect([storedMetricIds(draft), storedMetricIds(given)]).toEqual([['metric'], []])
  expect(planStored(given, CARD.metrics, []).queries).toEqual([])
})
