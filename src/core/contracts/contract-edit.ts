import { withPresentFields } from '../custom-fields/present-fields.ts'
import type { BalanceChanges } from '../ledger/change-balances.ts'
import { applyRecurringChanges, type RecurringChanges } from '../ledger/change-recurring.ts'
import { applyThresholdChanges, type ThresholdChanges } from '../thresholds/edit-thresholds.ts'
import type { Contract, CutCharges, FormerEnd, Transition } from './contract.ts'
import { applyChargeChanges, type ScheduledChargeChange } from './edit-scheduled-charges.ts'
import { addFixedTerms, type FixedTerms } from './fixed-terms.ts'
import { applyUpdates, type SubscriptionChanges } from './edit-subscriptions.ts'
import type { ProfessionalServiceCharge } from './professional-service.ts'
import type { Override } from './override.ts'
import { addUsageFilter, type UsageFilter } from './usage-filter.ts'

/** What edits change of a contract. */
export type ContractState = Pick<Contract, 'endingBefore' | 'terms'>

/** What one edit changes; members that are absent leave everything as it is. */
export interface ContractChanges
  extends ThresholdChanges, SubscriptionChanges, BalanceChanges, RecurringChanges {
  addOverrides?: Override[]
  /** Ids. */
  removeOverrides?: string[]
  addUsageFilters?: UsageFilter[]
  /** The royalties as they are from then on, the other terms in addition. */
  addTerms?: FixedTerms
  changeScheduledCharges?: ScheduledChargeChange[]
  /** An invoice for professional services that was asked for. */
  addProfessionalServiceCharges?: ProfessionalServiceCharge[]
  /** Null: evergreen from now on. */
  endingBefore?: number | null
  /** The end that the edit moved. */
  formerEnd?: FormerEnd
  /** What is not charged any more, since the contract ends earlier. */
  cutCharges?: CutCharges
  /** Where final invoices end within a period, should the contract's end move beyond them. */
  breaks?: number[]
  addTransition?: Transition
  name?: string | null
  netPaymentTermsDays?: number | null
}

/** What the old form of an edit has besides its changes (pricing 11). */
export interface Amendment {
  startingAt: number
  netsuiteSalesOrderId?: string
  salesforceOpportunityId?: string
}

/** One edit of a contract, as it is kept: the history of a contract is the list of them. */
export interface ContractEdit {
  id: string
  contractId: string
  /** Counts the contract's edits from 1. */
  ordinal: number
  uniquenessKey: string | null
  changes: ContractChanges
  amendment: Amendment | null
  createdAt: number
  createdBy: string
}

/** The contract's state after some changes. */
export function applyChanges(state: ContractState, changes: ContractChanges): ContractState {
  const { name, netPaymentTermsDays, formerEnd, breaks, addTransition } = changes
  const terms = addFixedTerms(applyThresholdChanges(state.terms, changes), changes.addTerms ?? {})
  const { professionalServiceCharges = [] } = terms
  const { addProfessionalServiceCharges: billed } = changes
  if (billed !== undefined) {
    terms.professionalServiceCharges = [...professionalServiceCharges, ...billed]
  }
  if (changes.changeScheduledCharges !== undefined) {
    terms.scheduledCharges = applyChargeChanges(terms, changes.changeScheduledCharges)
  }
  if (name !== undefined) terms.name = name ?? undefined
  if (netPaymentTermsDays !== undefined) {
    terms.netPaymentTermsDays = netPaymentTermsDays ?? undefined
  }
  if (formerEnd !== undefined) terms.formerEnds = [...(terms.formerEnds ?? []), formerEnd]
  if (breaks !== undefined) terms.statementSchedule = { ...terms.statementSchedule, breaks }
  if (addTransition !== undefined) {
    terms.transitions = [...(terms.transitions ?? []), addTransition]
  }
  const { cutCharges } = changes
  if (cutCharges !== undefined) terms.cutCharges = [...(terms.cutCharges ?? []), cutCharges]
  const { addOverrides = [], removeOverrides = [], addUsageFilters = [] } = changes
  if (addOverrides.length > 0 || removeOverrides.length > 0) {
    const kept = (terms.overrides ?? []).filter(({ id }) => !removeOverrides.includes(id))
    terms.overrides = [...kept, ...addOverrides]
  }
  if (addUsageFilters.length > 0) {
    terms.usageFilters = addUsageFilters.reduce(addUsageFilter, terms.usageFilters ?? [])
  }
  const { addSubscriptions = [], updateSubscriptions = [] } = changes
  if (addSubscriptions.length > 0 || updateSubscriptions.length > 0) {
    const updated = applyUpdates(terms.subscriptions ?? [], updateSubscriptions)
    terms.subscriptions = [...updated, ...addSubscriptions]
  }
  return {
    endingBefore: changes.endingBefore === undefined ? state.endingBefore : changes.endingBefore,
    terms: applyRecurringChanges(terms, changes),
  }
}

/**
 * The contract as it was at an instant, from what it was when it was created and all edits that
 * had been made by then.
 * @param edits in their order
 */
export function contractAsOf(
  contract: Contract,
  initial: ContractState,
  edits: ContractEdit[],
  at: number,
): Contract {
  const made = edits.filter(({ createdAt }) => createdAt <= at)
  const { endingBefore, terms } = made.reduce(
    (state, { changes }) => applyChanges(state, changes),
    initial,
  )
  const isArchived = contract.archivedAt !== null && contract.archivedAt <= at
  return {
    ...contract,
    endingBefore,
    terms: withPresentFields(terms, contract.terms),
    archivedAt: isArchived ? contract.archivedAt : null,
  }
}
