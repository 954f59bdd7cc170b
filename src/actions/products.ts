import { namedProducts } from '../core/catalog/check-product.ts'
import { createProduct, type ProductInput } from '../core/catalog/create-product.ts'
import type { Product } from '../core/catalog/product.ts'
import { updateProduct, type ProductChange } from '../core/catalog/update-product.ts'
import { ok, refuse, type Result } from '../core/result.ts'
import { findMetric, fromMetricRow, loadMetrics } from '../db/billable-metrics.ts'
import { writeWithFields } from '../db/custom-fields.ts'
import type { Database } from '../db/database.ts'
import { findProduct, insertProduct, loadProducts, replaceUpdates } from '../db/products.ts'

/** Creates a product on a metric of the environment. */
export async function addProduct(
  db: Database,
  environmentId: string,
  input: ProductInput,
  now: number,
): Promise<Result<{ id: string }>> {
  const { id, billableMetricId, compositeProductIds = [] } = input
  // A request that died after its write is run again under its key, with the same id.
  if ((await findProduct(db, environmentId, id)) !== null) return ok({ id })
  const row =
    billableMetricId === undefined ? null : await findMetric(db, environmentId, billableMetricId)
  const metrics = row === null ? [] : [fromMetricRow(row)]
  const references = {
    metrics: new Map(metrics.map((metric) => [metric.id, metric])),
    archivedMetricIds: new Set(row === null || row.archivedAt === null ? [] : [row.id]),
    products: await loadNamed(db, environmentId, compositeProductIds),
  }
  const product = createProduct(input, references, now)
  if (!product.ok) return product
  const holder = {
    entity: 'contract_product' as const,
    entityId: id,
    fields: input.customFields,
    field: 'custom_fields',
  }
  const written = await writeWithFields(db, environmentId, [holder], (fieldWrites) =>
    insertProduct(db, environmentId, product.value, fieldWrites),
  )
  return written.ok ? ok({ id }) : written
}

/** These products, and those that composites among them name, and so on, by id. */
async function loadNamed(
  db: Database,
  environmentId: string,
  ids: string[],
): Promise<Map<string, Product>> {
  const found = new Map<string, Product>()
  const asked = new Set<string>()
  for (let next = ids; next.length > 0;) {
    for (const id of next) asked.add(id)
    const products = await loadProducts(db, environmentId, next)
    for (const product of products) found.set(product.id, product)
    next = [...new Set(products.flatMap(namedProducts))].filter((id) => !asked.has(id))
  }
  return found
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
    const references = {
      metrics: new Map(metrics.map((metric) => [metric.id, metric])),
      products: await loadNamed(db, environmentId, [
        ...namedProducts(product),
        ...(change.compositeProductIds ?? []),
      ]),
    }
    const updates = updateProduct(product, change, references, now)
    if (!updates.ok) return updates
    if (await replaceUpdates(db, environmentId, product, updates.value)) return ok({ id })
  }
  return refuse('overloaded', 'The product is being changed by others; try again shortly.')
}
