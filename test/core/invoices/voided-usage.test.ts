import { expect, test } from 'vitest'
import { USD } from '../../../src/core/currency.ts'
import type { InvoiceSummary } from '../../../src/core/invoices/invoice.ts'
import { planCharges } from '../../../src/core/invoices/plan-charges.ts'
import { voidedUsage } from '../../../src/core/invoices/voided-usage.ts'
import { customerTerms, paidCommit } from '../../support/fixed-charges.ts'
import { at, contract } from '../../support/terms.ts'

function usage(month: string, status: InvoiceSummary['status']): InvoiceSummary {
  return {
    id: `${month} ${status}`,
    contractId: 'contract',
    type: 'USAGE',
    status,
    startingAt: at(`${month}-01`),
    endingBefore: null,
    issuedAt: 0,
    creditTypeId: USD.id,
  }
}

test('usage that is void, and not invoiced again, is in the way of its true-up alone', () => {
  const commit = paidCommit('b1', { '2026-04-01': '100' }, { type: 'POSTPAID' })
  const prepaid = paidCommit('b2', { '2026-04-01': '100' })
  const own = contract({ endingBefore: at('2026-04-01') })
  const terms = customerTerms([own], [commit, prepaid])
  const charges = planCharges(terms, own, at('2026-05-01'))
  const found = (...invoices: InvoiceSummary[]) => voidedUsage(terms, charges, invoices)
  const january = usage('2026-01', 'FINALIZED')
  const voided = usage('2026-02', 'VOID')
  expect(found(january, voided)?.period.startMs).toBe(at('2026-02-01'))
  expect(found(january, voided, usage('2026-02', 'FINALIZED'))).toBeNull()
  const historical = {
    ...january,
    startingAt: at('2026-01-01'),
    endingBefore: at('2026-03-01'),
  }
  expect(found(historical, voided)).toBeNull()
  expect(found({ ...historical, contractId: 'other' }, voided)).not.toBeNull()
  expect(found(january)).toBeNull()
  const payments = charges.filter(({ item }) => item.kind !== 'trueup')
  expect(payments).toHaveLength(1)
  expect(voidedUsage(terms, payments, [voided])).toBeNull()
})
