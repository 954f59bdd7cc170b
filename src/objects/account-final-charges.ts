import type { BalanceInvoices } from '../core/ledger/edit-balance.ts'
import type { Account } from './account-invoices.ts'
import { findInvoice, listInvoiceSummaries } from './account-store.ts'

/** What the customer's final invoices have of commits, credits and other scheduled charges. */
export function finalCharges({ storage }: Account): BalanceInvoices {
  const invoiced = new Map<string, 'FINALIZED' | 'VOID'>()
  const drawnSegmentIds = new Set<string>()
  for (const { id, status } of listInvoiceSummaries(storage.sql)) {
    if (status === 'DRAFT') continue
    const { lines = [], derivation } = findInvoice(storage.sql, id) ?? {}
    for (const line of lines) {
      if ('chargeId' in line && invoiced.get(line.chargeId) !== 'FINALIZED') {
        invoiced.set(line.chargeId, status)
      }
    }
    if (status === 'VOID') continue
    for (const { segmentId } of derivation?.draws ?? []) drawnSegmentIds.add(segmentId)
  }
  return { invoiced, drawnSegmentIds }
}
