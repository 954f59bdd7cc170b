import type { Unpriceable } from '../price-quantity.ts'

/** A price for the caller's own pricing: usage is metered and shown as unbilled. */
export function priceCustom(): { unpriceable: Unpriceable } {
  return { unpriceable: 'custom_price' }
}
