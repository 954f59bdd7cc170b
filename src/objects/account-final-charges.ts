import type { BalanceInvoices } from '../core/ledger/edit-balance.ts'
import { readDraws } from './account-draws.ts'
import type { Account } from './account-invoices.ts'
import { listInvoiceSummaries, listTakenCharges } from './account-store.ts'

/** What the customer's final invoices have of commits, credits and other scheduled charges. */
export function finalCharges({ storage }: Account): BalanceInvoices {
  const statusOf = new Map(listInvoiceSummaries(storage.sql).map(({ id, status }) => [id, status]))
  const invoiced = new Map<string, 'FINALIZED' | 'VOID'>()
  for (const [chargeId, invoiceId] of listTakenCharges(storage.sql)) {
    const status = invoiceId === null ? undefined : statusOf.get(invoiceId)
    if (status !== undefined && status !== 'DRAFT') invoiced.set(chargeId, status)
  }
  const draws = readDraws(storage.sql).posted.filter(({ voidedAt }) => voidedAt === null)
  return { invoiced, drawnSegmentIds: new Set(draws.map(({ segmentId }) => segmentId)) }
}
