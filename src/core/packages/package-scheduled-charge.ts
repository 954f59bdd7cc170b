import type { ScheduledChargeInput } from '../contracts/create-scheduled-charge.ts'
import { addOffsets, type Offset } from './offset.ts'

/** An amount that falls due at a distance from the contract's start. Decimal texts. */
export interface PackageScheduleItem {
  id: string
  dateOffset: Offset
  unitPrice: string
  quantity: string
}

/** When which amounts fall due in each contract of a package. */
export interface PackageSchedule {
  /** US dollars if absent. */
  creditTypeId?: string
  items: PackageScheduleItem[]
}

/** A scheduled charge of a package's contracts. */
export interface PackageScheduledCharge extends Omit<ScheduledChargeInput, 'schedule'> {
  schedule: PackageSchedule
}

/** The charge as a contract that starts at an instant has it, under an id of its own. */
export function placeScheduledCharge(
  charge: PackageScheduledCharge,
  contractStart: number,
  id: string,
): ScheduledChargeInput {
  const { creditTypeId, items } = charge.schedule
  const placed = items.map(({ dateOffset, unitPrice, quantity }) => {
    return { at: addOffsets(contractStart, dateOffset), unitPrice, quantity }
  })
  return { ...charge, id, schedule: { creditTypeId, items: placed } }
}
