import {
  defineMetric,
  refuseSql,
  type MetricInput,
  type MetricRefusal,
} from '../core/catalog/define-metric.ts'
import { productAt } from '../core/catalog/product.ts'
import { ok, type Result } from '../core/result.ts'
import { findMetric, insertMetric } from '../db/billable-metrics.ts'
import { writeWithFields } from '../db/custom-fields.ts'
import type { Database } from '../db/database.ts'
import { loadProductsOfCustomer } from '../db/products.ts'
import { checkReading } from './check-reading.ts'

export interface NewMetric extends MetricInput {
  id: string
  customFields: Record<string, string>
}

/** Creates a metric; what it measures never changes afterwards (BM-8). */
export async function createMetric(
  db: Database,
  environmentId: string,
  input: NewMetric,
  now: number,
): Promise<Result<{ id: string }, MetricRefusal>> {
  const { id, customFields, ...definition } = input
  // A request that died after its write is run again under its key, with the same id.
  if ((await findMetric(db, environmentId, id)) !== null) return ok({ id })
  const defined = defineMetric(definition)
  if (!defined.ok) return defined
  const { metric, compiled } = defined.value
  const otherwise = compiled && (await checkReading(compiled.sql, compiled.tree))
  if (otherwise !== null) return refuseSql(otherwise)
  const holder = {
    entity: 'billable_metric' as const,
    entityId: id,
    fields: customFields,
    field: 'custom_fields',
  }
  const row = { customFields, createdAt: now }
  const written = await writeWithFields(db, environmentId, [holder], (fieldWrites) =>
    insertMetric(db, environmentId, { ...metric, id }, row, fieldWrites),
  )
  return written.ok ? ok({ id }) : written
}

/** The metrics that a customer is billed by at an instant, through its contracts' rate cards. */
export async function findBilledMetricIds(
  db: Database,
  environmentId: string,
  customerId: string,
  at: number,
): Promise<string[]> {
  const products = await loadProductsOfCustomer(db, environmentId, customerId, at)
  const ids = products.map((product) => productAt(product, at).billableMetricId)
  return [...new Set(ids)].filter((id) => id !== undefined)
}
