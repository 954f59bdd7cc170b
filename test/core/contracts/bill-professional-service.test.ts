import { expect, test } from 'vitest'
import {
  billProfessionalServices,
  type ServiceLineInput,
} from '../../../src/core/contracts/bill-professional-service.ts'
import type { ContractTerms } from '../../../src/core/contracts/contract.ts'
import type { InvoicedItems } from '../../../src/core/contracts/edit-schedule.ts'
import { deriveId } from '../../../src/core/id.ts'
import { at, contract } from '../../support/terms.ts'

const AT = at('2026-04-01')
const service = {
  id: 's',
  productId: 'work',
  unitPrice: '200',
  quantity: '40',
  maxAmount: '1000',
  customFields: {},
}
const billed = {
  id: 'old',
  professionalServiceId: 's',
  invoiceGroupId: 'g',
  at: AT,
  unitPrice: '700',
  quantity: '1',
  amount: '700',
}

function bill(
  lines: Omit<ServiceLineInput, 'professionalServiceId'>[],
  terms: Partial<ContractTerms> = {},
  invoiced: InvoicedItems = new Map(),
) {
  return billProfessionalServices(
    { issuedAt: AT, lines: lines.map((line) => ({ professionalServiceId: 's', ...line })) },
    { ...contract().terms, professionalServices: [service], ...terms },
    invoiced,
    'group',
  )
}

const refusal = (message: string, code = 'invalid') => ({ ok: false, error: { code, message } })

test('each line becomes a charge of its own, and all are one invoice', () => {
  const lines = [
    { amount: '100', metadata: 'm', netsuiteBillingStart: 1, netsuiteBillingEnd: 2 },
    { unitPrice: '50', quantity: '2' },
    { quantity: '3' },
  ]
  const common = { professionalServiceId: 's', invoiceGroupId: 'group', at: AT }
  const idOf = (i: number) => deriveId('professional-service-charge', 'group', String(i))
  expect(bill(lines)).toEqual({
    ok: true,
    value: [
      {
        ...common,
        id: idOf(0),
        unitPrice: '100',
        quantity: '1',
        amount: '100',
        metadata: 'm',
        netsuiteBillingStart: 1,
        netsuiteBillingEnd: 2,
      },
      { ...common, id: idOf(1), unitPrice: '50', quantity: '2', amount: '100' },
      { ...common, id: idOf(2), unitPrice: '200', quantity: '3', amount: '600' },
    ],
  })
})

test('all that is invoiced of a service comes to its maximum at most', () => {
  const terms = { professionalServiceCharges: [billed] }
  expect(bill([{ amount: '300' }], terms).ok).toBe(true)
  expect(bill([{ amount: '200' }, { amount: '100.01' }], terms)).toEqual(
    refusal(
      'line_items[1].amount: 100.01 is more than what may still be invoiced of professional service s: 100 of 1000',
    ),
  )
  expect(bill([{ amount: '1000' }], terms, new Map([['old', 'VOID']])).ok).toBe(true)
  expect(bill([{ amount: '1000' }], terms, new Map([['old', 'FINALIZED']])).ok).toBe(false)
})

test('lines that do not say what they come to, or of what, are refused by field', () => {
  expect(bill([{}])).toEqual(
    refusal('line_items[0].amount: required, or else unit_price and quantity'),
  )
  expect(bill([{ unitPrice: '1' }])).toEqual(
    refusal('line_items[0].quantity: required with unit_price'),
  )
  expect(bill([{ amount: '1', quantity: '1' }])).toEqual(
    refusal('line_items[0].amount: expected only without unit_price and quantity'),
  )
  expect(bill([{ amount: '1' }], { professionalServices: [] })).toEqual(
    refusal(
      'line_items[0].professional_service_id: the contract has no professional service s',
      'not_found',
    ),
  )
})

test('a contract that was ended early charges nothing from then on', () => {
  expect(bill([{ amount: '1' }], { chargedBefore: AT })).toEqual(
    refusal('issued_at: the contract charges nothing from its end, 2026-04-01T00:00:00.000Z, on'),
  )
  expect(bill([{ amount: '1' }], { chargedBefore: AT + 1 }).ok).toBe(true)
})
