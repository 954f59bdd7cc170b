import { expect, test } from 'vitest'
import {
  checkAccessUnit,
  checkApplicability,
  checkBalance,
  checkContract,
  checkProduct,
} from '../../../src/core/ledger/check-balance.ts'
import type { Balance } from '../../../src/core/ledger/balance.ts'
import { USD } from '../../../src/core/currency.ts'
import {
  CUSTOM_UNIT,
  madeBalance,
  OF_CUSTOMER,
  paid,
  SURROUNDINGS,
} from '../../support/asked-balances.ts'

const postpaid = madeBalance({ type: 'POSTPAID', payments: paid(['2027-01-01', '1000']) })

test('a postpaid commit has one amount of access and one payment of the same, at its end or later', () => {
  expect(checkBalance(postpaid, '').ok).toBe(true)
  const { segments, payments } = postpaid
  const [segment] = segments
  const { schedule } = payments!
  const [item] = schedule.items
  const withItems = (items: typeof schedule.items) => {
    return { ...postpaid, payments: { ...payments!, schedule: { ...schedule, items } } }
  }
  const wrong: [Balance, string][] = [
    [{ ...postpaid, payments: null }, 'a.invoice_schedule: required'],
    [{ ...postpaid, segments: [segment!, segment!] }, 'a.access_schedule: expected exactly one'],
    [withItems([item!, item!]), 'a.invoice_schedule: expected exactly one'],
    [withItems([{ ...item!, amount: '999' }]), 'a.invoice_schedule: expected the amount'],
    [withItems([{ ...item!, at: item!.at - 1 }]), 'a.invoice_schedule: expected a date at the end'],
    [{ ...postpaid, creditTypeId: CUSTOM_UNIT }, 'a.access_schedule.credit_type_id'],
  ]
  for (const [balance, message] of wrong) {
    expect(checkBalance(balance, 'a.')).toMatchObject({
      error: { code: 'invalid', message: expect.stringContaining(message) },
    })
  }
  expect(checkBalance(withItems([{ ...item!, amount: '1000.0' }]), '').ok).toBe(true)
})

test('specifiers exclude products and tags', () => {
  const applicability = { productTags: ['a'], specifiers: [{}] }
  expect(checkBalance({ ...madeBalance(), applicability }, '')).toMatchObject({
    error: { message: expect.stringContaining('specifiers: expected only without') },
  })
  const both = { productIds: ['calls'], productTags: ['a'] }
  expect(checkBalance({ ...madeBalance(), applicability: both }, '').ok).toBe(true)
})

test('what a renewal takes along is a fraction, and of contracts only', () => {
  const commit = madeBalance()
  expect(checkBalance({ ...commit, rolloverFraction: '1' }, '').ok).toBe(true)
  expect(checkBalance({ ...commit, rolloverFraction: '100' }, '')).toMatchObject({
    error: { message: expect.stringContaining('a fraction from 0 to 1') },
  })
  const ofCustomer = { ...madeBalance({}, OF_CUSTOMER), rolloverFraction: '0.5' }
  expect(checkBalance(ofCustomer, '').ok).toBe(false)
})

test('who invoices a commit is known, unless nobody does', () => {
  const { payments, ...commit } = postpaid
  const unknown = { ...payments!, contractId: null }
  expect(checkBalance({ ...commit, payments: unknown }, '')).toMatchObject({
    error: { message: expect.stringContaining('invoice_contract_id: required') },
  })
  const elsewhere = { ...unknown, isInvoiced: false }
  expect(checkBalance({ ...commit, payments: elsewhere }, '').ok).toBe(true)
})

test('its product exists, is FIXED and not archived', () => {
  expect(checkProduct('fixed', SURROUNDINGS, '').ok).toBe(true)
  expect(checkProduct('none', SURROUNDINGS, '')).toMatchObject({ error: { code: 'not_found' } })
  expect(checkProduct('calls', SURROUNDINGS, '')).toMatchObject({
    error: { message: expect.stringContaining('is of type USAGE') },
  })
  expect(checkProduct('old', SURROUNDINGS, '')).toMatchObject({ error: { code: 'invalid' } })
})

test('its unit is a currency, or one of the environment', () => {
  expect(checkAccessUnit(USD.id, SURROUNDINGS, '').ok).toBe(true)
  expect(checkAccessUnit(CUSTOM_UNIT, SURROUNDINGS, '').ok).toBe(true)
  expect(checkAccessUnit('none', SURROUNDINGS, '')).toMatchObject({ error: { code: 'not_found' } })
})

test('the products that it is for exist', () => {
  expect(checkApplicability({ productIds: ['calls'] }, SURROUNDINGS, '').ok).toBe(true)
  const specifiers = [{}, { productId: 'none' }]
  expect(checkApplicability({ specifiers }, SURROUNDINGS, 'a.')).toMatchObject({
    error: { code: 'not_found', message: 'a.specifiers[1].product_id: no product none' },
  })
})

test('a contract that it names is the customer’s and not archived', () => {
  expect(checkContract('contract', SURROUNDINGS, 'field').ok).toBe(true)
  expect(checkContract('none', SURROUNDINGS, 'field')).toMatchObject({
    error: { code: 'not_found' },
  })
  expect(checkContract('former', SURROUNDINGS, 'field')).toMatchObject({
    error: { code: 'invalid' },
  })
})
