import type { ContractTerms } from '../contracts/contract.ts'
import { namedProducts } from '../contracts/named-products.ts'
import type { PrepaidThreshold } from '../contracts/prepaid-threshold.ts'
import type { SpendThreshold } from '../contracts/spend-threshold.ts'
import type { SpendTracker } from '../contracts/spend-tracker.ts'
import { ok, refuse, type Result } from '../result.ts'
import {
  checkThresholds,
  type ThresholdSurroundings,
  type ThresholdTerms,
} from './check-thresholds.ts'
import {
  updatePrepaidThreshold,
  updateSpendThreshold,
  type PrepaidThresholdUpdate,
  type SpendThresholdUpdate,
} from './update-threshold.ts'

/** What an edit is asked to do; members that are absent change nothing. */
export interface ThresholdEdits {
  addSpendThreshold?: SpendThreshold
  updateSpendThreshold?: SpendThresholdUpdate
  addPrepaidThreshold?: PrepaidThreshold
  updatePrepaidThreshold?: PrepaidThresholdUpdate
  addSpendTrackers?: SpendTracker[]
  /** Aliases. */
  archiveSpendTrackers?: string[]
}

/** What an edit does: an update says what the whole threshold is from then on. */
export interface ThresholdChanges {
  addSpendThreshold?: SpendThreshold
  updateSpendThreshold?: SpendThreshold
  addPrepaidThreshold?: PrepaidThreshold
  updatePrepaidThreshold?: PrepaidThreshold
  addSpendTrackers?: SpendTracker[]
  archiveSpendTrackers?: string[]
}

/** The products that the thresholds may name after an edit. */
export function productsOfThresholds(edits: ThresholdEdits, terms: ThresholdTerms): string[] {
  const updates = [edits.updateSpendThreshold, edits.updatePrepaidThreshold]
  const added = {
    spendThreshold: edits.addSpendThreshold,
    prepaidThreshold: edits.addPrepaidThreshold,
  }
  return [
    ...namedProducts(terms),
    ...namedProducts(added),
    ...updates.flatMap((update) => update?.commit?.productId ?? []),
  ]
}

/** Whether any of an edit's members is about thresholds or trackers. */
export function editsThresholds(edits: ThresholdEdits): boolean {
  const { addSpendThreshold, addPrepaidThreshold, addSpendTrackers, archiveSpendTrackers } = edits
  const members = [
    addSpendThreshold,
    addPrepaidThreshold,
    addSpendTrackers,
    archiveSpendTrackers,
    edits.updateSpendThreshold,
    edits.updatePrepaidThreshold,
  ]
  return members.some((member) => member !== undefined)
}

/** Whether an edit sets what is sold, so that it is evaluated at once (pricing 9.1). */
export function setsThreshold(changes: ThresholdChanges): boolean {
  const { addSpendThreshold, updateSpendThreshold: updated } = changes
  const { addPrepaidThreshold, updatePrepaidThreshold: recharged } = changes
  const set = [addSpendThreshold, updated, addPrepaidThreshold, recharged]
  return set.some((threshold) => threshold !== undefined)
}

/** Decides on an edit of the thresholds of a contract (pricing 9, 11). */
export function editThresholds(
  edits: ThresholdEdits,
  terms: ThresholdTerms,
  surroundings: ThresholdSurroundings,
): Result<ThresholdChanges> {
  if (!editsThresholds(edits)) return ok({})
  const { spendTrackers = [] } = terms
  const { addSpendTrackers, archiveSpendTrackers = [] } = edits
  for (const [i, alias] of archiveSpendTrackers.entries()) {
    if (spendTrackers.some((tracker) => tracker.alias === alias)) continue
    return refuse(
      'not_found',
      `archive_spend_trackers[${i}]: the contract has no tracker "${alias}"`,
    )
  }
  const spend = chooseSpend(edits, terms)
  if (!spend.ok) return spend
  const prepaid = choosePrepaid(edits, terms)
  if (!prepaid.ok) return prepaid
  const changes: ThresholdChanges = {
    ...spend.value,
    ...prepaid.value,
    addSpendTrackers: addSpendTrackers?.length === 0 ? undefined : addSpendTrackers,
    archiveSpendTrackers: archiveSpendTrackers.length === 0 ? undefined : archiveSpendTrackers,
  }
  const fields = {
    spend: `${edits.updateSpendThreshold ? 'update' : 'add'}_spend_threshold_configuration`,
    prepaid: `${edits.updatePrepaidThreshold ? 'update' : 'add'}_prepaid_balance_threshold_configuration`,
    trackers: 'add_spend_trackers',
  }
  const checked = checkThresholds(applyThresholdChanges(terms, changes), surroundings, fields)
  return checked.ok ? ok(changes) : checked
}

/** The terms after some changes. */
export function applyThresholdChanges<Terms extends ThresholdTerms>(
  terms: Terms,
  changes: ThresholdChanges,
): Terms {
  const spendThreshold = changes.updateSpendThreshold ?? changes.addSpendThreshold
  const prepaidThreshold = changes.updatePrepaidThreshold ?? changes.addPrepaidThreshold
  const { addSpendTrackers = [], archiveSpendTrackers = [] } = changes
  const edited = { ...terms }
  if (spendThreshold !== undefined) edited.spendThreshold = spendThreshold
  if (prepaidThreshold !== undefined) edited.prepaidThreshold = prepaidThreshold
  if (addSpendTrackers.length > 0 || archiveSpendTrackers.length > 0) {
    const kept = (terms.spendTrackers ?? []).filter(
      ({ alias }) => !archiveSpendTrackers.includes(alias),
    )
    edited.spendTrackers = [...kept, ...addSpendTrackers]
  }
  return edited
}

function chooseSpend(
  { addSpendThreshold, updateSpendThreshold: update }: ThresholdEdits,
  { spendThreshold: present }: Pick<ContractTerms, 'spendThreshold'>,
): Result<Pick<ThresholdChanges, 'addSpendThreshold' | 'updateSpendThreshold'>> {
  if (addSpendThreshold !== undefined) {
    if (present === undefined && update === undefined) return ok({ addSpendThreshold })
    return refuse(
      'invalid',
      'add_spend_threshold_configuration: the contract has one, to be updated',
    )
  }
  if (update === undefined) return ok({})
  if (present !== undefined)
    return ok({ updateSpendThreshold: updateSpendThreshold(present, update) })
  return refuse('not_found', 'update_spend_threshold_configuration: the contract has none')
}

function choosePrepaid(
  { addPrepaidThreshold, updatePrepaidThreshold: update }: ThresholdEdits,
  { prepaidThreshold: present }: Pick<ContractTerms, 'prepaidThreshold'>,
): Result<Pick<ThresholdChanges, 'addPrepaidThreshold' | 'updatePrepaidThreshold'>> {
  if (addPrepaidThreshold !== undefined) {
    if (present === undefined && update === undefined) return ok({ addPrepaidThreshold })
    return refuse(
      'invalid',
      'add_prepaid_balance_threshold_configuration: the contract has one, to be updated',
    )
  }
  if (update === undefined) return ok({})
  if (present !== undefined) {
    return ok({ updatePrepaidThreshold: updatePrepaidThreshold(present, update) })
  }
  return refuse(
    'not_found',
    'update_prepaid_balance_threshold_configuration: the contract has none',
  )
}
