import type { Period } from '../time.ts'
import { productAt, type Product, type ProductState } from './product.ts'

/** The definitions of a product in the course of a period: every update of it makes a cut. */
export function productStates(
  product: Product,
  period: Period,
): (Period & { state: ProductState })[] {
  const changes = product.updates.map((update) => update.startingAt)
  const inside = changes.filter((at) => at > period.startMs && at < period.endMs)
  const starts = [...new Set([period.startMs, ...inside])].sort((a, b) => a - b)
  return starts.map((startMs, i) => ({
    startMs,
    endMs: starts[i + 1] ?? period.endMs,
    state: productAt(product, startMs),
  }))
}
