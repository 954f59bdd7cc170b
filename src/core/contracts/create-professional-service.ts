import type { Product } from '../catalog/product.ts'
import { ok, type Result } from '../result.ts'
import type { ProfessionalService } from './professional-service.ts'
import { findTermProduct } from './term-product.ts'

/** A professional service as it is asked for; decimal texts. */
export type ProfessionalServiceInput = Omit<ProfessionalService, 'customFields'> & {
  customFields?: Record<string, string>
}

/**
 * Decides on professional services (pricing 7), all or none; refusals name the field as the API
 * calls it.
 * @param products those that the inputs name, archived ones among them
 * @param field the list that the services are members of
 */
export function createProfessionalServices(
  inputs: ProfessionalServiceInput[],
  products: Product[],
  field: string,
): Result<ProfessionalService[]> {
  const services: ProfessionalService[] = []
  for (const [i, input] of inputs.entries()) {
    const path = `${field}[${i}].`
    const product = findTermProduct(products, input.productId, 'PRO_SERVICE', `${path}product_id`)
    if (!product.ok) return product
    services.push({ ...input, customFields: input.customFields ?? {} })
  }
  return ok(services)
}
