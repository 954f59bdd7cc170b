import { ok, refuse, type Result } from '../result.ts'
import { isHourAligned } from '../time.ts'
import { checkFields, checkState, type ProductReferences } from './check-product.ts'
import { productAt, type Product, type ProductChanges, type ProductUpdate } from './product.ts'

/** A change of a product as it is asked for: what is omitted stays as it is. */
export interface ProductChange extends ProductChanges {
  startingAt: number
  createdBy: string
}

/**
 * Decides on a change of a product from an hour on (pricing 2; SW-1), in the past or in the future;
 * refusals name the field as the API calls it.
 * @param references of the product before and after the change
 * @returns the product's updates with the new one, in the order in which they take effect
 */
export function updateProduct(
  product: Product,
  { startingAt, createdBy, ...change }: ProductChange,
  references: ProductReferences,
  now: number,
): Result<ProductUpdate[]> {
  if (!isHourAligned(startingAt)) {
    return refuse(
      'invalid',
      'starting_at: expected the start of an hour, such as 2026-03-01T05:00:00Z',
    )
  }
  if (product.archivedAt !== null) {
    return refuse('invalid', `product_id: product ${product.id} is archived and cannot be changed`)
  }
  const fields = checkFields(product.type, change)
  if (!fields.ok) return fields
  const given = Object.entries(change).filter(([, value]) => value !== undefined)
  if (given.length === 0) return refuse('invalid', 'product_id: expected something to change')
  const update: ProductUpdate = {
    ...Object.fromEntries(given),
    startingAt,
    createdAt: now,
    createdBy,
  }
  const updates = [...product.updates, update].sort(
    (a, b) => a.startingAt - b.startingAt || a.createdAt - b.createdAt,
  )
  const changed = { ...product, updates }
  for (const later of updates.filter((other) => other.startingAt >= startingAt)) {
    const checked = checkState(product, productAt(changed, later.startingAt), references)
    if (!checked.ok) return checked
  }
  return ok(updates)
}
