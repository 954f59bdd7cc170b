import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sum, toText, Decimal } from '../../../src/core/decimal.ts'
import type { Invoice, InvoiceLine } from '../../../src/core/invoices/invoice.ts'
import type { Balance } from '../../../src/core/ledger/balance.ts'
import {
  decideSpendThreshold,
  uncoveredSpend,
} from '../../../src/core/thresholds/decide-spend-threshold.ts'
import { balance, USD } from '../../support/balances.ts'
import { at, contract } from '../../support/terms.ts'
import { spendThreshold, thresholdCase } from '../../support/thresholds.ts'

/** A draft of a month of 2026 with lines: a total, or what of it is paid. */
function draft(month: string, lines: object[], options: Partial<Invoice> = {}): Invoice {
  const startingAt = at(`2026-${month}-01`)
  const filled = lines.map((line) => ({ type: 'usage', creditTypeId: USD, startingAt, ...line }))
  const header = { id: month, contractId: 'contract', status: 'DRAFT', startingAt }
  return { ...header, lines: filled as InvoiceLine[], ...options } as Invoice
}

const CASE = thresholdCase({ spendThreshold: spendThreshold() })

test('TV34: $100 of spend that nothing pays for is sold as a commit of $100 that reaches back to it', () => {
  const decided = decideSpendThreshold(CASE, [draft('03', [{ total: '10000' }])])
  expect(decided).toMatchObject({
    type: 'PREPAID',
    creditTypeId: USD,
    segments: [{ amount: '10000', startingAt: at('2026-03-01') }],
    payments: { schedule: { items: [{ amount: '10000', at: CASE.now }] } },
    applicability: {},
    threshold: { kind: 'SPEND', ordinal: 1 },
  })
  const paidBy = { balanceId: decided!.id }
  const after = draft('03', [
    { total: '10000', paidBy },
    { type: 'applied_commit_or_credit', total: '-10000', paidBy },
  ])
  expect(decideSpendThreshold({ ...CASE, balances: [decided!] }, [after])).toBeNull()
})

test('spend below the threshold sells nothing, and spend beyond it all of it', () => {
  const sold = (total: string) =>
    decideSpendThreshold(CASE, [draft('03', [{ total }])])?.segments[0]?.amount
  expect([sold('9999.99'), sold('10000'), sold('12345.67')]).toEqual([
    undefined,
    '10000',
    '12345.67',
  ])
})

test('only what a commit could pay for in the currency counts, and nothing that is paid', () => {
  const lines = [
    { total: '1' },
    { type: 'subscription', total: '20' },
    { type: 'cpu_conversion', total: '300' },
    { total: '4000', creditTypeId: 'token' },
    { total: '50000', paidBy: { balanceType: 'PREPAID' } },
    { type: 'applied_commit_or_credit', total: '-50000' },
    { type: 'scheduled', total: '600000' },
    { type: 'commit_purchase', total: '7000000' },
  ]
  expect(toText(uncoveredSpend(draft('03', lines), CASE))).toBe('321')
})

test('pricing 9.1: what counts towards a postpaid commit is owed, unless it was rolled over', () => {
  const paidBy = { balanceId: 'b1', balanceType: 'POSTPAID' }
  const owed = draft('03', [
    { total: '9000', paidBy },
    { type: 'applied_commit_or_credit', total: '-9000', paidBy },
    { total: '1000' },
  ])
  const postpaid = balance({ type: 'POSTPAID' })
  const sold = (own: Balance) => decideSpendThreshold({ ...CASE, balances: [own] }, [owed])
  expect(sold(postpaid)?.segments[0]?.amount).toBe('10000')
  const rolledOverFrom = { balanceId: 'former', contractId: 'old' }
  expect(sold({ ...postpaid, rolledOverFrom })).toBeNull()
})

test('all open drafts of the contract count together, from the first one with spend on', () => {
  const drafts = [
    draft('01', [{ total: '0' }]),
    draft('02', [{ total: '6000' }]),
    draft('03', [{ total: '4000' }]),
    draft('03', [{ total: '90000' }], { contractId: 'other' }),
    draft('01', [{ total: '90000' }], { status: 'FINALIZED' }),
  ]
  expect(decideSpendThreshold(CASE, drafts)?.segments[0]).toMatchObject({
    amount: '10000',
    startingAt: at('2026-02-01'),
  })
})

test('a subscription in arrears that begins before its statement is paid by what is sold', () => {
  const line = { type: 'subscription', total: '10000', startingAt: at('2026-02-15') }
  const starts = (...lines: object[]) =>
    decideSpendThreshold(CASE, [draft('03', lines)])?.segments[0]?.startingAt
  expect(starts(line, { total: '5' })).toBe(at('2026-02-15'))
  expect(starts({ ...line, startingAt: at('2026-04-01') })).toBe(at('2026-03-01'))
  expect(starts({ ...line, paidBy: { balanceType: 'CREDIT' } }, { total: '10000' })).toBe(
    at('2026-03-01'),
  )
})

test('nothing is sold while the threshold is off or the contract is not in force', () => {
  const drafts = [draft('03', [{ total: '10000' }])]
  const off = thresholdCase({ spendThreshold: spendThreshold({ isEnabled: false }) })
  const { terms } = CASE.contract
  const ended = { ...contract(), terms, endingBefore: at('2026-03-20T10') }
  expect(decideSpendThreshold(off, drafts)).toBeNull()
  expect(decideSpendThreshold(thresholdCase({}), drafts)).toBeNull()
  expect(decideSpendThreshold({ ...CASE, contract: ended }, drafts)).toBeNull()
})

test('whatever is outstanding, the commit is over exactly that, once it is enough', () => {
  const cents = fc.array(fc.integer({ min: 0, max: 10_000 }), { maxLength: 6 })
  fc.assert(
    fc.property(cents, cents, (open, paid) => {
      const lines = [
        ...open.map((total) => ({ total: String(total) })),
        ...paid.map((total) => ({ total: String(total), paidBy: {} })),
      ]
      const total = sum(open.map((amount) => new Decimal(amount)))
      const sold = decideSpendThreshold(CASE, [draft('03', lines)])
      const expected = total.lessThan(10_000) ? undefined : toText(total)
      expect(sold?.segments[0]?.amount).toBe(expected)
    }),
  )
})
