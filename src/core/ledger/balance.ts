import type { PaymentGate } from '../contracts/payment-gate.ts'
import type { Schedule } from '../contracts/schedule.ts'
import type { ChildAccess } from './child-access.ts'

export const BALANCE_TYPES = ['PREPAID', 'POSTPAID', 'CREDIT'] as const
export type BalanceType = (typeof BALANCE_TYPES)[number]

export const BALANCE_RATE_TYPES = ['LIST_RATE', 'COMMIT_RATE'] as const
export type BalanceRateType = (typeof BALANCE_RATE_TYPES)[number]

/** An amount that usage of a span of time may draw on; it does not pass to the next segment. */
export interface AccessSegment {
  id: string
  /** Decimal text. */
  amount: string
  startingAt: number
  endingBefore: number
  /** Of balances with INDIVIDUAL seats: the part of each seat; the amount is their sum. */
  seats?: Record<string, string>
  /** Added in its course for more seats of a subscription; not part of `amount`. */
  adjustments?: { at: number; amount: string; seatId?: string }[]
}

/** What usage may draw on a balance: all members that are given must fit (pricing 6.1). */
export interface BalanceSpecifier {
  productId?: string
  /** The product has all of them. */
  productTags?: string[]
  pricingGroupValues?: Record<string, string>
  presentationGroupValues?: Record<string, string>
  /** What has all tags of one of these is left out. */
  exclude?: { productTags: string[] }[]
}

/** Any of the products, or of the tags; or else any of the specifiers; without any of these, all. */
export interface Applicability {
  productIds?: string[]
  productTags?: string[]
  specifiers?: BalanceSpecifier[]
}

/** What is paid for a commit, by whichever contract's invoices. */
export interface BalancePayments {
  schedule: Schedule
  /** The amounts are known, but not invoiced here. */
  isInvoiced: boolean
  /** Whose scheduled invoices have the payments; null where nothing is invoiced. */
  contractId: string | null
}

/** A commit or credit: an amount that usage draws on (pricing 6). Instants are epoch milliseconds. */
export interface Balance {
  id: string
  type: BalanceType
  customerId: string
  /** Null: it is the customer's, for all its contracts or the `applicableContractIds`. */
  contractId: string | null
  /** Of type FIXED; it says nothing about what the balance is for. */
  productId: string
  /** The product's name if absent. */
  name?: string
  description?: string
  /** Lower goes first; a decimal text. */
  priority: string
  rateType: BalanceRateType
  creditTypeId: string
  /** In the order of time. */
  segments: AccessSegment[]
  /** Null for credits, and for commits that cost nothing. */
  payments: BalancePayments | null
  applicability: Applicability
  /** Null: all contracts. */
  applicableContractIds: string[] | null
  /** What a renewal takes along of what is left, 0 … 1; null: nothing. A decimal text. */
  rolloverFraction: string | null
  /** Which contracts below may draw on it; absent: none. */
  childAccess?: ChildAccess
  /** Of balances that a recurring commit or credit makes. */
  recurringId?: string
  /** The seats of a subscription that its usage belongs to; each seat draws on its own part. */
  seats?: { subscriptionId: string; groupKey: string }
  rolledOverFrom?: { balanceId: string; contractId: string }
  /** The threshold of its contract that it was sold for, the first time or the n-th. */
  threshold?: { kind: 'SPEND' | 'PREPAID'; ordinal: number }
  /** Where it is paid for before it can be used; absent for no such gate. */
  paymentGate?: PaymentGate
  /** Whether spend trackers take it for a discounted purchase; absent: they do not. */
  countsAsDiscounted?: boolean
  /** Since when a postpaid commit has no true-up; absent while it has one. */
  trueupDisabledAt?: number
  /** The last edit of a customer's: asked for again, it is not made again. */
  lastEditId?: string
  uniquenessKey: string | null
  netsuiteSalesOrderId?: string
  salesforceOpportunityId?: string
  customFields: Record<string, string>
  createdAt: number
  createdBy: string
  archivedAt: number | null
}

/** What of a balance is kept together as one document. */
export type BalanceTerms = Omit<
  Balance,
  | 'id'
  | 'customerId'
  | 'contractId'
  | 'type'
  | 'uniquenessKey'
  | 'customFields'
  | 'createdAt'
  | 'createdBy'
  | 'archivedAt'
>
