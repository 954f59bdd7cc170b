import type { Contract } from '../contracts/contract.ts'
import { deriveId } from '../id.ts'
import { formatTimestamp, type Period } from '../time.ts'

export const DUE_KINDS = ['finalize-usage-invoice', 'finalize-scheduled-invoice'] as const
export type DueKind = (typeof DUE_KINDS)[number]

/** An invoice that awaits its finalization. */
export interface DueInvoice {
  /** Derived from what is due, so that writing it twice leaves one. */
  id: string
  kind: DueKind
  customerId: string
  contractId: string
  /** When the invoice is to be finalized, by the environment's clock. */
  dueAt: number
  /** The statement period; of scheduled invoices, their date, twice. */
  periodStart: number
  periodEnd: number
}

/** When a period's usage invoice is issued and finalized: its end plus grace (invoices 1.4). */
export function issuedAt(period: Period, graceMs: number): number {
  return period.endMs + graceMs
}

export function dueStatement(
  contract: Pick<Contract, 'id' | 'customerId'>,
  period: Period,
  graceMs: number,
): DueInvoice {
  return {
    id: dueId('finalize-usage-invoice', contract.id, period.startMs),
    kind: 'finalize-usage-invoice',
    customerId: contract.customerId,
    contractId: contract.id,
    dueAt: issuedAt(period, graceMs),
    periodStart: period.startMs,
    periodEnd: period.endMs,
  }
}

/** A contract's scheduled invoices of a date are finalized on it, without grace (invoices 1.4). */
export function dueScheduled(
  contract: Pick<Contract, 'id' | 'customerId'>,
  date: number,
): DueInvoice {
  return {
    id: dueId('finalize-scheduled-invoice', contract.id, date),
    kind: 'finalize-scheduled-invoice',
    customerId: contract.customerId,
    contractId: contract.id,
    dueAt: date,
    periodStart: date,
    periodEnd: date,
  }
}

/** @param start of the period, or the date of scheduled invoices */
export function dueId(kind: DueKind, contractId: string, start: number): string {
  const name = kind === 'finalize-usage-invoice' ? 'due-statement' : 'due-scheduled-invoice'
  return deriveId(name, contractId, formatTimestamp(start))
}
