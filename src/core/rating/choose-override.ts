import type { Override, OverridePrioritization } from '../contracts/override.ts'
import { Decimal } from '../decimal.ts'

/** Why an override that is for the usage does not price it. */
export type LossReason =
  /** It prices only what a commit or credit pays. */
  | 'commit_specific'
  /** A ladder of multipliers needs priorities. */
  | 'needs_explicit_prioritization'
  /** An OVERWRITE goes before multipliers. */
  | 'overwritten'
  | 'higher_multiplier'
  | 'lower_priority'
  /** Otherwise equal, but the other one was added later. */
  | 'added_earlier'

export interface LostOverride {
  override: Override
  reason: LossReason
}

/** What the overrides in force make of a price: one of them changes it at most (pricing 5.3). */
export interface OverrideChoice {
  /** The one that changes the price. */
  winner: Override | null
  /** The others that would change it, in the order in which they were added. */
  lost: LostOverride[]
  /** The one that says whether the usage is billed: the last added that says so. */
  entitling: Override | null
}

/**
 * Chooses among overrides that are for the same usage at the same time: an OVERWRITE before
 * multipliers, the last added among several; multipliers by the contract's prioritization. Whether
 * the usage is billed is decided apart from its price.
 * @param overrides in the order in which they were added
 */
export function chooseOverride(
  overrides: readonly Override[],
  prioritization: OverridePrioritization = 'LOWEST_MULTIPLIER',
): OverrideChoice {
  const exclude = (override: Override) =>
    override.isCommitSpecific ? 'commit_specific' : exclusionOf(override, prioritization)
  const entitling = overrides.findLast(
    ({ entitled, isCommitSpecific }) => entitled !== null && !isCommitSpecific,
  )
  return { ...choose(overrides, prioritization, exclude), entitling: entitling ?? null }
}

/**
 * Chooses among overrides that price what a commit or credit pays, and are all for it: by the same
 * rules as among those of the contract (pricing 5.3).
 * @param overrides in the order in which they were added
 */
export function chooseCommitOverride(
  overrides: readonly Override[],
  prioritization: OverridePrioritization = 'LOWEST_MULTIPLIER',
): Override | null {
  return choose(overrides, prioritization, (each) => exclusionOf(each, prioritization)).winner
}

function choose(
  overrides: readonly Override[],
  prioritization: OverridePrioritization,
  exclude: (override: Override) => LossReason | null,
): Pick<OverrideChoice, 'winner' | 'lost'> {
  let winner: Override | null = null
  for (const override of overrides) {
    if (exclude(override) !== null || override.change === null) continue
    // One that was added later wins where nothing else decides.
    if (winner === null || compare(winner, override, prioritization) >= 0) winner = override
  }
  const lost = overrides.flatMap((override) => {
    if (override === winner || override.change === null) return []
    return [{ override, reason: exclude(override) ?? lossOf(winner!, override, prioritization) }]
  })
  return { winner, lost }
}

function exclusionOf(
  { change }: Override,
  prioritization: OverridePrioritization,
): LossReason | null {
  if (change?.type === 'TIERED' && prioritization !== 'EXPLICIT') {
    return 'needs_explicit_prioritization'
  }
  return null
}

function lossOf(
  winner: Override,
  loser: Override,
  prioritization: OverridePrioritization,
): LossReason {
  const isOverwrite = ({ change }: Override) => change?.type === 'OVERWRITE'
  if (isOverwrite(winner)) return isOverwrite(loser) ? 'added_earlier' : 'overwritten'
  if (compare(winner, loser, prioritization) === 0) return 'added_earlier'
  return prioritization === 'EXPLICIT' ? 'lower_priority' : 'higher_multiplier'
}

/** Negative where `a` goes first; 0 where only the order of adding decides. */
function compare(a: Override, b: Override, prioritization: OverridePrioritization): number {
  const [left, right] = [a.change, b.change]
  if (left === null || right === null) return 0
  if (left.type === 'OVERWRITE' || right.type === 'OVERWRITE') {
    return Number(right.type === 'OVERWRITE') - Number(left.type === 'OVERWRITE')
  }
  if (prioritization === 'EXPLICIT') {
    const [first, second] = [left.priority ?? Infinity, right.priority ?? Infinity]
    return first === second ? 0 : first - second
  }
  if (left.type === 'TIERED' || right.type === 'TIERED') return 0
  return new Decimal(left.multiplier).comparedTo(right.multiplier)
}
