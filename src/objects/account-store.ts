import type { Invoice, InvoiceSummary } from '../core/invoices/invoice.ts'
import type { ChargedOn } from '../core/ledger/cancellations.ts'
import { assert } from '../core/result.ts'
import { insertDraws } from './account-draws.ts'
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
  {
    // Scheduled invoices have no period. Fixed charges and draws are noted with their invoice.
    id: 2,
    sql: `
      CREATE TABLE new_invoices (
        id TEXT PRIMARY KEY,
        contract_id TEXT NOT NULL,
        type TEXT NOT NULL,
        status TEXT NOT NULL,
        starting_at INTEGER,
        ending_before INTEGER,
        issued_at INTEGER NOT NULL,
        credit_type_id TEXT NOT NULL,
        voided_at INTEGER
      ) WITHOUT ROWID;
      INSERT INTO new_invoices SELECT *, NULL FROM invoices;
      DROP TABLE invoices;
      ALTER TABLE new_invoices RENAME TO invoices;
      CREATE TABLE taken_charges (
        charge_id TEXT PRIMARY KEY,
        invoice_id TEXT
      ) WITHOUT ROWID;
      CREATE TABLE draws (
        sequence INTEGER PRIMARY KEY,
        invoice_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        balance_id TEXT NOT NULL,
        segment_id TEXT NOT NULL,
        seat_id TEXT,
        amount TEXT NOT NULL,
        at INTEGER NOT NULL,
        posted_at INTEGER NOT NULL
      );
      CREATE INDEX draws_invoice ON draws (invoice_id);`,
  },
  {
    id: 3,
    sql: `
      CREATE TABLE holds (
        id TEXT PRIMARY KEY,
        state TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        events TEXT NOT NULL,
        answer TEXT NOT NULL,
        settlement TEXT
      ) WITHOUT ROWID;
      CREATE INDEX holds_expiry ON holds (expires_at);`,
  },
  {
    id: 4,
    // Every gate asks for the active ones, which are few among those that are kept for a week.
    sql: `
      CREATE INDEX holds_state ON holds (state, expires_at);
      DROP INDEX holds_expiry;`,
  },
  {
    // Dates that were given to drafts, and which drafts the shared database knows of.
    id: 5,
    sql: `
      CREATE TABLE issue_dates (
        invoice_id TEXT PRIMARY KEY,
        issued_at INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE TABLE shown_drafts (
        invoice_id TEXT PRIMARY KEY
      ) WITHOUT ROWID;`,
  },
  {
    // What invoices of contracts below draw; these are kept by the accounts of their customers.
    id: 6,
    sql: `
      CREATE TABLE shared_draws (
        sequence INTEGER PRIMARY KEY,
        invoice_id TEXT NOT NULL,
        contract_id TEXT NOT NULL,
        balance_id TEXT NOT NULL,
        segment_id TEXT NOT NULL,
        amount TEXT NOT NULL,
        at INTEGER NOT NULL,
        posted_at INTEGER NOT NULL,
        voided_at INTEGER
      );
      CREATE INDEX shared_draws_contract ON shared_draws (contract_id);`,
  },
  {
    // Which invoices the consolidated ones join.
    id: 7,
    sql: `
      CREATE TABLE constituents (
        constituent_id TEXT NOT NULL,
        invoice_id TEXT NOT NULL,
        PRIMARY KEY (constituent_id, invoice_id)
      ) WITHOUT ROWID;`,
  },
  {
    // Whether the customer's invoices are billed, from which date on.
    id: 8,
    sql: `
      CREATE TABLE billable_changes (
        effective_at INTEGER PRIMARY KEY,
        status TEXT NOT NULL,
        set_at INTEGER NOT NULL
      );`,
  },
]

const PIECE_BYTES = 1_000_000

