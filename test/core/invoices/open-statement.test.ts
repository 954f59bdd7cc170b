import { expect, test } from 'vitest'
import type { Contract } from '../../../src/core/contracts/contract.ts'
import type { CustomerTerms } from '../../../src/core/contracts/terms.ts'
import { findFiatCreditType, FIAT_CREDIT_TYPES, USD } from '../../../src/core/currency.ts'
import {
  firstOpenPeriod,
  invoicedPeriods,
  nextDue,
  openStatements,
  type InvoicedTest,
} from '../../../src/core/invoices/open-statement.ts'
import { HOUR_MS } from '../../../src/core/time.ts'
import { at, contract, period } from '../../support/terms.ts'

const EUR = FIAT_CREDIT_TYPES.find(({ name }) => name === 'EUR')!.id

function terms(contracts: Contract[], graceMs?: number): CustomerTerms {
  return {
    environment: {
      id: 'environment',
      kind: 'PRODUCTION',
      name: 'test',
      clockMs: null,
      configVersion: 0,
      placementVersion: 0,
      settings: graceMs === undefined ? {} : { graceMs },
    },
    customer: { customFields: { crm: '7' } },
    contracts,
    balances: [],
    currencies: new Map([
      ['card', USD.id],
      ['euro', EUR],
    ]),
  }
}

const none: InvoicedTest = () => false

function until(day: string): InvoicedTest {
  return (_, { endMs }) => endMs <= at(day)
}

function starts(contracts: Contract[], isInvoiced: InvoicedTest, now: string): string[] {
  return openStatements(terms(contracts), isInvoiced, at(now)).map(
    ({ header }) =>
      `${header.contractId} ${new Date(header.startingAt).toISOString().slice(0, 10)}`,
  )
}

test('a statement is open from its first instant, and stays open until it is invoiced', () => {
  const standard = contract()
  expect(starts([standard], none, '2025-12-31')).toEqual([])
  expect(starts([standard], none, '2026-01-01')).toEqual(['contract 2026-01-01'])
  expect(starts([standard], none, '2026-02-01')).toEqual([
    'contract 2026-01-01',
    'contract 2026-02-01',
  ])
  expect(starts([standard], until('2026-02-01'), '2026-02-02')).toEqual(['contract 2026-02-01'])
})

test('every contract of the customer has its own statements; archived ones have none', () => {
  const contracts = [
    contract({ id: 'a' }),
    contract({ id: 'b', startingAt: at('2026-01-20'), endingBefore: at('2026-01-25') }),
    contract({ id: 'c', archivedAt: 1 }),
  ]
  expect(starts(contracts, none, '2026-01-31')).toEqual(['a 2026-01-01', 'b 2026-01-20'])
})

test('a statement carries the terms of its contract and the fields of its customer', () => {
  const standard = contract({ rateCardId: 'euro', customFields: { deal: 'x' } })
  standard.terms.netPaymentTermsDays = 30
  const [statement] = openStatements(terms([standard], 12 * HOUR_MS), none, at('2026-01-01'))
  expect(statement?.header).toMatchObject({
    customerId: 'customer',
    contractId: 'contract',
    type: 'USAGE',
    status: 'DRAFT',
    startingAt: at('2026-01-01'),
    endingBefore: at('2026-02-01'),
    issuedAt: at('2026-02-01T12'),
    creditTypeId: EUR,
    netPaymentTermsDays: 30,
    customFields: {},
    contractCustomFields: { deal: 'x' },
    customerCustomFields: { crm: '7' },
  })
  expect(findFiatCreditType(EUR)?.name).toBe('EUR')
})

test('a contract without rate card is stated in US dollars', () => {
  const [statement] = openStatements(
    terms([contract({ rateCardId: null })]),
    none,
    at('2026-01-01'),
  )
  expect(statement?.header.creditTypeId).toBe(USD.id)
})

test('a statement is due at its end plus grace, not before, and never ahead of an earlier one', () => {
  const standard = contract()
  const due = (isInvoiced: InvoicedTest, now: number) => {
    const next = nextDue(terms([standard]), standard, isInvoiced)
    return next !== null && next.dueAt <= now
      ? { startMs: next.periodStart, endMs: next.periodEnd }
      : null
  }
  expect(due(none, at('2026-02-02') - 1)).toBeNull()
  expect(due(none, at('2026-02-02'))).toEqual(period('2026-01-01', '2026-02-01'))
  expect(due(none, at('2026-12-01'))).toEqual(period('2026-01-01', '2026-02-01'))
  expect(due(until('2026-02-01'), at('2026-12-01'))).toEqual(period('2026-02-01', '2026-03-01'))
})

test('what is due next is the first period without invoice; after the last one, nothing', () => {
  const ending = contract({ endingBefore: at('2026-02-10') })
  const next = (isInvoiced: InvoicedTest) => nextDue(terms([ending]), ending, isInvoiced)
  expect(next(none)).toMatchObject({ periodStart: at('2026-01-01'), dueAt: at('2026-02-02') })
  expect(next(until('2026-02-01'))).toMatchObject({
    periodStart: at('2026-02-01'),
    periodEnd: at('2026-02-10'),
    dueAt: at('2026-02-11'),
  })
  expect(next(until('2026-02-10'))).toBeNull()
})

const allButMarch: InvoicedTest = (_, { startMs }) => startMs !== at('2026-03-01')

test('a gap among the invoiced periods is found first', () => {
  expect(firstOpenPeriod(contract(), allButMarch)).toEqual(period('2026-03-01', '2026-04-01'))
  expect(firstOpenPeriod(contract({ archivedAt: 1 }), allButMarch)).toBeNull()
})

test('a period counts as invoiced when its contract has a usage invoice for it, void ones included', () => {
  const usage = {
    id: 'i',
    contractId: 'contract',
    type: 'USAGE' as const,
    status: 'VOID' as const,
    startingAt: at('2026-01-01'),
    endingBefore: at('2026-02-01'),
    issuedAt: 0,
    creditTypeId: USD.id,
  }
  const january = period('2026-01-01', '2026-02-01')
  expect(invoicedPeriods([usage])(contract(), january)).toBe(true)
  expect(invoicedPeriods([usage])(contract({ id: 'other' }), january)).toBe(false)
  expect(invoicedPeriods([usage])(contract(), period('2026-02-01', '2026-03-01'))).toBe(false)
  expect(invoicedPeriods([{ ...usage, type: 'SCHEDULED' }])(contract(), january)).toBe(false)
})

test('a draft that was given another date is issued and falls due on it', () => {
  const ended = contract({ endingBefore: at('2026-02-01') })
  const known = terms([ended])
  const [statement] = openStatements(known, none, at('2026-01-10'))
  const { header } = statement!
  const issueDates = new Map([[header.id, at('2026-02-20')]])
  expect(openStatements(known, none, at('2026-01-10'), issueDates)).toEqual([
    { ...statement, header: { ...header, issuedAt: at('2026-02-20') } },
  ])
  expect(nextDue(known, ended, none, issueDates)).toEqual({
    ...nextDue(known, ended, none),
    dueAt: at('2026-02-20'),
  })
})
