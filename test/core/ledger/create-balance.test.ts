import { expect, test } from 'vitest'
import { USD } from '../../../src/core/currency.ts'
import {
  BALANCES_LENGTH_MAX,
  createBalance,
  createBalances,
  unlessEmpty,
} from '../../../src/core/ledger/create-balance.ts'
import {
  balanceInput,
  CUSTOM_UNIT,
  OF_CONTRACT,
  OF_CUSTOMER,
  paid,
  SURROUNDINGS,
  YEAR,
} from '../../support/asked-balances.ts'
import { at } from '../../support/terms.ts'

const NOW = at('2026-01-05')

function create(options: Parameters<typeof balanceInput>[0] = {}, owner = OF_CONTRACT) {
  return createBalance(balanceInput(options), owner, SURROUNDINGS, NOW)
}

test('a commit that says no more than it must is free, in US dollars, of priority 100', () => {
  expect(create()).toMatchObject({
    ok: true,
    value: {
      id: 'commit',
      customerId: 'customer',
      contractId: 'contract',
      priority: '100',
      rateType: 'LIST_RATE',
      creditTypeId: USD.id,
      segments: [YEAR],
      payments: null,
      applicability: {},
      applicableContractIds: null,
      rolloverFraction: null,
      createdAt: NOW,
      createdBy: 'test',
      archivedAt: null,
    },
  })
})

test('a commit of a contract is paid by its invoices, one of a customer by the named contract’s', () => {
  const payments = paid(['2026-01-01', '800'])
  expect(create({ payments })).toMatchObject({
    value: { payments: { contractId: 'contract', isInvoiced: true } },
  })
  const named = { payments, invoiceContractId: 'contract' }
  expect(create(named, OF_CUSTOMER)).toMatchObject({
    value: { payments: { contractId: 'contract', schedule: { items: [{ amount: '800' }] } } },
  })
  expect(create({ payments }, OF_CUSTOMER)).toMatchObject({
    error: { message: expect.stringContaining('invoice_contract_id: required') },
  })
  const elsewhere = { ...payments!, isInvoiced: false }
  expect(create({ payments: elsewhere }, OF_CUSTOMER)).toMatchObject({
    value: { payments: { contractId: null, isInvoiced: false } },
  })
})

test('credits and prepaid commits may be in a custom unit, postpaid ones may not', () => {
  const unit = { accessCreditTypeId: CUSTOM_UNIT }
  expect(create(unit)).toMatchObject({ value: { creditTypeId: CUSTOM_UNIT } })
  expect(create({ ...unit, type: 'CREDIT' }).ok).toBe(true)
  const payments = paid(['2027-01-01', '1000'])
  expect(create({ ...unit, type: 'POSTPAID', payments })).toMatchObject({
    error: { message: expect.stringContaining('in no custom unit') },
  })
})

test('lists that are empty say nothing', () => {
  const empty = { applicableProductIds: [], applicableProductTags: [], specifiers: [] }
  expect(create({ ...empty, applicableContractIds: [] })).toMatchObject({
    value: { applicability: {}, applicableContractIds: null },
  })
  expect([unlessEmpty(['a']), unlessEmpty([]), unlessEmpty(null)]).toEqual([
    ['a'],
    undefined,
    undefined,
  ])
})

test('contracts that are named must be the customer’s', () => {
  const payments = paid(['2026-01-01', '1'])
  expect(create({ payments, invoiceContractId: 'other' }, OF_CUSTOMER)).toMatchObject({
    error: {
      code: 'not_found',
      message: 'invoice_contract_id: the customer has no contract other',
    },
  })
  const applicableContractIds = ['contract', 'former']
  expect(create({ applicableContractIds }, OF_CUSTOMER)).toMatchObject({
    error: { message: 'applicable_contract_ids[1]: contract former is archived' },
  })
})

test('several are created all or none, and are of a size that one statement holds', () => {
  const inputs = [balanceInput({ id: 'a' }), balanceInput({ id: 'b', productId: 'none' })]
  expect(createBalances(inputs, OF_CONTRACT, SURROUNDINGS, NOW).ok).toBe(false)
  const [first] = inputs
  const made = createBalances([first!], OF_CONTRACT, SURROUNDINGS, NOW)
  expect(made).toMatchObject({ value: [{ id: 'a' }] })
  const huge = { ...first!, name: 'x'.repeat(BALANCES_LENGTH_MAX) }
  expect(createBalances([huge], OF_CONTRACT, SURROUNDINGS, NOW)).toMatchObject({
    error: { code: 'too_large' },
  })
})
