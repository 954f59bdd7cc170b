import { Decimal, sum, toText } from '../core/decimal.ts'
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

/** What invoices did to balances, and which true-ups are charged. */
type Drawn = Pick<LedgerFacts, 'posted' | 'trueups'>

/**
 * All that stored invoices, and those of contracts below, did to the customer's balances, in the
 * order of their finalization.
 */
export function readDraws(sql: SqlStorage): Drawn {
  const own = sql
    .exec<DrawRow>(
      `SELECT draws.*, invoices.contract_id, invoices.voided_at
      FROM draws JOIN invoices ON invoices.id = draws.invoice_id
      WHERE kind = 'draw' ORDER BY sequence`,
    )
    .toArray()
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
  return { posted, trueups: readTrueups(sql) }
}

/**
 * The same for what balances have left, whatever the length of their history: of the customer's own
 * invoices, one draw for each segment and seat, dated 0 and of no invoice, with all that those have
 * taken that are not void. It is no fact of a ledger.
 */
export function sumDraws(sql: SqlStorage): Drawn {
  const sums = sql
    .exec<{ balance_id: string; segment_id: string; seat_id: string | null; amounts: string }>(
      `SELECT balance_id, segment_id, seat_id, json_group_array(amount) AS amounts
      FROM draws JOIN invoices ON invoices.id = draws.invoice_id
      WHERE kind = 'draw' AND voided_at IS NULL
      GROUP BY balance_id, segment_id, seat_id`,
    )
    .toArray()
    .map(({ balance_id, segment_id, seat_id, amounts }) => ({
      invoiceId: '',
      contractId: '',
      balanceId: balance_id,
      segmentId: segment_id,
      ...(seat_id !== null && { seatId: seat_id }),
      amount: toText(sum((JSON.parse(amounts) as string[]).map((each) => new Decimal(each)))),
      at: 0,
      postedAt: 0,
      voidedAt: null,
    }))
  return { posted: [...sums, ...readSharedDraws(sql)], trueups: readTrueups(sql) }
}

function readTrueups(sql: SqlStorage): LedgerFacts['trueups'] {
  return sql
    .exec<DrawRow>(
      `SELECT draws.* FROM draws JOIN invoices ON invoices.id = draws.invoice_id
      WHERE kind = 'trueup' AND voided_at IS NULL ORDER BY sequence`,
    )
    .toArray()
    .map(({ invoice_id, balance_id, segment_id, amount, at }) => ({
      invoiceId: invoice_id,
      balanceId: balance_id,
      segmentId: segment_id,
      amount,
      at,
    }))
}
