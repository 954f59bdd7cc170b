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

/** A change of a schedule as it is kept: whole items. */
export interface ScheduleChange {
  add: ScheduleItem[]
  update: ScheduleItem[]
  /** Ids. */
  remove: string[]
}

/** The schedule after a change that is decided on by `changeSchedule`. */
export function editSchedule(
  schedule: Schedule,
  update: ScheduleUpdate,
  invoiced: InvoicedItems,
  owner: string[],
  path: string,
): Result<Schedule> {
  const change = changeSchedule(schedule, update, invoiced, owner, path)
  return change.ok ? ok(applyScheduleChange(schedule, change.value)) : change
}

/**
 * Decides on a change of a schedule (pricing 6.8): what a finalized invoice has stays as it is, and
 * what a void one has is not removed, for it could be invoiced again.
 * @param owner what the ids of added items derive from, besides their places: what is charged by
 * the schedule, and the edit
 * @param path of the members of the change, such as `update_commits[0].invoice_schedule.`
 */
export function changeSchedule(
  { items }: Schedule,
  { add = [], update = [], remove = [] }: ScheduleUpdate,
  invoiced: InvoicedItems,
  owner: string[],
  path: string,
): Result<ScheduleChange> {
  const added = createItems(add, owner, `${path}add_schedule_items`)
  if (!added.ok) return added
  const updated: ScheduleItem[] = []
  const named = new Set<string>()
  for (const [i, input] of update.entries()) {
    const field = `${path}update_schedule_items[${i}].`
    const item = findItem(items, input.id, named, `${field}id`)
    if (!item.ok) return item
    if (invoiced.get(input.id) === 'FINALIZED') {
      return refuse(
        'invalid',
        `${field}id: item ${input.id} is on a finalized invoice and cannot be changed`,
      )
    }
    const changed = changeItem(item.value, input, field)
    if (!changed.ok) return changed
    updated.push(changed.value)
  }
  for (const [i, id] of remove.entries()) {
    const field = `${path}remove_schedule_items[${i}].id`
    const item = findItem(items, id, named, field)
    if (!item.ok) return item
    const status = invoiced.get(id)
    if (status !== undefined) {
      return refuse(
        'invalid',
        `${field}: item ${id} is on a ${status.toLowerCase()} invoice and cannot be removed`,
      )
    }
  }
  if (items.length + add.length - remove.length > SCHEDULE_ITEMS_MAX) {
    return refuse('invalid', tooMany(`${path}add_schedule_items`))
  }
  return ok({ add: added.value, update: updated, remove })
}

export function applyScheduleChange(
  schedule: Schedule,
  { add, update, remove }: ScheduleChange,
): Schedule {
  const updated = new Map(update.map((item) => [item.id, item]))
  const kept = schedule.items.filter(({ id }) => !remove.includes(id))
  // An edit that comes again after a later one adds nothing twice.
  const known = new Set(kept.map(({ id }) => id))
  const added = add.filter(({ id }) => !known.has(id))
  return {
    ...schedule,
    items: inOrder([...kept.map((item) => updated.get(item.id) ?? item), ...added]),
  }
}

/** @param named the items that the change has named so far */
function findItem(
  items: ScheduleItem[],
  id: string,
  named: Set<string>,
  field: string,
): Result<ScheduleItem> {
  if (named.has(id)) return refuse('invalid', `${field}: expected each item only once`)
  named.add(id)
  const item = items.find((candidate) => candidate.id === id)
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
