import type { Contract } from '../contracts/contract.ts'
import type { ContractLink } from '../contracts/hierarchy.ts'
import { deriveId } from '../id.ts'
import { formatTimestamp, type Period } from '../time.ts'

export const DUE_KINDS = [
  'finalize-usage-invoice',
  'finalize-scheduled-invoice',
  'finalize-consolidated-invoices',
] as const
export type DueKind = (typeof DUE_KINDS)[number]
/** Whose invoices each fall due on a day of their own. */
export type DatedDueKind = Exclude<DueKind, 'finalize-consolidated-invoices'>

/** An invoice that awaits its finalization. */
export interface DueInvoice {
  /** Derived from what is due, so that writing it twice leaves one. */
  id: string
  kind: DueKind
  customerId: string
  contractId: string
  /** When the invoice is to be finalized, by the environment's clock. */
  dueAt: number
  /** The statement period; of others, their date, twice. */
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

/**
 * Makes due whatever consolidated invoices of a contract can be final now: each time that something
 * has happened to what they are made of. What happened names the unit, so that of two things that
 * happen at once neither is taken for done with the other.
 * @param cause the id of what happened
 */
export function dueConsolidated(
  { contractId, customerId }: ContractLink,
  cause: string,
  now: number,
): DueInvoice {
  return {
    id: deriveId('due-consolidated-invoices', contractId, cause),
    kind: 'finalize-consolidated-invoices',
    customerId,
    contractId,
    dueAt: now,
    periodStart: now,
    periodEnd: now,
  }
}

/** @param start of the period, or the date of scheduled invoices */
export function dueId(kind: DatedDueKind, contractId: string, start: number): string {
  const name = kind === 'finalize-usage-invoice' ? 'due-statement' : 'due-scheduled-invoice'
  return deriveId(name, contractId, formatTimestamp(start))
}
