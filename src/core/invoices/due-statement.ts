import type { Contract } from '../contracts/contract.ts'
import { deriveId } from '../id.ts'
import { formatTimestamp, type Period } from '../time.ts'

/** A statement period that awaits its finalization. */
export interface DueStatement {
  /** Derived from what is due, so that writing it twice leaves one. */
  id: string
  customerId: string
  contractId: string
  /** When the invoice is to be finalized, by the environment's clock. */
  dueAt: number
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
): DueStatement {
  return {
    id: dueStatementId(contract.id, period.startMs),
    customerId: contract.customerId,
    contractId: contract.id,
    dueAt: issuedAt(period, graceMs),
    periodStart: period.startMs,
    periodEnd: period.endMs,
  }
}

export function dueStatementId(contractId: string, periodStart: number): string {
  return deriveId('due-statement', contractId, formatTimestamp(periodStart))
}
