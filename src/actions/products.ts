import { createProduct, type ProductInput } from '../core/catalog/create-product.ts'
import { ok, type Result } from '../core/result.ts'
import { findMetric, fromMetricRow } from '../db/billable-metrics.ts'
import type { Database } from '../db/database.ts'
import { findProduct, insertProduct } from '../db/products.ts'

/** Creates a product on a metric of the environment. */
export async function addProduct(
  db: Database,
  environmentId: string,
  input: ProductInput,
  now: number,
): Promise<Result<{ id: string }>> {
  const { id, billableMetricId } = input
  // A request that died after its write is run again under its key, with the same id.
  if ((await findProduct(db, environmentId, id)) !== null) return ok({ id })
  const row =
    billableMetricId === undefined ? null : await findMetric(db, environmentId, billableMetricId)
  const metric = row && { definition: fromMetricRow(row), archivedAt: row.archivedAt }
  const product = createProduct(input, metric, now)
  if (!product.ok) return product
  await insertProduct(db, environmentId, product.value)
  return ok({ id })
}
