import type { Schedule } from './schedule.ts'

/** A product of type FIXED that is charged by a schedule, whatever is used (pricing 7). */
export interface ScheduledCharge {
  id: string
  productId: string
  /** The product's name if absent. */
  name?: string
  schedule: Schedule
  netsuiteSalesOrderId?: string
  customFields: Record<string, string>
  createdAt: number
  /** From then on its items that no final invoice has are not charged; absent while it is in force. */
  archivedAt?: number
}

/** Like a scheduled charge, but the amounts are taken off the invoice. */
export type Discount = ScheduledCharge
