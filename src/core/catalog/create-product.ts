import { ok, refuse, type Result } from '../result.ts'
import { checkFields, checkState, type ProductReferences } from './check-product.ts'
import { withoutEmptyKeys, type Product, type ProductState, type ProductType } from './product.ts'

/** A product as it is asked for. */
export interface ProductInput extends ProductState {
  id: string
  type: ProductType
  customFields: Record<string, string>
  createdBy: string
}

/** What a new product refers to. */
export interface NewProductReferences extends ProductReferences {
  /** Those of the metrics that take no new products. */
  archivedMetricIds: ReadonlySet<string>
}

/**
 * Decides on a new product (pricing 2, GK-10, BM-10); refusals name the field as the API calls it.
 */
export function createProduct(
  { id, type, customFields, createdBy, ...state }: ProductInput,
  references: NewProductReferences,
  now: number,
): Result<Product> {
  const fields = checkFields(type, state)
  if (!fields.ok) return fields
  const initial = withoutEmptyKeys(state)
  const checked = checkState({ id, type }, initial, references)
  if (!checked.ok) return checked
  const { billableMetricId = '' } = initial
  if (references.archivedMetricIds.has(billableMetricId)) {
    return refuse(
      'invalid',
      `billable_metric_id: billable metric ${billableMetricId} is archived and takes no new products`,
    )
  }
  const times = { createdAt: now, archivedAt: null }
  return ok({ id, type, initial, updates: [], customFields, createdBy, ...times })
}
