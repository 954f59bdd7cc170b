import { and, asc, desc, eq, gte, lt, sql, type SQL } from 'drizzle-orm'
import { Decimal } from '../core/decimal.ts'
import type { Database } from './database.ts'
import { customers, invoices } from './schema.ts'

/** So many rows are looked at for one page, where conditions choose among what an index finds. */
const CHUNK_ROWS = 1_000
const CHUNKS_MAX = 5

/** A row of the index of finalized and void invoices, with the name of its customer. */
export type IndexedInvoice = Omit<typeof invoices.$inferSelect, 'customFields'> & {
  customerName: string
}

/** Which invoices of an environment are asked for. Instants are epoch milliseconds. */
export interface InvoiceFilter {
  status?: IndexedInvoice['status']
  type?: IndexedInvoice['type']
  customerId?: string
  contractId?: string
  creditTypeId?: string
  /** Part of the customer's name, in any case. */
  customerName?: string
  /** Issued at this instant or later. */
  issuedFrom?: number
  /** Issued before this instant. */
  issuedBefore?: number
  /** Periods start at this instant or later; of scheduled invoices, the date of issue counts. */
  startingOn?: number
  /** Periods end before this instant. */
  endingBefore?: number
  /** Decimal texts, both inclusive; they are compared exactly. */
  minimumTotal?: string
  maximumTotal?: string
  /** By date of issue, ids deciding ties. */
  sort: 'date_asc' | 'date_desc'
}

export type InvoiceKey = Pick<IndexedInvoice, 'issuedAt' | 'id'>

export interface InvoicePage {
  rows: IndexedInvoice[]
  /** The place after which the list goes on; null at its end. */
  next: InvoiceKey | null
}

/**
 * A page of the finalized and void invoices of an environment. However few of them fit, a bounded
 * number of rows is read: a page may hold fewer than the limit, even none, before the list ends.
 */
export async function listIndexedInvoices(
  db: Database,
  environmentId: string,
  filter: InvoiceFilter,
  from: InvoiceKey | null,
  limit: number,
): Promise<InvoicePage> {
  const chunkRows = isSelective(filter) ? CHUNK_ROWS : limit + 1
  const found: IndexedInvoice[] = []
  let last = from
  for (let chunk = 0; chunk < CHUNKS_MAX; chunk++) {
    const rows = await readChunk(db, environmentId, filter, last, chunkRows)
    const inside = rows.filter((row) => isBeforeEnd(row, filter))
    found.push(...inside.filter((row) => fits(row, filter)))
    if (found.length > limit) return { rows: found.slice(0, limit), next: found[limit - 1] ?? null }
    last = rows.at(-1) ?? last
    if (inside.length < chunkRows) return { rows: found, next: null }
  }
  return { rows: found, next: last }
}

/** What one index finds in order: more conditions would make the database read without a bound. */
function leadOf(environmentId: string, filter: InvoiceFilter): SQL | undefined {
  const { contractId, customerId, status, type } = filter
  // The plus keeps the database from the index of the whole environment.
  const isOwn = sql`+${invoices.environmentId} = ${environmentId}`
  if (contractId !== undefined) return and(isOwn, eq(invoices.contractId, contractId))
  if (customerId !== undefined) return and(isOwn, eq(invoices.customerId, customerId))
  const isOfEnvironment = eq(invoices.environmentId, environmentId)
  if (status !== undefined) return and(isOfEnvironment, eq(invoices.status, status))
  return and(isOfEnvironment, type && eq(invoices.type, type))
}

/** Whether rows that the index finds may not fit. */
function isSelective(filter: InvoiceFilter): boolean {
  const { contractId, customerId, status, type } = filter
  const { creditTypeId, customerName, minimumTotal, maximumTotal } = filter
  const { startingOn, endingBefore } = filter
  const named = [contractId, customerId, status, type].filter((value) => value !== undefined)
  const chosen = [creditTypeId, customerName, minimumTotal, maximumTotal, startingOn, endingBefore]
  return named.length > 1 || chosen.some((value) => value !== undefined)
}

function fits(row: IndexedInvoice, filter: InvoiceFilter): boolean {
  const { customerName = '', minimumTotal, maximumTotal } = filter
  const { startingOn = -Infinity, endingBefore = Infinity } = filter
  return (
    isAsked(row.status, filter.status) &&
    isAsked(row.type, filter.type) &&
    isAsked(row.customerId, filter.customerId) &&
    isAsked(row.contractId, filter.contractId) &&
    isAsked(row.creditTypeId, filter.creditTypeId) &&
    (row.periodStart ?? row.issuedAt) >= startingOn &&
    (row.periodEnd ?? row.issuedAt) < endingBefore &&
    row.customerName.toLowerCase().includes(customerName.toLowerCase()) &&
    (minimumTotal === undefined || new Decimal(row.total).gte(minimumTotal)) &&
    (maximumTotal === undefined || new Decimal(row.total).lte(maximumTotal))
  )
}

function isAsked(value: string, asked: string | undefined): boolean {
  return asked === undefined || value === asked
}

/** No invoice is issued before its period starts, so that much need not be read. */
function earliestOf({ issuedFrom = 0, startingOn = 0 }: InvoiceFilter): number {
  return Math.max(issuedFrom, startingOn)
}

/** Whether an invoice lies before the end of the list, in its order. */
function isBeforeEnd({ issuedAt }: InvoiceKey, filter: InvoiceFilter): boolean {
  const { issuedBefore = Infinity, sort } = filter
  return sort === 'date_asc' ? issuedAt < issuedBefore : issuedAt >= earliestOf(filter)
}

function readChunk(
  db: Database,
  environmentId: string,
  filter: InvoiceFilter,
  from: InvoiceKey | null,
  limit: number,
): Promise<IndexedInvoice[]> {
  const { issuedBefore, sort } = filter
  const place = sql`(${invoices.issuedAt}, ${invoices.id})`
  const key = from && sql`(${from.issuedAt}, ${from.id})`
  const isAscending = sort === 'date_asc'
  const start = isAscending
    ? gte(invoices.issuedAt, earliestOf(filter))
    : issuedBefore === undefined
      ? undefined
      : lt(invoices.issuedAt, issuedBefore)
  const isAfter = isAscending ? sql`${place} > ${key}` : sql`${place} < ${key}`
  const ordered = isAscending ? asc : desc
  return db
    .select({
      id: invoices.id,
      environmentId: invoices.environmentId,
      customerId: invoices.customerId,
      contractId: invoices.contractId,
      type: invoices.type,
      status: invoices.status,
      periodStart: invoices.periodStart,
      periodEnd: invoices.periodEnd,
      issuedAt: invoices.issuedAt,
      finalizedAt: invoices.finalizedAt,
      creditTypeId: invoices.creditTypeId,
      total: invoices.total,
      customerName: sql<string>`coalesce(${customers.name}, '')`,
    })
    .from(invoices)
    .leftJoin(customers, eq(customers.id, invoices.customerId))
    .where(
      and(
        leadOf(environmentId, filter),
        // With conditions on both ends, the database takes an index that has only one of them.
        key === null ? start : isAfter,
      ),
    )
    .orderBy(ordered(invoices.issuedAt), ordered(invoices.id))
    .limit(limit)
}
