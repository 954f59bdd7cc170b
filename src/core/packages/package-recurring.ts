import type { RecurringInput } from '../ledger/create-recurring-balance.ts'
import { addOffsets, type Offset } from './offset.ts'

type Relative = 'path' | 'startingAt' | 'endingBefore'

/** A recurring commit or credit of a package's contracts. */
export interface PackageRecurring extends Omit<RecurringInput, Relative> {
  /** Counted from the contract's start. */
  startingAtOffset: Offset
  /** Counted from its own start; to the contract's end if absent. */
  duration?: Offset
}

/**
 * Recurring commits and credits as a contract that starts at an instant has them, under ids of
 * their own. Subscriptions are named by their temporary ids, which its own ones have as well.
 */
export function placeRecurring(
  all: PackageRecurring[],
  contractStart: number,
  newId: () => string,
): RecurringInput[] {
  const ordinals = { PREPAID: 0, CREDIT: 0 }
  return all.map(({ startingAtOffset, duration, ...rest }) => {
    const list = rest.type === 'PREPAID' ? 'recurring_commits' : 'recurring_credits'
    const path = `${list}[${ordinals[rest.type]}].`
    ordinals[rest.type] += 1
    return {
      ...rest,
      id: newId(),
      path,
      startingAt: addOffsets(contractStart, startingAtOffset),
      endingBefore: duration && addOffsets(contractStart, startingAtOffset, duration),
    }
  })
}
