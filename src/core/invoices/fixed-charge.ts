import type { ScheduleItem } from '../contracts/schedule.ts'
import type {
  ProfessionalService,
  ProfessionalServiceCharge,
} from '../contracts/professional-service.ts'
import type { ScheduledCharge } from '../contracts/scheduled-charge.ts'
import type { Subscription } from '../contracts/subscription.ts'
import type { Balance } from '../ledger/balance.ts'
import type { Period } from '../time.ts'

/**
 * Something that is billed once, at an instant that the terms alone tell; what it costs may need
 * the catalog.
 */
export interface FixedCharge {
  /** Derived from what is charged: what an invoice has taken is on no other one. */
  id: string
  contractId: string
  /** When it falls due: the date of the scheduled invoice that it is on. */
  at: number
  placement: ChargePlacement
  /** What has a scheduled invoice of its own, apart from all else on its date. */
  group?: string
  item: ChargeItem
}

/**
 * SCHEDULED: on the scheduled invoice of its date, with all others of the contract on that date.
 * ENDING_USAGE: on the usage invoice that ends at its date, as long as that is open; otherwise as
 * SCHEDULED. CONTAINING_USAGE: in the same way on the one that ends at its date or next after it.
 */
export type ChargePlacement = 'SCHEDULED' | 'ENDING_USAGE' | 'CONTAINING_USAGE'

export type ChargeItem =
  | { kind: 'scheduled_charge' | 'discount'; term: ScheduledCharge; item: ScheduleItem }
  | { kind: 'professional_service'; term: ProfessionalService; charge: ProfessionalServiceCharge }
  | { kind: 'commit_payment'; balance: Balance; item: ScheduleItem }
  /** What usage has not drawn of a postpaid commit; the item is what it is to come to. */
  | { kind: 'trueup'; balance: Balance; item: ScheduleItem }
  | SubscriptionItem

/** A charge for a subscription in one of its periods, or for what was added in its course. */
export interface SubscriptionItem {
  kind: 'subscription'
  subscription: Subscription
  /** The whole period that has one price: that at its start, or at the subscription's. */
  billingPeriod: Period
  /** The part of it that is charged: the time of the line. */
  covered: Period
  /** Decimal text: all there are, or how many were added. */
  quantity: string
  /** What the period charges besides, of which a ladder goes on; absent for 0. Decimal text. */
  position?: string
  /** Whether the price is for the part only; otherwise it is that of the whole period. */
  isProrated: boolean
}
