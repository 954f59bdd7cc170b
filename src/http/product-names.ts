import { productAt } from '../core/catalog/product.ts'
import { loadProducts } from '../db/products.ts'
import type { AppContext } from './context.ts'

/** The names by which some products go now, by their ids; reads nothing when there are none. */
export async function readProductNames(
  c: AppContext,
  ids: string[],
): Promise<ReadonlyMap<string, string>> {
  const { db, environment, now } = c.var
  const products = ids.length === 0 ? [] : await loadProducts(db, environment.id, ids)
  return new Map(products.map((product) => [product.id, productAt(product, now).name] as const))
}
