import type { Invoice } from './invoice.ts'

export const BILLABLE_STATUSES = ['billable', 'unbillable'] as const
export type BillableStatus = (typeof BILLABLE_STATUSES)[number]

/** A customer's status from a date on, until that of the next one. */
export interface BillableChange {
  effectiveAt: number
  status: BillableStatus
  /** By the environment's clock. */
  setAt: number
}

/** The status at an instant: customers are billable unless something else was said. */
export function billableStatusAt(changes: readonly BillableChange[], at: number): BillableStatus {
  return latestAt(changes, at)?.status ?? 'billable'
}

/**
 * Whether an invoice is to be billed: usage invoices go by the start of their period, others by
 * their date of issue (invoices 1.8). What a historical invoice says itself holds until its customer
 * is told otherwise. Nothing is said of customers whose status was never set.
 * @param changes in any order, one for each date
 */
export function billableStatusOf(
  { startingAt, issuedAt, finalizedAt, billableStatus }: Invoice,
  changes: readonly BillableChange[],
): BillableStatus | undefined {
  const change = latestAt(changes, startingAt ?? issuedAt)
  if (billableStatus !== undefined) {
    return change !== undefined && change.setAt > (finalizedAt ?? 0)
      ? change.status
      : billableStatus
  }
  return changes.length === 0 ? undefined : (change?.status ?? 'billable')
}

function latestAt(changes: readonly BillableChange[], at: number): BillableChange | undefined {
  return changes
    .filter(({ effectiveAt }) => effectiveAt <= at)
    .toSorted((a, b) => a.effectiveAt - b.effectiveAt)
    .at(-1)
}
