import type { BillingFrequency } from '../catalog/price.ts'
import type { ProrationRounding } from '../contracts/subscription.ts'
import type { Applicability, BalanceRateType } from './balance.ts'
import type { ChildAccess } from './child-access.ts'

export const RECURRENCE_FREQUENCIES = [
  'MONTHLY',
  'QUARTERLY',
  'ANNUAL',
  'WEEKLY',
  'DAILY',
] as const satisfies readonly (BillingFrequency | 'DAILY')[]
export const RECURRING_PRORATIONS = ['NONE', 'FIRST', 'LAST', 'FIRST_AND_LAST'] as const
export const SEAT_ALLOCATIONS = ['POOLED', 'INDIVIDUAL'] as const

/** An amount for each period; decimal texts. */
export interface PeriodAmount {
  unitPrice: string
  /** Null: the quantity of the subscription. */
  quantity: string | null
  creditTypeId: string
}

/** What later edits changed: periods whose access starts at `from` or later have it so. */
export interface RecurringChange {
  /** The instant of the edit. */
  from: number
  accessAmount?: PeriodAmount
  invoiceAmount?: PeriodAmount
  rateType?: BalanceRateType
  /** Exclusive; null: with the contract. */
  endingBefore?: number | null
  /** Without members: nothing is rounded any more. */
  prorationRounding?: RecurringBalance['prorationRounding']
}

/** Makes a commit or credit for each of its periods (pricing 6.5). */
export interface RecurringBalance {
  id: string
  type: 'PREPAID' | 'CREDIT'
  productId: string
  name?: string
  description?: string
  priority: string
  rateType: BalanceRateType
  accessAmount: PeriodAmount
  /** Of commits only; null: they cost nothing. */
  invoiceAmount: PeriodAmount | null
  startingAt: number
  /** Exclusive; null: with the contract. */
  endingBefore: number | null
  /** Each has access for so many periods. */
  durationPeriods: number
  /** Null: the periods of the contract's usage invoices. */
  recurrenceFrequency: (typeof RECURRENCE_FREQUENCIES)[number] | null
  proration: (typeof RECURRING_PRORATIONS)[number]
  prorationRounding?: { access?: ProrationRounding; invoice?: ProrationRounding }
  applicability: Applicability
  rolloverFraction: string | null
  /** Of each that it makes; absent: none. */
  childAccess?: ChildAccess
  subscription?: {
    subscriptionId: string
    allocation: (typeof SEAT_ALLOCATIONS)[number]
    /** Whether seats that are added in a period bring the part of what is left of it. */
    isIncreaseProrated: boolean
  }
  changes?: RecurringChange[]
  netsuiteSalesOrderId?: string
  customFields: Record<string, string>
  createdAt: number
  archivedAt?: number
}
