import { z } from '@hono/zod-openapi'
import type { ProfessionalServiceInput } from '../../core/contracts/create-professional-service.ts'
import type { ProfessionalService } from '../../core/contracts/professional-service.ts'
import { jsonNumber } from '../../core/json-number.ts'
import { CustomFields, Id, NonNegativeDecimal, WellFormedText } from '../schemas.ts'

/** A professional service as it is asked for (pricing 7). */
const NewProfessionalService = z.object({
  product_id: Id.openapi({ description: 'Of a PRO_SERVICE product.' }),
  description: WellFormedText.optional(),
  unit_price: NonNegativeDecimal,
  quantity: NonNegativeDecimal,
  max_amount: NonNegativeDecimal.openapi({
    description: 'What all invoices for it may come to.',
  }),
  netsuite_sales_order_id: z.string().optional(),
  custom_fields: CustomFields.optional(),
})

export const NewProfessionalServices = z.array(NewProfessionalService).max(1_000)

/** A professional service as it is answered. */
export const ProfessionalServiceBody = z
  .object({
    id: Id,
    product_id: Id,
    description: z.string().optional(),
    unit_price: z.number(),
    quantity: z.number(),
    max_amount: z.number(),
    netsuite_sales_order_id: z.string().optional(),
    custom_fields: z.record(z.string(), z.string()),
  })
  .openapi('ProfessionalService')

/** @param newId makes the id of the service */
export function fromApiProfessionalService(
  body: z.output<typeof NewProfessionalService>,
  newId: () => string,
): ProfessionalServiceInput {
  return {
    id: newId(),
    productId: body.product_id,
    description: body.description,
    unitPrice: body.unit_price,
    quantity: body.quantity,
    maxAmount: body.max_amount,
    netsuiteSalesOrderId: body.netsuite_sales_order_id,
    customFields: body.custom_fields,
  }
}

export function toApiProfessionalService(
  service: ProfessionalService,
): z.input<typeof ProfessionalServiceBody> {
  return {
    id: service.id,
    product_id: service.productId,
    description: service.description,
    unit_price: jsonNumber(service.unitPrice),
    quantity: jsonNumber(service.quantity),
    max_amount: jsonNumber(service.maxAmount),
    netsuite_sales_order_id: service.netsuiteSalesOrderId,
    custom_fields: service.customFields,
  }
}
