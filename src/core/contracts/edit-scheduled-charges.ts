import { ok, refuse, type Result } from '../result.ts'
import {
  applyScheduleChange,
  changeSchedule,
  type InvoicedItems,
  type ScheduleChange,
  type ScheduleUpdate,
} from './edit-schedule.ts'
import type { ScheduledCharge } from './scheduled-charge.ts'

/** A change of a scheduled charge as it is asked for; what is absent stays as it is. */
export interface ScheduledChargeUpdate {
  id: string
  netsuiteSalesOrderId?: string
  schedule?: ScheduleUpdate
}

/** A change of a scheduled charge as it is kept. */
export interface ScheduledChargeChange {
  id: string
  netsuiteSalesOrderId?: string
  schedule?: ScheduleChange
  archivedAt?: number
}

/**
 * Decides on changes and archivings of a contract's scheduled charges (pricing 6.8, 11), all or
 * none. Archiving leaves the items on invoices that are no drafts as they are.
 * @param editId what the ids of added items derive from, besides their charge
 */
export function changeScheduledCharges(
  charges: ScheduledCharge[],
  input: { update?: ScheduledChargeUpdate[]; archive?: string[] },
  invoiced: InvoicedItems,
  editId: string,
  now: number,
): Result<ScheduledChargeChange[]> {
  const changes: ScheduledChargeChange[] = []
  const named = new Set<string>()
  for (const [i, update] of (input.update ?? []).entries()) {
    const path = `update_scheduled_charges[${i}].`
    const charge = findCharge(charges, update.id, named, `${path}scheduled_charge_id`)
    if (!charge.ok) return charge
    const { id, netsuiteSalesOrderId, schedule } = update
    if (netsuiteSalesOrderId === undefined && saysNothing(schedule)) {
      return refuse(
        'invalid',
        `${path}invoice_schedule: expected a change: of items, or of netsuite_sales_order_id`,
      )
    }
    const change = changeSchedule(
      charge.value.schedule,
      schedule ?? {},
      invoiced,
      [id, editId],
      `${path}invoice_schedule.`,
    )
    if (!change.ok) return change
    const isMoved = !saysNothing(schedule)
    changes.push({ id, netsuiteSalesOrderId, schedule: isMoved ? change.value : undefined })
  }
  for (const [i, id] of (input.archive ?? []).entries()) {
    const charge = findCharge(charges, id, named, `archive_scheduled_charges[${i}].id`)
    if (!charge.ok) return charge
    changes.push({ id, archivedAt: now })
  }
  return ok(changes)
}

/** The charges after some changes. */
export function applyChargeChanges(
  { scheduledCharges = [] }: { scheduledCharges?: ScheduledCharge[] },
  changes: ScheduledChargeChange[],
): ScheduledCharge[] {
  return scheduledCharges.map((charge) => {
    const change = changes.find(({ id }) => id === charge.id)
    if (change === undefined) return charge
    const { netsuiteSalesOrderId, schedule, archivedAt } = change
    return {
      ...charge,
      netsuiteSalesOrderId: netsuiteSalesOrderId ?? charge.netsuiteSalesOrderId,
      schedule:
        schedule === undefined ? charge.schedule : applyScheduleChange(charge.schedule, schedule),
      archivedAt: archivedAt ?? charge.archivedAt,
    }
  })
}

function saysNothing({ add = [], update = [], remove = [] }: ScheduleUpdate = {}): boolean {
  return add.length + update.length + remove.length === 0
}

/** @param named the charges that the edit has named so far */
function findCharge(
  charges: ScheduledCharge[],
  id: string,
  named: Set<string>,
  field: string,
): Result<ScheduledCharge> {
  if (named.has(id)) return refuse('invalid', `${field}: expected each charge only once in an edit`)
  named.add(id)
  const charge = charges.find((candidate) => candidate.id === id)
  if (charge === undefined) {
    return refuse('not_found', `${field}: the contract has no scheduled charge ${id}`)
  }
  if (charge.archivedAt === undefined) return ok(charge)
  return refuse('invalid', `${field}: scheduled charge ${id} is archived`)
}