type SummaryRow = {
  id: string
  contract_id: string
  type: InvoiceSummary['type']
  status: InvoiceSummary['status']
  starting_at: number | null
  ending_before: number | null
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

/**
 * Keeps a finalized invoice with what it draws, and notes the fixed charges that are done with it;
 * there must be none of its id.
 * @param chargeIds of charges that came to nothing, too
 */
export function insertInvoice(
  storage: DurableObjectStorage,
  invoice: Invoice,
  chargeIds: readonly string[],
): void {
  assert(invoice.status !== 'DRAFT', `invoice ${invoice.id} must not be kept as a draft`)
  const { id, contractId, type, status, startingAt, endingBefore, issuedAt, creditTypeId } = invoice
  const bytes = new TextEncoder().encode(JSON.stringify(invoice))
  storage.transactionSync(() => {
    storage.sql.exec(
      'INSERT INTO invoices VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)',
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
    for (const { invoiceId } of invoice.constituents ?? []) {
      storage.sql.exec('INSERT INTO constituents VALUES (?, ?)', invoiceId, id)
    }
    insertDraws(storage.sql, invoice)
    if (invoice.regeneratedFromInvoiceId === undefined) takeCharges(storage.sql, chargeIds, id)
    else moveCharges(storage.sql, chargeIds, id)
  })
}

/** Notes charges as done: on an invoice, or, with null, as having come to nothing. */
export function takeCharges(
  sql: SqlStorage,
  chargeIds: readonly string[],
  invoiceId: string | null,
): void {
  for (const id of chargeIds) sql.exec('INSERT INTO taken_charges VALUES (?, ?)', id, invoiceId)
}

/** Takes charges that came to nothing for open again: by now they may come to something. */
export function reopenCharges(sql: SqlStorage, chargeIds: readonly string[]): void {
  sql.exec(
    `DELETE FROM taken_charges
    WHERE invoice_id IS NULL AND charge_id IN (SELECT value FROM json_each(?))`,
    JSON.stringify(chargeIds),
  )
}

/** Notes charges of a void invoice as done on the one that takes its place. */
function moveCharges(sql: SqlStorage, chargeIds: readonly string[], invoiceId: string): void {
  for (const id of chargeIds) {
    sql.exec('UPDATE taken_charges SET invoice_id = ? WHERE charge_id = ?', invoiceId, id)
  }
}

/** The fixed charges that are done, by their ids, with their invoices; null: there was nothing to charge. */
export function listTakenCharges(sql: SqlStorage): Map<string, string | null> {
  const rows = sql
    .exec<{ charge_id: string; invoice_id: string | null }>('SELECT * FROM taken_charges')
    .toArray()
  return new Map(rows.map((row) => [row.charge_id, row.invoice_id]))
}

/** The fixed charges that are done, by their ids; null: there was nothing to charge. */
export function listChargedOn(sql: SqlStorage): Map<string, ChargedOn | null> {
  const rows = sql
    .exec<{ charge_id: string; id: string | null; voided_at: number | null }>(
      `SELECT charge_id, invoices.id, voided_at
      FROM taken_charges LEFT JOIN invoices ON invoices.id = invoice_id`,
    )
    .toArray()
  return new Map(
    rows.map(({ charge_id, id, voided_at }) => [
      charge_id,
      id === null ? null : { invoiceId: id, voidedAt: voided_at },
    ]),
  )
}

/** The fixed charges whose invoices are void. */
export function listVoidedCharges(sql: SqlStorage): string[] {
  return sql
    .exec<{ charge_id: string }>(
      `SELECT charge_id FROM taken_charges JOIN invoices ON id = invoice_id
      WHERE status = 'VOID'`,
    )
    .toArray()
    .map(({ charge_id }) => charge_id)
}

/** The dates of issue that were given to drafts, by their ids. */
export function listIssueDates(sql: SqlStorage): Map<string, number> {
  const rows = sql
    .exec<{ invoice_id: string; issued_at: number }>('SELECT * FROM issue_dates')
    .toArray()
  return new Map(rows.map(({ invoice_id, issued_at }) => [invoice_id, issued_at]))
}

export function setIssueDate(sql: SqlStorage, invoiceId: string, issuedAt: number): void {
  sql.exec(
    `INSERT INTO issue_dates VALUES (?, ?)
    ON CONFLICT (invoice_id) DO UPDATE SET issued_at = excluded.issued_at`,
    invoiceId,
    issuedAt,
  )
}

/** The consolidated invoices that are final and join any of some invoices. */
export function listConsolidatedOf(sql: SqlStorage, invoiceIds: readonly string[]): string[] {
  return sql
    .exec<{ id: string }>(
      `SELECT DISTINCT id FROM constituents JOIN invoices ON id = invoice_id
      WHERE constituent_id IN (SELECT value FROM json_each(?)) AND status = 'FINALIZED'`,
      JSON.stringify(invoiceIds),
    )
    .toArray()
    .map(({ id }) => id)
}

/** Makes a finalized invoice void; one that is void already stays as it is. */
export function voidInvoice(sql: SqlStorage, id: string, now: number): void {
  sql.exec(
    `UPDATE invoices SET status = 'VOID', voided_at = ? WHERE id = ? AND status = 'FINALIZED'`,
    now,
    id,
  )
}

/** Makes the finalized invoices of a contract void. */
export function voidInvoices(sql: SqlStorage, contractId: string, now: number): void {
  sql.exec(
    `UPDATE invoices SET status = 'VOID', voided_at = ?
    WHERE contract_id = ? AND status = 'FINALIZED'`,
    now,
    contractId,
  )
}
