import { expect, test } from 'vitest'
import {
  applyChargeChanges,
  changeScheduledCharges,
  type ScheduledChargeUpdate,
} from '../../../src/core/contracts/edit-scheduled-charges.ts'
import type { InvoicedItems } from '../../../src/core/contracts/edit-schedule.ts'
import { USD } from '../../../src/core/currency.ts'
import { deriveId } from '../../../src/core/id.ts'
import { at } from '../../support/terms.ts'

const NOW = at('2026-03-10T12')
const april = { id: 'apr', at: at('2026-04-01'), unitPrice: '10', quantity: '1', amount: '10' }
const fee = {
  id: 'fee',
  productId: 'p',
  schedule: { creditTypeId: USD.id, items: [april] },
  customFields: {},
  createdAt: 0,
}
const other = { ...fee, id: 'other' }
const old = { ...fee, id: 'old', archivedAt: 1 }

const change = (
  input: { update?: ScheduledChargeUpdate[]; archive?: string[] },
  invoiced: InvoicedItems = new Map(),
) => changeScheduledCharges([fee, other, old], input, invoiced, 'edit', NOW)

const refusal = (message: string, code = 'invalid') => ({ ok: false, error: { code, message } })

test('items of a charge are changed and added, and the charge stays otherwise', () => {
  const add = [{ at: at('2026-03-20'), amount: '3' }]
  const schedule = { add, update: [{ id: 'apr', quantity: '2' }] }
  const changed = change({ update: [{ id: 'fee', netsuiteSalesOrderId: 'so', schedule }] })
  if (!changed.ok) throw new Error(changed.error.message)
  const added = {
    id: deriveId('schedule-item', 'fee', 'edit', '0'),
    at: at('2026-03-20'),
    unitPrice: '3',
    quantity: '1',
    amount: '3',
  }
  const updated = { ...april, quantity: '2', amount: '20' }
  expect(changed.value).toEqual([
    {
      id: 'fee',
      netsuiteSalesOrderId: 'so',
      schedule: { add: [added], update: [updated], remove: [] },
    },
  ])
  expect(applyChargeChanges({ scheduledCharges: [fee, other] }, changed.value)).toEqual([
    {
      ...fee,
      netsuiteSalesOrderId: 'so',
      schedule: { creditTypeId: USD.id, items: [added, updated] },
    },
    other,
  ])
})

test('an archived charge says since when it is, and takes no changes', () => {
  const archived = change({ archive: ['fee'] })
  expect(archived).toEqual({ ok: true, value: [{ id: 'fee', archivedAt: NOW }] })
  expect(applyChargeChanges({ scheduledCharges: [fee] }, [{ id: 'fee', archivedAt: NOW }])).toEqual(
    [{ ...fee, archivedAt: NOW }],
  )
  expect(change({ archive: ['old'] })).toEqual(
    refusal('archive_scheduled_charges[0].id: scheduled charge old is archived'),
  )
  expect(change({ update: [{ id: 'old', netsuiteSalesOrderId: 'so' }] })).toEqual(
    refusal('update_scheduled_charges[0].scheduled_charge_id: scheduled charge old is archived'),
  )
})

test('pricing 6.8: items on finalized invoices are not changed', () => {
  const schedule = { update: [{ id: 'apr', amount: '1' }] }
  expect(change({ update: [{ id: 'fee', schedule }] }, new Map([['apr', 'FINALIZED']]))).toEqual(
    refusal(
      'update_scheduled_charges[0].invoice_schedule.update_schedule_items[0].id: item apr is on a finalized invoice and cannot be changed',
    ),
  )
})

test('unknown charges, charges named twice and changes of nothing are refused', () => {
  expect(change({ archive: ['none'] })).toEqual(
    refusal(
      'archive_scheduled_charges[0].id: the contract has no scheduled charge none',
      'not_found',
    ),
  )
  const update = [{ id: 'fee', netsuiteSalesOrderId: 'so' }]
  expect(change({ update, archive: ['fee'] })).toEqual(
    refusal('archive_scheduled_charges[0].id: expected each charge only once in an edit'),
  )
  expect(change({ update: [{ id: 'fee', schedule: { add: [] } }] })).toEqual(
    refusal(
      'update_scheduled_charges[0].invoice_schedule: expected a change: of items, or of netsuite_sales_order_id',
    ),
  )
})
