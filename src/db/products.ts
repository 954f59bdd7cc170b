import { and, asc, eq, gt, inArray, isNotNull, isNull, lte, or, sql, type SQL } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import type { Product, ProductType, ProductUpdate } from '../core/catalog/product.ts'
import type { Database } from './database.ts'
import { after, inJson, type RowKey } from './keyset.ts'
import { contracts, products, rates } from './schema.ts'
import { hasText } from './text-search.ts'

export type ProductRow = typeof products.$inferSelect

export const ARCHIVE_FILTERS = ['ARCHIVED', 'NOT_ARCHIVED', 'ALL'] as const
export type ArchiveFilter = (typeof ARCHIVE_FILTERS)[number]

export function fromProductRow(row: ProductRow): Product {
  const { environmentId: _, ...product } = row
  return product
}

/** The environment's products with these ids, archived ones included, in no particular order. */
export async function loadProducts(
  db: Database,
  environmentId: string,
  ids: string[],
): Promise<Product[]> {
  const rows = await db
    .select()
    .from(products)
    .where(and(eq(products.environmentId, environmentId), inJson(products.id, ids)))
  return rows.map(fromProductRow)
}

export async function findProduct(
  db: Database,
  environmentId: string,
  id: string,
): Promise<Product | null> {
  const row = await db.select().from(products).where(isProduct(environmentId, id)).get()
  return row === undefined ? null : fromProductRow(row)
}

export interface ProductFilter {
  archive: ArchiveFilter
  /** Part of a name or tag that it has at some time, or its id. */
  search?: string | undefined
  types?: ProductType[] | undefined
  ids?: string[] | undefined
  /** What it meters at some time. */
  billableMetricId?: string | undefined
}

/** Products in the order of their creation. */
export async function listProducts(
  db: Database,
  environmentId: string,
  { archive, search, types, ids, billableMetricId }: ProductFilter,
  from: RowKey | null,
  limit: number,
): Promise<Product[]> {
  const isWanted = {
    ARCHIVED: isNotNull(products.archivedAt),
    NOT_ARCHIVED: isNull(products.archivedAt),
    ALL: undefined,
  }[archive]
  const rows = await db
    .select()
    .from(products)
    .where(
      and(
        eq(products.environmentId, environmentId),
        isWanted,
        types === undefined ? undefined : inJson(products.type, types),
        ids === undefined ? undefined : inJson(products.id, ids),
        billableMetricId === undefined ? undefined : isEver(hasMetric(billableMetricId)),
        search === undefined ? undefined : or(eq(products.id, search), isEver(isNamed(search))),
        after(products, from),
      ),
    )
    .orderBy(asc(products.createdAt), asc(products.id))
    .limit(limit)
  return rows.map(fromProductRow)
}

/** Whether a condition holds for what a product was created as, or for one of its changes. */
function isEver(condition: SQL): SQL {
  const states = sql`json_insert(${products.updates}, '$[#]', json(${products.initial}))`
  return sql`EXISTS (SELECT 1 FROM json_each(${states}) AS state WHERE ${condition})`
}

function hasMetric(id: string): SQL {
  return sql`state.value ->> 'billableMetricId' = ${id}`
}

function isNamed(part: string): SQL {
  const isTagged = sql`EXISTS (
    SELECT 1 FROM json_each(state.value, '$.tags') AS tag WHERE ${hasText(sql`tag.value`, part)}
  )`
  return sql`(${hasText(sql`state.value ->> 'name'`, part)} OR ${isTagged})`
}

/** All products that have rates on a card. */
export async function loadProductsOfCard(
  db: Database,
  environmentId: string,
  rateCardId: string,
): Promise<Product[]> {
  const onCard = db
    .select({ id: rates.productId })
    .from(rates)
    .where(and(eq(rates.environmentId, environmentId), eq(rates.rateCardId, rateCardId)))
  const rows = await db
    .select()
    .from(products)
    .where(and(eq(products.environmentId, environmentId), inArray(products.id, onCard)))
  return rows.map(fromProductRow)
}

/** All products with rates on the cards of the contracts that a customer has at an instant. */
export async function loadProductsOfCustomer(
  db: Database,
  environmentId: string,
  customerId: string,
  at: number,
): Promise<Product[]> {
  const cards = db
    .select({ id: contracts.rateCardId })
    .from(contracts)
    .where(
      and(
        eq(contracts.environmentId, environmentId),
        eq(contracts.customerId, customerId),
        isNull(contracts.archivedAt),
        lte(contracts.startingAt, at),
        or(isNull(contracts.endingBefore), gt(contracts.endingBefore, at)),
      ),
    )
  const onCards = db
    .select({ id: rates.productId })
    .from(rates)
    .where(and(eq(rates.environmentId, environmentId), inArray(rates.rateCardId, cards)))
  const rows = await db
    .select()
    .from(products)
    .where(and(eq(products.environmentId, environmentId), inArray(products.id, onCards)))
  return rows.map(fromProductRow)
}

/** @param others what is written with it, all or nothing */
export async function insertProduct(
  db: Database,
  environmentId: string,
  product: Product,
  others: BatchItem<'sqlite'>[],
): Promise<void> {
  await db.batch([db.insert(products).values({ ...product, environmentId }), ...others])
}

/**
 * Replaces a product's updates, unless they have changed since it was read; then false. A product
 * that was archived since is left alone, too.
 */
export async function replaceUpdates(
  db: Database,
  environmentId: string,
  { id, updates: known }: Product,
  updates: ProductUpdate[],
): Promise<boolean> {
  const updated = await db
    .update(products)
    .set({ updates })
    .where(
      and(isProduct(environmentId, id), eq(products.updates, known), isNull(products.archivedAt)),
    )
  return updated.meta.changes > 0
}

/** Archives a product; false when the environment has no such product. Repeating changes nothing. */
export async function archiveProduct(
  db: Database,
  environmentId: string,
  id: string,
  now: number,
): Promise<boolean> {
  const product = await findProduct(db, environmentId, id)
  if (product === null) return false
  if (product.archivedAt === null) {
    await db.update(products).set({ archivedAt: now }).where(isProduct(environmentId, id))
  }
  return true
}

function isProduct(environmentId: string, id: string) {
  return and(eq(products.environmentId, environmentId), eq(products.id, id))
}
