import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { USD } from '../../../src/core/currency.ts'
import { Decimal } from '../../../src/core/decimal.ts'
import {
  addEvents,
  decideGate,
  openGate,
  type SpendLimit,
} from '../../../src/core/gate/decide-gate.ts'
import { openInvoices } from '../../../src/core/invoices/open-invoices.ts'
import type { Balance } from '../../../src/core/ledger/balance.ts'
import type { UsageEvent } from '../../../src/core/metering/event.ts'
import { planUsage } from '../../../src/core/rating/plan-usage.ts'
import { balance, facts, segment } from '../../support/balances.ts'
import { charged, customerTerms, NOTHING_INVOICED } from '../../support/fixed-charges.ts'
import { tiered } from '../../support/rate-events.ts'
import { at, catalog, metric, rate, type RateOptions } from '../../support/terms.ts'
import { answer } from '../../support/usage.ts'

const NOW = at('2026-01-20')
const CREDIT = balance({
  segments: [segment('100', { startingAt: at('2026-01-01'), endingBefore: at('2026-02-01') })],
})

function event(n: number): UsageEvent {
  return {
    transactionId: `e${n}`,
    ingestId: 'customer',
    eventType: 'call',
    timestampMs: at('2026-01-15'),
    subMs: '',
  }
}

const events = (count: number, from = 0) => Array.from({ length: count }, (_, i) => event(from + i))

/** A gate of a contract that counts events, with some of them metered. */
function gate(balances: Balance[], metered: number, price: RateOptions['price'] = '10') {
  const card = catalog({ rates: [rate({ price })], metrics: [metric()] })
  const contract = charged({})
  const { statements } = openInvoices(customerTerms([contract]), NOTHING_INVOICED, NOW)
  const ready = statements.map((statement) => {
    const drawing = { contractId: contract.id, balances }
    const plan = planUsage(card, statement.period, contract.terms, { drawing })
    const queries = plan.reads.map(({ query }) => query)
    const used = Array.from({ length: metered }, () => ({ at: '2026-01-10' }))
    const reading = answer(queries, card.metrics, used)
    const sources = { catalog: card, terms: contract.terms, plan, reading }
    return { statement, sources, customer: { spend: [], leftOut: [] }, charges: [] }
  })
  const drawn = { balances, facts: facts(), renewals: [], productNames: new Map() }
  const state = openGate(ready, drawn, NOW)
  const ask = (count: number, limit: SpendLimit | null = null) =>
    decideGate(state, addEvents(state, events(count), drawn, NOW), limit, NOW)
  return { state, drawn, ask }
}

test('usage is allowed that balances pay for whole, to the last unit', () => {
  const { ask } = gate([CREDIT], 4)
  expect(ask(6)).toEqual({
    isAllowed: true,
    reason: null,
    uncovered: [{ creditTypeId: USD.id, amount: '0' }],
    draws: [{ balanceId: 'b1', amount: '60', remaining: '0' }],
  })
  expect(ask(7)).toEqual({
    isAllowed: false,
    reason: 'balance',
    uncovered: [{ creditTypeId: USD.id, amount: '10' }],
    draws: [{ balanceId: 'b1', amount: '60', remaining: '0' }],
  })
})

test('with a limit, what no balance pays is allowed as long as the drafts stay within it', () => {
  const { ask } = gate([CREDIT], 12)
  const limit = (amount: string) => ({ creditTypeId: USD.id, amount })
  expect(ask(3, limit('50'))).toMatchObject({ isAllowed: true, reason: null })
  expect(ask(4, limit('50'))).toMatchObject({ isAllowed: false, reason: 'spend_limit' })
  // A limit in another unit allows nothing in this one.
  expect(ask(1, { creditTypeId: 'credits', amount: '50' })).toMatchObject({ isAllowed: false })
})

test('the price is that of the live tiers, at the place that usage has reached', () => {
  const price = tiered('5@0 @30')
  expect(gate([CREDIT], 3, price).ask(2)).toMatchObject({ isAllowed: true, draws: [] })
  expect(gate([CREDIT], 3, price).ask(5)).toMatchObject({
    isAllowed: true,
    draws: [{ amount: '90', remaining: '10' }],
  })
  expect(gate([CREDIT], 3, price).ask(6)).toMatchObject({ isAllowed: false })
})

test('gates one after the other allow as much as one for all', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 8 }), (counts) => {
      const { state: first, drawn } = gate([CREDIT], 0)
      let state = first
      let granted = 0
      for (const count of counts) {
        const after = addEvents(state, events(count, granted), drawn, NOW)
        const { isAllowed } = decideGate(state, after, null, NOW)
        expect(isAllowed).toBe(granted + count <= 10)
        if (!isAllowed) continue
        granted += count
        state = after
      }
      const left = state.rated.remaining.get('b1/s1/')
      expect(new Decimal(left ?? 'NaN').toNumber()).toBe(100 - 10 * granted)
    }),
    { numRuns: 50 },
  )
})
