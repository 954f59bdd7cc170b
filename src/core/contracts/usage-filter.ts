/**
 * From an instant on, a contract is billed only for usage whose property has one of the values
 * (pricing 4.2). A contract's filters are in the order of time; each replaces the one before.
 */
export interface UsageFilter {
  groupKey: string
  groupValues: string[]
  startingAt: number
}
