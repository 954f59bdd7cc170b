import { expect, test } from 'vitest'
import { openInvoices } from '../../../src/core/invoices/open-invoices.ts'
import { drawsOf, rateInOrder } from '../../../src/core/invoices/rate-in-order.ts'
import { renewalsOf } from '../../../src/core/ledger/renewals.ts'
import type { Balance } from '../../../src/core/ledger/balance.ts'
import type { Contract } from '../../../src/core/contracts/contract.ts'
import { planUsage } from '../../../src/core/rating/plan-usage.ts'
import { balance, facts, segment } from '../../support/balances.ts'
import { charged, customerTerms, NOTHING_INVOICED } from '../../support/fixed-charges.ts'
import { at, catalog, metric, rate } from '../../support/terms.ts'
import { answer } from '../../support/usage.ts'

const CARD = catalog({ rates: [rate({ price: '10' })], metrics: [metric()] })

/** Drafts of all open statements, with an event at each of these instants, at 10 each. */
function rateAll(contracts: Contract[], balances: Balance[], events: string[], now: number) {
  const { statements } = openInvoices(customerTerms(contracts), NOTHING_INVOICED, now)
  const ready = statements.map((statement) => {
    const { contract, period } = statement
    const drawing = { contractId: contract.id, balances }
    const plan = planUsage(CARD, period, contract.terms, { drawing })
    const queries = plan.reads.map(({ query }) => query)
    const reading = answer(
      queries,
      CARD.metrics,
      events.map((day) => ({ at: day })),
    )
    const sources = { catalog: CARD, terms: contract.terms, plan, reading }
    return { statement, sources, customer: { spend: [], leftOut: [] }, charges: [] }
  })
  const renewals = renewalsOf(contracts)
  return rateInOrder(ready, { balances, facts: facts(), renewals, productNames: new Map() }, now)
}

const wide = { startingAt: at('2026-01-01'), endingBefore: at('2026-04-01') }

test('a statement sees what those before it have left', () => {
  const credit = balance({ segments: [segment('25', wide)] })
  const { drafts, reserved } = rateAll(
    [charged({})],
    [credit],
    ['2026-01-05', '2026-01-06', '2026-02-05'],
    at('2026-02-10'),
  )
  expect(drafts.map(({ total }) => total)).toEqual(['0', '5'])
  expect(reserved.map(({ amount }) => amount)).toEqual(['20', '5'])
  expect(drafts.flatMap((draft) => drawsOf(draft, at('2026-02-10')))).toEqual(reserved)
})

test('what a renewal takes along is there for the statements of the contract that takes over', () => {
  const transition = { type: 'RENEWAL', fromContractId: 'old', toContractId: 'new' } as const
  const old = charged({ transitions: [transition] }, { id: 'old', endingBefore: at('2026-02-01') })
  const next = charged(
    { transitions: [transition] },
    { id: 'new', startingAt: at('2026-02-01'), endingBefore: at('2026-04-01') },
  )
  const commit = balance({
    id: 'commit',
    type: 'PREPAID',
    contractId: 'old',
    rolloverFraction: '1',
    segments: [segment('25', { ...wide, endingBefore: at('2026-02-01') })],
  })
  const {
    drafts,
    balances,
    facts: after,
  } = rateAll([old, next], [commit], ['2026-01-05', '2026-01-06', '2026-02-05'], at('2026-02-10'))
  expect(drafts.map(({ contractId, total }) => `${contractId} ${total}`)).toEqual([
    'old 0',
    'new 5',
  ])
  expect(after.rollovers).toMatchObject([{ balanceId: 'commit', amount: '5' }])
  expect(balances.map(({ id }) => id)).toEqual(['commit', after.rollovers[0]!.toBalanceId])
})
