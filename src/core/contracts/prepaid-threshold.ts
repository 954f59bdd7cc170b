import type { Applicability } from '../ledger/balance.ts'
import type { SpendThreshold, ThresholdCommit } from './spend-threshold.ts'

export const FILTERED_ENTITIES = ['Commit', 'ContractCredit', 'ContractCreditOrCommit'] as const

/** A commit, a credit or either of them whose custom field has a value. */
export interface BalanceFieldFilter {
  entity: (typeof FILTERED_ENTITIES)[number]
  key: string
  value: string
}

/** What does not count as balance: what any member of `exclude` fits, with all its filters. */
export interface ThresholdBalanceSpecifier {
  exclude: { fieldFilters: BalanceFieldFilter[] }[]
}

/**
 * Each time that the balance falls to an amount, a commit over what is missing to another one is
 * sold (pricing 9.2). Amounts are decimal texts.
 */
export interface PrepaidThreshold extends Omit<SpendThreshold, 'commit'> {
  rechargeToAmount: string
  /** What the amounts are in; the currency of the contract's rate card if absent. */
  customCreditTypeId?: string
  commit: ThresholdCommit & { applicability: Applicability }
  balanceSpecifiers?: ThresholdBalanceSpecifier[]
}
