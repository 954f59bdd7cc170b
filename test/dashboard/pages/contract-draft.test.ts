import { expect, test } from 'vitest'
import {
  buildContract,
  stepOfRefusal,
  type ContractDraft,
} from '../../../src/dashboard/pages/contracts/contract-draft.ts'
import { planBilling } from '../../../src/dashboard/pages/contracts/plan-billing.ts'
import { DOLLARS, type Term } from '../../../src/dashboard/pages/contracts/term.ts'

const DRAFT: ContractDraft = {
  source: 'rate_card',
  rateCardId: 'card',
  packageId: 'package',
  start: '2026-01-01',
  end: '',
  name: ' Pro ',
  frequency: 'MONTHLY',
  day: 'FIRST_OF_MONTH',
  anchor: '',
  netTerms: '30',
  prioritization: '',
  terms: [],
  trueup: '',
  more: {},
}
const CONTEXT = {
  currency: DOLLARS,
  units: [],
  products: [],
  balances: [],
  subscriptions: [],
  start: '2026-01-01',
  end: '',
}
const GIVEN = { customerId: 'customer', former: null, context: CONTEXT }

test('a contract by a rate card says how it is billed', () => {
  expect(buildContract(DRAFT, GIVEN)).toEqual({
    customer_id: 'customer',
    rate_card_id: 'card',
    starting_at: '2026-01-01T00:00:00.000Z',
    name: 'Pro',
    usage_statement_schedule: { frequency: 'MONTHLY', day: 'FIRST_OF_MONTH' },
    net_payment_terms_days: 30,
  })
})

test('a package leaves only the start and the contract before to be said', () => {
  const former = { id: 'former', type: 'RENEWAL' as const }
  expect(buildContract({ ...DRAFT, source: 'package' }, { ...GIVEN, former })).toEqual({
    customer_id: 'customer',
    package_id: 'package',
    starting_at: '2026-01-01T00:00:00.000Z',
    transition: { type: 'RENEWAL', from_contract_id: 'former' },
  })
})

test('what few contracts say is sent with them, and true-ups of the former are dropped', () => {
  const more = { 'usage_filter.group_key': 'region', 'usage_filter.group_values': 'eu, us' }
  const former = { id: 'former', type: 'RENEWAL' as const }
  const asked = buildContract({ ...DRAFT, more, trueup: 'REMOVE' }, { ...GIVEN, former })
  expect(asked).toMatchObject({
    usage_filter: { group_key: 'region', group_values: ['eu', 'us'] },
    transition: { future_invoice_behavior: { trueup: 'REMOVE' } },
  })
  expect(asked).not.toHaveProperty('hierarchy_configuration')
})

test('a refusal leads to the step that has its field', () => {
  expect(stepOfRefusal('rate_card_id: expected a UUID')).toBe('pricing')
  expect(stepOfRefusal('ending_before: expected a time on the hour')).toBe('billing')
  expect(stepOfRefusal('commits[0].product_id: expected a UUID; name: too long')).toBe('terms')
  expect(stepOfRefusal('Something went wrong')).toBeNull()
})

test('what is billed is said in the units in which it was typed', () => {
  const terms: Term[] = [
    {
      key: 'a',
      kind: 'prepaid',
      values: {
        name: 'Base',
        'access_schedule.schedule_items[0].amount': '1,200.5',
        'access_schedule.schedule_items[0].ending_before': '2027-01-01',
        $paid: 'repeated',
        'invoice_schedule.recurring_schedule.ending_before': '2027-01-01',
      },
    },
    { key: 'b', kind: 'override', values: { $target: 'all', multiplier: '0.9' } },
  ]
  const [usage, commit, override] = planBilling({ ...DRAFT, terms }, CONTEXT)
  expect(usage?.what).toBe(
    'At the end of each month, from the first of the month; due 30 days after the invoice',
  )
  expect(commit).toMatchObject({
    title: 'Prepaid commit: Base',
    what: '$1,200.50 in shares, monthly from 1 Jan 2026, all before 1 Jan 2027. $1,200.50 can be used from 1 Jan 2026 until 1 Jan 2027',
    isBilled: true,
  })
  expect(override?.what).toBe('Prices × 0.9, from 1 Jan 2026')
})
