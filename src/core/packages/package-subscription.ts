import type { SubscriptionInput } from '../contracts/create-subscription.ts'
import { addOffsets, type Offset } from './offset.ts'

/** A subscription of a package's contracts: who has its seats, and its own anchor, are theirs to say. */
export interface PackageSubscription extends Omit<
  SubscriptionInput,
  'startingAt' | 'endingBefore'
> {
  /** Counted from the contract's start; none if absent. */
  startingAtOffset?: Offset
  /** Counted from the subscription's own start; to the contract's end if absent. */
  duration?: Offset
}

/** The subscription as a contract that starts at an instant has it, under an id of its own. */
export function placeSubscription(
  subscription: PackageSubscription,
  contractStart: number,
  id: string,
): SubscriptionInput {
  const { startingAtOffset, duration, ...rest } = subscription
  const offsets = startingAtOffset === undefined ? [] : [startingAtOffset]
  return {
    ...rest,
    id,
    startingAt: addOffsets(contractStart, ...offsets),
    endingBefore: duration && addOffsets(contractStart, ...offsets, duration),
  }
}
