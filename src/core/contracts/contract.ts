import type { RecurringBalance } from '../ledger/recurring-balance.ts'
import type { Hierarchy } from './hierarchy.ts'
import type { Override, OverridePrioritization } from './override.ts'
import type { PrepaidThreshold } from './prepaid-threshold.ts'
import type { ProfessionalService, ProfessionalServiceCharge } from './professional-service.ts'
import type { ResellerRoyalty } from './reseller-royalty.ts'
import type { Discount, ScheduledCharge } from './scheduled-charge.ts'
import type { SpendThreshold } from './spend-threshold.ts'
import type { SpendTracker } from './spend-tracker.ts'
import type { Subscription } from './subscription.ts'
import type { UsageFilter } from './usage-filter.ts'

export const STATEMENT_FREQUENCIES = ['MONTHLY', 'QUARTERLY', 'ANNUAL', 'WEEKLY'] as const
export type StatementFrequency = (typeof STATEMENT_FREQUENCIES)[number]

/** When usage statements are cut (pricing 4.1). */
export interface StatementSchedule {
  frequency: StatementFrequency
  /** The instant that periods are counted from. */
  anchorMs: number
  /** The first instant that is invoiced, where that is later than the contract's start. */
  invoicedFrom?: number
  /**
   * Where final invoices end that were cut short by an end of the contract which has moved since:
   * what comes after them has statements of its own.
   */
  breaks?: number[]
}

export const TRANSITION_TYPES = ['RENEWAL', 'SUPERSEDE'] as const

/** One contract takes over from another, which ends there (pricing 10). */
export interface Transition {
  type: (typeof TRANSITION_TYPES)[number]
  fromContractId: string
  toContractId: string
  /** Whether the former contract's postpaid commits are still trued up; AS_IS if absent. */
  trueup?: 'REMOVE' | 'AS_IS'
}

export interface FormerEnd {
  /** The instant of the edit. */
  until: number
  endingBefore: number | null
  /** How many recurring commits and credits there were: those that came later knew the new end. */
  recurringCount: number
}

/** Charges that an early end of a contract cut off, unless they have been moved before it since. */
export interface CutCharges {
  /** The end. */
  from: number
  /** As `FixedCharge` has them. */
  ids: string[]
}

/** What was agreed with a customer, beyond the columns that are searched for. */
export interface ContractTerms {
  name?: string
  netPaymentTermsDays?: number
  netsuiteSalesOrderId?: string
  salesforceOpportunityId?: string
  statementSchedule: StatementSchedule
  /** In the order in which they were added: where they tie, the last one wins (pricing 5.3). */
  overrides?: Override[]
  /** LOWEST_MULTIPLIER if absent. */
  multiplierOverridePrioritization?: OverridePrioritization
  usageFilters?: UsageFilter[]
  scheduledCharges?: ScheduledCharge[]
  /** Whether charges that fall due at the end of a usage invoice go onto it; never changed later. */
  scheduledChargesOnUsageInvoices?: 'ALL'
  discounts?: Discount[]
  professionalServices?: ProfessionalService[]
  /** What was invoiced of them on request. */
  professionalServiceCharges?: ProfessionalServiceCharge[]
  /** One of each type at most. */
  resellerRoyalties?: ResellerRoyalty[]
  subscriptions?: Subscription[]
  /** Commits and credits alike. */
  recurringBalances?: RecurringBalance[]
  spendThreshold?: SpendThreshold
  prepaidThreshold?: PrepaidThreshold
  spendTrackers?: SpendTracker[]
  /**
   * Where the contract was to end until edits moved its end, in the order of the edits: what a
   * period brings is decided by what was known at its start.
   */
  formerEnds?: FormerEnd[]
  /**
   * What was to be charged after each early end of the contract: it is not, even if the contract is
   * prolonged later (pricing 10).
   */
  cutCharges?: CutCharges[]
  /** The same of contracts that were ended before that was kept: nothing is charged from then on. */
  chargedBefore?: number
  /** Absent: none of its own; others may still be below it. */
  hierarchy?: Hierarchy
  /** From and to this contract. */
  transitions?: Transition[]
  /** Kept for the caller; a decimal text. */
  totalContractValue?: string
}

export interface Contract {
  id: string
  customerId: string
  rateCardId: string | null
  /** The package that it was made from; its terms are the contract's own since. */
  packageId: string | null
  uniquenessKey: string | null
  startingAt: number
  /** Exclusive; null = evergreen. */
  endingBefore: number | null
  terms: ContractTerms
  customFields: Record<string, string>
  createdAt: number
  createdBy: string
  archivedAt: number | null
}
