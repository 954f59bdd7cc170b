import type { Product } from '../catalog/product.ts'
import { ok, type Result } from '../result.ts'
import { createSchedule, type ScheduleInput } from './create-schedule.ts'
import type { ScheduledCharge } from './scheduled-charge.ts'
import { findTermProduct } from './term-product.ts'

/** A scheduled charge, or a discount, as it is asked for. */
export interface ScheduledChargeInput {
  id: string
  productId: string
  name?: string
  schedule: ScheduleInput
  netsuiteSalesOrderId?: string
  customFields?: Record<string, string>
}

/**
 * Decides on charges by a schedule (pricing 7), all or none; discounts are of the same shape, with
 * amounts that are not negative. Refusals name the field as the API calls it.
 * @param products those that the inputs name, archived ones among them
 * @param field the list that the charges are members of
 */
export function createScheduledCharges(
  inputs: ScheduledChargeInput[],
  products: Product[],
  now: number,
  field: string,
): Result<ScheduledCharge[]> {
  const charges: ScheduledCharge[] = []
  for (const [i, input] of inputs.entries()) {
    const charge = createScheduledCharge(input, products, now, `${field}[${i}].`)
    if (!charge.ok) return charge
    charges.push(charge.value)
  }
  return ok(charges)
}

function createScheduledCharge(
  input: ScheduledChargeInput,
  products: Product[],
  now: number,
  path: string,
): Result<ScheduledCharge> {
  const { id, productId, name, netsuiteSalesOrderId, customFields = {} } = input
  const product = findTermProduct(products, productId, 'FIXED', `${path}product_id`)
  if (!product.ok) return product
  const schedule = createSchedule(input.schedule, id, `${path}schedule.`)
  if (!schedule.ok) return schedule
  return ok({
    id,
    productId,
    name,
    schedule: schedule.value,
    netsuiteSalesOrderId,
    customFields,
    createdAt: now,
  })
}
