import { and, asc, eq, gt, inArray, isNotNull, isNull, lte, or } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import type { Product, ProductUpdate } from '../core/catalog/product.ts'
import type { Database } from './database.ts'
import { after, inJson, type RowKey } from './keyset.ts'
import { contracts, products, rates } from './schema.ts'

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

/** Products in the order of their creation. */
export async function listProducts(
  db: Database,
  environmentId: string,
  archiveFilter: ArchiveFilter,
  from: RowKey | null,
  limit: number,
): Promise<Product[]> {
  const isWanted = {
    ARCHIVED: isNotNull(products.archivedAt),
    NOT_ARCHIVED: isNull(products.archivedAt),
    ALL: undefined,
  }[archiveFilter]
  const rows = await db
    .select()
    .from(products)
    .where(and(eq(products.environmentId, environmentId), isWanted, after(products, from)))
    .orderBy(asc(products.createdAt), asc(products.id))
    .limit(limit)
  return rows.map(fromProductRow)
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
