import { expect, test } from 'vitest'
import {
  billableStatusAt,
  billableStatusOf,
  type BillableChange,
} from '../../../src/core/invoices/billable-status.ts'
import type { Invoice } from '../../../src/core/invoices/invoice.ts'
import { draftMarch } from '../../support/drafts.ts'
import { at, catalog } from '../../support/terms.ts'

const MARCH = draftMarch(catalog(), [])
const FIXED: Invoice = { ...MARCH, type: 'SCHEDULED', startingAt: null, endingBefore: null }

function change(day: string, status: BillableChange['status']): BillableChange {
  return { effectiveAt: at(day), status, setAt: at('2026-05-01') }
}

test('usage invoices go by the start of their period, others by their date of issue', () => {
  const mid = [change('2026-03-15', 'unbillable')]
  expect(billableStatusOf(MARCH, mid)).toBe('billable')
  expect(billableStatusOf(FIXED, mid)).toBe('unbillable')
  const start = [change('2026-03-01', 'unbillable'), change('2026-02-01', 'billable')]
  expect(billableStatusOf(MARCH, start)).toBe('unbillable')
  expect(billableStatusAt(start, at('2026-02-10'))).toBe('billable')
})

test('nothing is said of a customer whose status was never set', () => {
  expect(billableStatusOf(MARCH, [])).toBeUndefined()
  expect(billableStatusAt([], at('2026-03-01'))).toBe('billable')
})

test('what an invoice says itself holds until its customer is told otherwise', () => {
  const own: Invoice = { ...MARCH, billableStatus: 'unbillable', finalizedAt: at('2026-04-10') }
  const since = change('2026-01-01', 'billable')
  expect(billableStatusOf(own, [])).toBe('unbillable')
  expect(billableStatusOf(own, [{ ...since, setAt: at('2026-04-01') }])).toBe('unbillable')
  expect(billableStatusOf(own, [since])).toBe('billable')
})
