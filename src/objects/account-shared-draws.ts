import type { Draw, PostedDraw } from '../core/ledger/draw.ts'

type SharedDrawRow = {
  invoice_id: string
  contract_id: string
  balance_id: string
  segment_id: string
  amount: string
  at: number
  posted_at: number
  voided_at: number | null
}

/** A contract below one of the customer's, and its invoices that are final and not void. */
export interface DrawingContract {
  contractId: string
  finalInvoiceIds: readonly string[]
}

/**
 * Notes what an invoice of a contract below draws. What was noted of invoices that did not become
 * final is dropped, this one's among it: it is about to, with these draws.
 */
export function replaceSharedDraws(
  storage: DurableObjectStorage,
  { contractId, finalInvoiceIds }: DrawingContract,
  invoiceId: string,
  draws: readonly Draw[],
  now: number,
): void {
  const { sql } = storage
  storage.transactionSync(() => {
    sql.exec(
      `DELETE FROM shared_draws WHERE contract_id = ? AND voided_at IS NULL
        AND invoice_id NOT IN (SELECT value FROM json_each(?))`,
      contractId,
      JSON.stringify(finalInvoiceIds),
    )
    for (const { balanceId, segmentId, amount, at } of draws) {
      sql.exec(
        `INSERT INTO shared_draws
          (invoice_id, contract_id, balance_id, segment_id, amount, at, posted_at)
        VALUES (?, ?, ?, ?, ?, ?, ?)`,
        invoiceId,
        contractId,
        balanceId,
        segmentId,
        amount,
        at,
        now,
      )
    }
  })
}

/** Gives back what invoices of a contract below drew that are final no more. */
export function voidSharedDraws(
  sql: SqlStorage,
  { contractId, finalInvoiceIds }: DrawingContract,
  now: number,
): void {
  sql.exec(
    `UPDATE shared_draws SET voided_at = ? WHERE contract_id = ? AND voided_at IS NULL
      AND invoice_id NOT IN (SELECT value FROM json_each(?))`,
    now,
    contractId,
    JSON.stringify(finalInvoiceIds),
  )
}

/** What invoices of contracts below drew on the customer's balances, in the order of their posting. */
export function readSharedDraws(sql: SqlStorage): PostedDraw[] {
  return sql
    .exec<SharedDrawRow>('SELECT * FROM shared_draws ORDER BY sequence')
    .toArray()
    .map((row) => ({
      invoiceId: row.invoice_id,
      contractId: row.contract_id,
      balanceId: row.balance_id,
      segmentId: row.segment_id,
      amount: row.amount,
      at: row.at,
      postedAt: row.posted_at,
      voidedAt: row.voided_at,
    }))
}
