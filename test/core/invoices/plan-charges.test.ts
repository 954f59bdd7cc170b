import fc from 'fast-check'
import { expect, test } from 'vitest'
import { childBalances, childPayments } from '../../../src/core/ledger/child-balances.ts'
import type { RecurringBalance } from '../../../src/core/ledger/recurring-balance.ts'
import { planCharges, trueupScope } from '../../../src/core/invoices/plan-charges.ts'
import { USD } from '../../../src/core/currency.ts'
import {
  charged,
  customerTerms,
  paidCommit,
  scheduledCharge,
  showCharge,
} from '../../support/fixed-charges.ts'
import { recurring as recurringCommit } from '../../support/recurring.ts'
import { at, subscription } from '../../support/terms.ts'

const UNTIL = at('2026-03-01')

test('what schedules name is planned whenever it is due, what recurs up to an instant', () => {
  const contract = charged({
    scheduledCharges: [scheduledCharge('fee', { '2026-01-01': '10', '2027-01-01': '10' })],
    discounts: [scheduledCharge('off', { '2026-02-01': '3' })],
    subscriptions: [subscription()],
  })
  expect(planCharges(customerTerms([contract]), contract, UNTIL).map(showCharge)).toEqual([
    'scheduled_charge 2026-01-01 SCHEDULED',
    'scheduled_charge 2027-01-01 SCHEDULED',
    'discount 2026-02-01 SCHEDULED',
    'subscription 2026-01-01 ENDING_USAGE',
    'subscription 2026-02-01 ENDING_USAGE',
    'subscription 2026-03-01 ENDING_USAGE',
  ])
})

test('with the setting, what is due at the end of a usage invoice is to be on it', () => {
  const contract = charged({
    scheduledCharges: [scheduledCharge('fee', { '2026-02-01': '10' })],
    scheduledChargesOnUsageInvoices: 'ALL',
  })
  const terms = customerTerms([contract], [paidCommit('commit', { '2026-03-01': '5' })])
  expect(planCharges(terms, contract, UNTIL).map(showCharge)).toEqual([
    'scheduled_charge 2026-02-01 ENDING_USAGE',
    'commit_payment 2026-03-01 ENDING_USAGE',
  ])
})

test('nothing is charged for what is archived, not invoiced, or from an early end on', () => {
  const fee = scheduledCharge('fee', { '2026-01-01': '10', '2026-02-01': '10' })
  const plan = (...args: Parameters<typeof charged>) => {
    const contract = charged(...args)
    const silent = paidCommit('silent', { '2026-01-05': '5' })
    silent.payments!.isInvoiced = false
    const gone = paidCommit('gone', { '2026-01-05': '5' }, { archivedAt: 1 })
    const other = paidCommit('other', { '2026-01-05': '5' })
    other.payments!.contractId = 'another'
    const terms = customerTerms([contract], [silent, gone, other])
    return planCharges(terms, contract, UNTIL).map(showCharge)
  }
  expect(plan({ scheduledCharges: [{ ...fee, archivedAt: 5 }] })).toEqual([])
  expect(plan({ scheduledCharges: [fee] }, { archivedAt: 5 })).toEqual([])
  const kept = ['scheduled_charge 2026-01-01 SCHEDULED']
  const cut = { from: at('2026-02-01'), ids: ['fee/2026-02-01'] }
  expect(plan({ scheduledCharges: [fee], cutCharges: [cut] })).toEqual(kept)
  expect(plan({ scheduledCharges: [fee], chargedBefore: at('2026-02-01') })).toEqual(kept)
})

test('a true-up waits for the last usage invoice that may draw on its commit', () => {
  const contract = charged({})
  const postpaid = (day: string) => paidCommit('commit', { [day]: '100' }, { type: 'POSTPAID' })
  const plan = (balance: ReturnType<typeof postpaid>) =>
    planCharges(customerTerms([contract], [balance]), contract, UNTIL)
  // The commit's access ends with March, whose invoice is issued a day later.
  const [early] = plan(postpaid('2026-04-01'))
  expect(early).toMatchObject({ at: at('2026-04-02') + 1, placement: 'SCHEDULED', group: 'commit' })
  const [late] = plan(postpaid('2026-06-01'))
  expect(late).toMatchObject({ at: at('2026-06-01'), item: { kind: 'trueup' } })
  expect(plan({ ...postpaid('2026-06-01'), trueupDisabledAt: 5 })).toEqual([])
  const transition = { type: 'RENEWAL', fromContractId: 'contract', toContractId: 'next' } as const
  const renewed = charged({ transitions: [{ ...transition, trueup: 'REMOVE' }] })
  const terms = customerTerms([renewed], [postpaid('2026-06-01')])
  expect(planCharges(terms, renewed, UNTIL)).toEqual([])
})

