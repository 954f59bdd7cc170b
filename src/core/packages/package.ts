import type { CardAlias } from '../catalog/rate-card.ts'
import type { StatementFrequency } from '../contracts/contract.ts'
import type { OverridePrioritization } from '../contracts/override.ts'
import type { PrepaidThreshold } from '../contracts/prepaid-threshold.ts'
import type { SpendThreshold } from '../contracts/spend-threshold.ts'
import type { SpendTracker } from '../contracts/spend-tracker.ts'
import type { Offset } from './offset.ts'
import type { PackageBalance } from './package-balance.ts'
import type { PackageOverride } from './package-override.ts'
import type { PackageRecurring } from './package-recurring.ts'
import type { PackageScheduledCharge } from './package-scheduled-charge.ts'
import type { PackageSubscription } from './package-subscription.ts'

/** The days that statements of a package's contracts may begin on: those that need no date. */
export const PACKAGE_STATEMENT_DAYS = ['FIRST_OF_MONTH', 'CONTRACT_START'] as const
export type PackageStatementDay = (typeof PACKAGE_STATEMENT_DAYS)[number]

/** What the contracts of a package agree on, relative to the start of each (pricing 12). */
export interface PackageTerms {
  contractName?: string
  /** Evergreen if absent. */
  duration?: Offset
  netPaymentTermsDays?: number
  usageStatementSchedule: {
    frequency: StatementFrequency
    day: PackageStatementDay
    /** From then on there are invoices; from the contract's start on if absent. */
    invoiceGenerationStartingAtOffset?: Offset
  }
  multiplierOverridePrioritization?: OverridePrioritization
  overrides?: PackageOverride[]
  commits?: PackageBalance[]
  credits?: PackageBalance[]
  spendThreshold?: SpendThreshold
  prepaidThreshold?: PrepaidThreshold
  spendTrackers?: SpendTracker[]
  scheduledCharges?: PackageScheduledCharge[]
  scheduledChargesOnUsageInvoices?: 'ALL'
  subscriptions?: PackageSubscription[]
  /** Commits and credits alike. */
  recurringBalances?: PackageRecurring[]
}

/** Terms for any number of contracts. They never change; aliases may pass to other packages. */
export interface Package {
  id: string
  name: string
  uniquenessKey: string | null
  rateCardId: string | null
  /** Instead of the id: resolved for each contract as of its start. */
  rateCardAlias: string | null
  /** Names under which it is found for contracts that start while they hold. */
  aliases: CardAlias[]
  terms: PackageTerms
  createdAt: number
  createdBy: string
  archivedAt: number | null
}
