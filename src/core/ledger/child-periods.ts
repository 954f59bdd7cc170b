import type { Contract } from '../contracts/contract.ts'
import { recurringPeriods } from '../contracts/recurrence.ts'
import type { Period } from '../time.ts'
import type { RecurringBalance, RecurringChange } from './recurring-balance.ts'

/** A period for which a recurring commit or credit makes one of its own. */
export interface ChildPeriod {
  /** From one occurrence of the anchor to the next. */
  whole: Period
  /** What of it lies within the contract and the recurring one, as was known at its start. */
  covered: Period
  /** For how long what is made for it may be drawn on. */
  access: Period
}

/**
 * The periods of a recurring commit or credit that start at an instant or earlier, in order
 * (pricing 6.5): those of the contract's usage statements or, with a frequency of its own, such as
 * are counted from its start. A later end of the contract or of the recurring one changes no
 * period that had started by then, except that nothing is drawn on after the contract.
 */
export function* childPeriods(
  contract: Contract,
  recurring: RecurringBalance,
  until: number,
): Generator<ChildPeriod> {
  const { startingAt, durationPeriods } = recurring
  const contractEnd = contract.endingBefore ?? Infinity
  const madeBefore = Math.min(
    contractEnd,
    contract.archivedAt ?? Infinity,
    recurring.archivedAt ?? Infinity,
  )
  const known: Period[] = []
  for (const last of wholePeriods(contract, recurring)) {
    known.push(last)
    if (known.length < durationPeriods) continue
    const whole = known.shift()!
    const startMs = Math.max(startingAt, whole.startMs)
    const endKnown = endKnownAt(contract, recurring, startMs)
    if (startMs > until || startMs >= madeBefore || startMs >= endKnown) return
    const covered = { startMs, endMs: Math.min(whole.endMs, endKnown) }
    // What lasts for several periods outlives the end of the recurring one, not of the contract.
    const accessEnd = durationPeriods === 1 ? covered.endMs : last.endMs
    const access = { startMs, endMs: Math.min(accessEnd, contractEnd) }
    yield { whole, covered, access }
  }
}

/** Without end, from the one that contains the start on. */
function wholePeriods(
  { terms: { statementSchedule } }: Contract,
  { startingAt, recurrenceFrequency }: RecurringBalance,
): Generator<Period> {
  const { frequency, anchorMs } =
    recurrenceFrequency === null
      ? statementSchedule
      : { frequency: recurrenceFrequency, anchorMs: startingAt }
  return recurringPeriods({ frequency, anchorMs }, { startMs: startingAt, endMs: Infinity })
}

/** When the recurring one would end, as it was agreed on at an instant. */
function endKnownAt(
  { endingBefore, terms }: Contract,
  recurring: RecurringBalance,
  at: number,
): number {
  const { formerEnds = [], recurringBalances = [] } = terms
  const index = recurringBalances.findIndex(({ id }) => id === recurring.id)
  const formerEnd = formerEnds.find((end) => end.until > at && index < end.recurringCount)
  const contractEnd = formerEnd === undefined ? endingBefore : formerEnd.endingBefore
  const ownEnd = termsAt(recurring, at).endingBefore
  return Math.min(contractEnd ?? Infinity, ownEnd ?? Infinity)
}

/** The terms with all edits that had been made when a period started. */
export function termsAt(recurring: RecurringBalance, at: number): RecurringBalance {
  const made = (recurring.changes ?? []).filter(({ from }) => from <= at)
  return made.reduce(applyChange, recurring)
}

function applyChange(terms: RecurringBalance, change: RecurringChange): RecurringBalance {
  const { from: _, ...members } = change
  const given = Object.entries(members).filter(([, value]) => value !== undefined)
  return { ...terms, ...Object.fromEntries(given) }
}
