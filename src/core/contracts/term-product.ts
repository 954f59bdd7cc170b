import type { Product, ProductType } from '../catalog/product.ts'
import { ok, refuse, type Result } from '../result.ts'

/**
 * The product that a term names, which must be of a type.
 * @param products those that `namedProducts` tells, archived ones among them
 * @param field that names it, such as `scheduled_charges[0].product_id`
 */
export function findTermProduct(
  products: Product[],
  productId: string,
  type: ProductType,
  field: string,
): Result<Product> {
  const product = products.find(({ id }) => id === productId)
  if (product === undefined) return refuse('not_found', `${field}: no product ${productId}`)
  if (product.type !== type) {
    return refuse(
      'invalid',
      `${field}: expected a product of type ${type}; "${product.initial.name}" is of type ${product.type}`,
    )
  }
  if (product.archivedAt === null) return ok(product)
  return refuse('invalid', `${field}: product ${productId} is archived and takes no new terms`)
}
