import type { Invoice, InvoiceSummary } from '../core/invoices/invoice.ts'
import { assert } from '../core/result.ts'
import type { ObjectMigration } from './migrate.ts'

/**
 * An invoice is one JSON document, kept in pieces: a value in the storage of an object may have at
 * most 2 MB. The columns are what invoices are searched and sorted by.
 */
export const ACCOUNT_MIGRATIONS: ObjectMigration[] = [
  {
    id: 1,
    sql: `
      CREATE TABLE invoices (
        id TEXT PRIMARY KEY,
        contract_id TEXT NOT NULL,
        type TEXT NOT NULL,
        status TEXT NOT NULL,
        starting_at INTEGER NOT NULL,
        ending_before INTEGER NOT NULL,
        issued_at INTEGER NOT NULL,
        credit_type_id TEXT NOT NULL
      ) WITHOUT ROWID;
      CREATE TABLE invoice_pieces (
        invoice_id TEXT NOT NULL,
        piece INTEGER NOT NULL,
        bytes BLOB NOT NULL,
        PRIMARY KEY (invoice_id, piece)
      );`,
  },
]

const PIECE_BYTES = 1_000_000

type SummaryRow = {
  id: string
  contract_id: string
  type: InvoiceSummary['type']
  status: InvoiceSummary['status']
  starting_at: number
  ending_before: number
  issued_at: number
  credit_type_id: string
}

/** All invoices that are kept, without their contents; in no particular order. */
export function listInvoiceSummaries(sql: SqlStorage): InvoiceSummary[] {
  return sql
    .exec<SummaryRow>('SELECT * FROM invoices')
    .toArray()
    .map((row) => ({
      id: row.id,
      contractId: row.contract_id,
      type: row.type,
      status: row.status,
      startingAt: row.starting_at,
      endingBefore: row.ending_before,
      issuedAt: row.issued_at,
      creditTypeId: row.credit_type_id,
    }))
}

/** A stored invoice. Its document stays as it was finalized; its status is the column's. */
export function findInvoice(sql: SqlStorage, id: string): Invoice | null {
  const row = sql
    .exec<Pick<SummaryRow, 'status'>>('SELECT status FROM invoices WHERE id = ?', id)
    .toArray()[0]
  if (row === undefined) return null
  const pieces = sql
    .exec<{ bytes: ArrayBuffer }>(
      'SELECT bytes FROM invoice_pieces WHERE invoice_id = ? ORDER BY piece',
      id,
    )
    .toArray()
  const decoder = new TextDecoder()
  const text = pieces.map(({ bytes }) => decoder.decode(bytes, { stream: true })).join('')
  return { ...(JSON.parse(text + decoder.decode()) as Invoice), status: row.status }
}

/** Keeps a finalized invoice; there must be none of its id. */
export function insertInvoice(storage: DurableObjectStorage, invoice: Invoice): void {
  assert(invoice.status !== 'DRAFT', `invoice ${invoice.id} must not be kept as a draft`)
  const { id, contractId, type, status, startingAt, endingBefore, issuedAt, creditTypeId } = invoice
  const bytes = new TextEncoder().encode(JSON.stringify(invoice))
  storage.transactionSync(() => {
    storage.sql.exec(
      'INSERT INTO invoices VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      id,
      contractId,
      type,
      status,
      startingAt,
      endingBefore,
      issuedAt,
      creditTypeId,
    )
    for (let start = 0, piece = 0; start < bytes.length; start += PIECE_BYTES, piece += 1) {
      const part = bytes.slice(start, start + PIECE_BYTES)
      storage.sql.exec('INSERT INTO invoice_pieces VALUES (?, ?, ?)', id, piece, part)
    }
  })
}

/** Makes the finalized invoices of a contract void. */
export function voidInvoices(sql: SqlStorage, contractId: string): void {
  sql.exec(
    `UPDATE invoices SET status = 'VOID' WHERE contract_id = ? AND status = 'FINALIZED'`,
    contractId,
  )
}
