import { assert } from '../result.ts'
import type { QuantityChange, Subscription } from './subscription.ts'

/**
 * The change that decides how many there are at an instant: of those at one instant the last
 * submitted one. Before its start, a subscription has what it starts with.
 */
export function quantityAt({ quantities }: Pick<Subscription, 'quantities'>, at: number) {
  const change = quantities.findLast((each) => each.at <= at) ?? quantities[0]
  assert(change !== undefined, 'a subscription has a quantity from its start on')
  return change
}

/** The changes that decide: one for each instant at which there is any, in the order of time. */
export function quantitySteps({ quantities }: Pick<Subscription, 'quantities'>): QuantityChange[] {
  return quantities.filter((change, i) => quantities[i + 1]?.at !== change.at)
}
