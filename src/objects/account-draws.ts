import type { Invoice } from '../core/invoices/invoice.ts'
import { drawsOf } from '../core/invoices/rate-in-order.ts'
import type { LedgerFacts } from '../core/ledger/draw.ts'
import { assert } from '../core/result.ts'
import { readSharedDraws } from './account-shared-draws.ts'

/** A true-up is kept beside the draws: it charges what these have left. */
type DrawKind = 'draw' | 'trueup'

type DrawRow = {
  invoice_id: string
  contract_id: string
  kind: DrawKind
  balance_id: string
  segment_id: string
  seat_id: string | null
  amount: string
  at: number
  posted_at: number
  voided_at: number | null
}

/** Notes what a final invoice draws, and which true-ups it charges. */
export function insertDraws(sql: SqlStorage, invoice: Invoice): void {
  assert(invoice.finalizedAt !== null, `invoice ${invoice.id} must be final to draw`)
  const insert = (kind: DrawKind, draw: Omit<LedgerFacts['posted'][number], 'voidedAt'>) =>
    sql.exec(
      `INSERT INTO draws
        (invoice_id, kind, balance_id, segment_id, seat_id, amount, at, posted_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      invoice.id,
      kind,
      draw.balanceId,
      draw.segmentId,
      draw.seatId ?? null,
      draw.amount,
      draw.at,
      draw.postedAt,
    )
  for (const draw of drawsOf(invoice, invoice.finalizedAt)) insert('draw', draw)
  for (const line of invoice.lines) {
    if (!('source' in line) || line.source.kind !== 'trueup') continue
    insert('trueup', {
      invoiceId: invoice.id,
      contractId: invoice.contractId,
      balanceId: line.source.id,
      segmentId: '',
      amount: line.total,
      at: invoice.issuedAt,
      postedAt: invoice.finalizedAt,
    })
  }
}

/**
 * All that stored invoices, and those of contracts below, did to the customer's balances, in the
 * order of their finalization.
 */
export function readDraws(sql: SqlStorage): Pick<LedgerFacts, 'posted' | 'trueups'> {
  const rows = sql
    .exec<DrawRow>(
      `SELECT draws.*, invoices.contract_id, invoices.voided_at
      FROM draws JOIN invoices ON invoices.id = draws.invoice_id ORDER BY sequence`,
    )
    .toArray()
  const own = rows
    .filter(({ kind }) => kind === 'draw')
    .map((row) => ({
      invoiceId: row.invoice_id,
      contractId: row.contract_id,
      balanceId: row.balance_id,
      segmentId: row.segment_id,
      ...(row.seat_id !== null && { seatId: row.seat_id }),
      amount: row.amount,
      at: row.at,
      postedAt: row.posted_at,
      voidedAt: row.voided_at,
    }))
  const posted = [...own, ...readSharedDraws(sql)].toSorted((a, b) => a.postedAt - b.postedAt)
  const trueups = rows
    .filter(({ kind, voided_at }) => kind === 'trueup' && voided_at === null)
    .map(({ invoice_id, balance_id, segment_id, amount, at }) => ({
      invoiceId: invoice_id,
      balanceId: balance_id,
      segmentId: segment_id,
      amount,
      at,
    }))
  return { posted, trueups }
}
