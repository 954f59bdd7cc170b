import type { BillingFrequency } from '../catalog/price.ts'

export const COLLECTION_SCHEDULES = ['ADVANCE', 'ARREARS'] as const
export const PRORATION_BEHAVIORS = ['BILL_IMMEDIATELY', 'BILL_ON_NEXT_COLLECTION_DATE'] as const
export const QUANTITY_MODES = ['QUANTITY_ONLY', 'SEAT_BASED'] as const
export const INVOICE_PLACEMENTS = ['ON_USAGE_INVOICE', 'ON_SCHEDULED_INVOICE'] as const
export const PRORATION_ROUNDING_METHODS = ['HALF_UP', 'FLOOR', 'CEILING'] as const

/** Rounds an amount in the unit of its credit type; −2 places on cents are whole dollars. */
export interface ProrationRounding {
  method: (typeof PRORATION_ROUNDING_METHODS)[number]
  decimalPlaces: number
}

/** What a change does to the quantity before it. */
export type QuantityOperation =
  | { type: 'SET'; quantity: string }
  | { type: 'ADD'; delta: string }
  | { type: 'ADD_SEATS' | 'REMOVE_SEATS'; seatIds: string[] }
  /** Seats that nobody has. */
  | { type: 'ADD_UNASSIGNED' | 'REMOVE_UNASSIGNED'; quantity: string }

/** How many there are from an instant on. Changes are in the order of time, then of submission. */
export interface QuantityChange {
  at: number
  /** Decimal text, all seats together. */
  quantity: string
  /** Of SEAT_BASED subscriptions: who has a seat from then on, in the order of assignment. */
  seatIds?: string[]
  /** What it was asked to do: an earlier change that is made later acts on it; absent: to be so many. */
  operation?: QuantityOperation
  createdAt: number
}

/** A product of type SUBSCRIPTION that is charged for each of its periods (pricing 8). */
export interface Subscription {
  id: string
  productId: string
  billingFrequency: BillingFrequency
  collectionSchedule: (typeof COLLECTION_SCHEDULES)[number]
  proration: {
    isProrated: boolean
    invoiceBehavior: (typeof PRORATION_BEHAVIORS)[number]
    rounding?: ProrationRounding
  }
  startingAt: number
  /** Exclusive; null: with the contract. */
  endingBefore: number | null
  quantityManagementMode: (typeof QUANTITY_MODES)[number]
  /** Of SEAT_BASED subscriptions: the property of events whose values are seats. */
  seatGroupKey?: string
  /** The first is that at its start; there is one at least. */
  quantities: QuantityChange[]
  /** Its periods are counted from here; from the contract's usage anchor if absent. */
  cycleAnchorMs?: number
  invoicePlacement: (typeof INVOICE_PLACEMENTS)[number]
  name?: string
  description?: string
  customFields: Record<string, string>
  createdAt: number
}
