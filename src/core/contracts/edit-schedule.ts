import { ok, refuse, type Result } from '../result.ts'
import {
  createItems,
  inOrder,
  SCHEDULE_ITEMS_MAX,
  tooMany,
  type ScheduleItemInput,
} from './create-schedule.ts'
import { itemAmount, type AmountInput } from './item-amount.ts'
import type { Schedule, ScheduleItem } from './schedule.ts'

/** A change of an item as it is asked for; what is absent stays as it is. */
export interface ItemUpdate extends AmountInput {
  id: string
  at?: number
}

/** A change of a schedule as it is asked for. */
export interface ScheduleUpdate {
  add?: ScheduleItemInput[]
  update?: ItemUpdate[]
  /** Ids. */
  remove?: string[]
}

/** The items that are on an invoice that is no draft, by their ids, and what that invoice is. */
export type InvoicedItems = ReadonlyMap<string, 'FINALIZED' | 'VOID'>

/**
 * Decides on a change of a schedule (pricing 6.8): what a finalized invoice has stays as it is, and
 * what a void one has is not removed, for it could be invoiced again.
 * @param owner what the ids of added items derive from, besides their places: what is charged by
 * the schedule, and the edit
 * @param path of the members of the change, such as `update_commits[0].invoice_schedule.`
 */
export function editSchedule(
  schedule: Schedule,
  { add = [], update = [], remove = [] }: ScheduleUpdate,
  invoiced: InvoicedItems,
  owner: string[],
  path: string,
): Result<Schedule> {
  const added = createItems(add, owner, `${path}add_schedule_items`)
  if (!added.ok) return added
  const items = new Map(schedule.items.map((item) => [item.id, item]))
  const named = new Set<string>()
  const changes = [
    ...update.map((change, i) => ({ field: `${path}update_schedule_items[${i}].`, ...change })),
    ...remove.map((id, i) => ({
      field: `${path}remove_schedule_items[${i}].`,
      id,
      isRemoval: true,
    })),
  ]
  for (const change of changes) {
    const { id, field } = change
    const isRemoval = 'isRemoval' in change
    const item = findItem(items, id, named, `${field}id`)
    if (!item.ok) return item
    const status = invoiced.get(id)
    if (status === 'FINALIZED' || (status === 'VOID' && isRemoval)) {
      const verb = isRemoval ? 'removed' : 'changed'
      return refuse(
        'invalid',
        `${field}id: item ${id} is on a ${status === 'VOID' ? 'void' : 'finalized'} invoice and cannot be ${verb}`,
      )
    }
    const changed = isRemoval ? ok(null) : changeItem(item.value, change, field)
    if (!changed.ok) return changed
    if (changed.value === null) items.delete(id)
    else items.set(id, changed.value)
  }
  const all = [...items.values(), ...added.value]
  if (all.length > SCHEDULE_ITEMS_MAX) {
    return refuse('invalid', tooMany(`${path}add_schedule_items`))
  }
  return ok({ ...schedule, items: inOrder(all) })
}

/** @param named the items that the change has named so far */
function findItem(
  items: Map<string, ScheduleItem>,
  id: string,
  named: Set<string>,
  field: string,
): Result<ScheduleItem> {
  if (named.has(id)) return refuse('invalid', `${field}: expected each item only once`)
  named.add(id)
  const item = items.get(id)
  return item === undefined
    ? refuse('not_found', `${field}: the schedule has no item ${id}`)
    : ok(item)
}

function changeItem(item: ScheduleItem, change: ItemUpdate, path: string): Result<ScheduleItem> {
  const { at, amount, unitPrice, quantity } = change
  const isSilent = [at, amount, unitPrice, quantity].every((member) => member === undefined)
  if (isSilent) {
    return refuse(
      'invalid',
      `${path}timestamp: expected a change: timestamp, amount, unit_price or quantity`,
    )
  }
  const changed = itemAmount({ amount, unitPrice, quantity }, path, item)
  return changed.ok ? ok({ ...item, at: at ?? item.at, ...changed.value }) : changed
}
