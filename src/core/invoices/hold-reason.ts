import type { InvoiceDifference } from './invoice-difference.ts'

export const HOLD_CODES = [
  'usage_differs',
  'log_damaged',
  'invoice_differs',
  'events_waiting',
  'metric_limit',
  'too_many_events',
  'waits_for_invoice',
  'unsettled',
  'interrupted',
  'failed',
] as const

/**
 * Why an invoice is held back: its usage is not what the stored events add up to; the log has been
 * damaged; the invoice contradicts itself; events of its period wait in the queue or among the dead
 * letters; a SQL metric takes more than it may; its proof would read more events than one may; it is a
 * true-up, and waits for usage invoices; what it depends on kept changing; attempts began and did
 * not end; or something else failed.
 */
export type HoldCode = (typeof HOLD_CODES)[number]

export interface HoldReason {
  code: HoldCode
  /** In words, complete on its own. */
  message: string
  differences: InvoiceDifference[]
}

/** One of the scheduled invoices of a date that is held back. */
export interface HeldScheduled {
  invoiceId: string
  reason: HoldReason
}

/** A message may be so long. */
export const HOLD_MESSAGE_MAX = 1_000

const CODES_BY_STATUS: ReadonlyMap<unknown, HoldCode> = new Map([
  [409, 'invoice_differs'],
  [413, 'metric_limit'],
  [503, 'unsettled'],
])

/** What kept an invoice from becoming final, from the error that it was. */
export function holdOfError(error: unknown): HoldReason {
  const message = error instanceof Error ? error.message : String(error)
  const { status } = (typeof error === 'object' && error !== null ? error : {}) as {
    status?: unknown
  }
  const code = CODES_BY_STATUS.get(status) ?? 'failed'
  return { code, message: message.slice(0, HOLD_MESSAGE_MAX), differences: [] }
}
