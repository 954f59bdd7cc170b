import { createProduct, type ProductInput } from '../core/catalog/create-product.ts'
import { updateProduct, type ProductChange } from '../core/catalog/update-product.ts'
import { ok, refuse, type Result } from '../core/result.ts'
import { findMetric, fromMetricRow, loadMetrics } from '../db/billable-metrics.ts'
import type { Database } from '../db/database.ts'
import { findProduct, insertProduct, replaceUpdates } from '../db/products.ts'

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

/** Another change may come between reading a product and writing it, but hardly so often. */
const ATTEMPTS_MAX = 5

/** Changes a product from an instant on. */
export async function changeProduct(
  db: Database,
  environmentId: string,
  { id, ...change }: ProductChange & { id: string },
  now: number,
): Promise<Result<{ id: string }>> {
  const { billableMetricId } = change
  const archivedAt =
    billableMetricId === undefined
      ? null
      : ((await findMetric(db, environmentId, billableMetricId))?.archivedAt ?? null)
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const product = await findProduct(db, environmentId, id)
    if (product === null) return refuse('not_found', `product_id: no product ${id}`)
    const known = [product.initial, ...product.updates].map((state) => state.billableMetricId)
    // A product that already uses the metric goes on to do so (BM-10).
    if (archivedAt !== null && !known.includes(billableMetricId)) {
      return refuse(
        'invalid',
        `billable_metric_id: billable metric ${billableMetricId} is archived and takes no new products`,
      )
    }
    const ids = [...known, billableMetricId].filter((metricId) => metricId !== undefined)
    const metrics = await loadMetrics(db, environmentId, [...new Set(ids)])
    const byId = new Map(metrics.map((metric) => [metric.id, metric]))
    const updates = updateProduct(product, change, byId, now)
    if (!updates.ok) return updates
    if (await replaceUpdates(db, environmentId, product, updates.value)) return ok({ id })
  }
  return refuse('overloaded', 'The product is being changed by others; try again shortly.')
}