test("a customer's commit is trued up after the invoices of all contracts that may draw on it", () => {
  const first = charged({})
  const second = charged({}, { id: 'second', startingAt: at('2026-03-10') })
  const gone = charged({}, { id: 'gone', archivedAt: 5 })
  const commit = paidCommit('commit', {}, { contractId: null })
  const show = (options: Partial<typeof commit>) =>
    trueupScope(customerTerms([first, second, gone]), { ...commit, ...options }).map(
      ({ contract, period }) => `${contract.id} ${new Date(period.startMs).getUTCMonth() + 1}`,
    )
  expect(show({})).toEqual(['contract 1', 'contract 2', 'contract 3', 'second 3'])
  expect(show({ applicableContractIds: ['second'] })).toEqual(['second 3'])
  expect(show({ contractId: 'contract' })).toEqual(['contract 1', 'contract 2', 'contract 3'])
})

test('what a recurring commit is to be paid is planned once, from the balance where there is one', () => {
  const recurring: RecurringBalance = {
    id: 'recurring',
    type: 'PREPAID',
    productId: 'fixed',
    priority: '1',
    rateType: 'LIST_RATE',
    accessAmount: { unitPrice: '100', quantity: '1', creditTypeId: USD.id },
    invoiceAmount: { unitPrice: '80', quantity: '1', creditTypeId: USD.id },
    startingAt: at('2026-01-01'),
    endingBefore: null,
    durationPeriods: 1,
    recurrenceFrequency: 'MONTHLY',
    proration: 'NONE',
    applicability: {},
    rolloverFraction: null,
    customFields: {},
    createdAt: 0,
  }
  const contract = charged({ recurringBalances: [recurring] })
  const derived = planCharges(customerTerms([contract]), contract, at('2026-02-15'))
  expect(derived.map(showCharge)).toEqual([
    'commit_payment 2026-01-01 SCHEDULED',
    'commit_payment 2026-02-01 SCHEDULED',
  ])
  const [{ item }] = derived as [(typeof derived)[0]]
  const balances = 'balance' in item ? [item.balance] : []
  const again = planCharges(customerTerms([contract], balances), contract, at('2026-02-15'))
  expect(again.map(({ id }) => id)).toEqual(derived.map(({ id }) => id))
})

test('whichever of its commits are known, edited or gone, a recurring one plans the payments of the others', () => {
  const amount = { unitPrice: '80', quantity: '1', creditTypeId: USD.id }
  const daily = recurringCommit({
    type: 'PREPAID',
    invoiceAmount: amount,
    recurrenceFrequency: 'DAILY',
    durationPeriods: 2,
  })
  const contract = charged({ recurringBalances: [daily] })
  const until = at('2026-01-20')
  const made = childBalances(contract, daily, at('2026-01-10'))
  const all = childPayments(contract, daily, until)
  const state = fc.constantFrom('unknown', 'known', 'archived', 'edited', 'unpaid')
  const states = fc.array(state, { minLength: made.length, maxLength: made.length })
  fc.assert(
    fc.property(states, (each) => {
      const balances = made.flatMap((child, i) => {
        const edited = { ...child, lastEditId: 'edit' }
        if (each[i] === 'unknown') return []
        if (each[i] === 'archived') return [{ ...edited, archivedAt: 1 }]
        if (each[i] === 'edited') return [edited]
        return [each[i] === 'unpaid' ? { ...edited, payments: null } : child]
      })
      const planned = planCharges(customerTerms([contract], balances), contract, until)
      const expected = all.filter((_, i) => !['archived', 'unpaid'].includes(each[i] ?? ''))
      const byDate = (charges: typeof all) =>
        charges.map(({ id, at: due }) => `${due} ${id}`).toSorted()
      expect(byDate(planned)).toEqual(byDate(expected))
    }),
    { numRuns: 50 },
  )
})
