import type { CompositeSpan } from './plan-composites.ts'
import { isApplicable } from './spend.ts'

export interface CompositeOrder {
  /** Products by their ids, each after all that it is a fraction of. */
  order: string[]
  /** Those that are, by way of others, a fraction of themselves: they have no amount. */
  cyclic: Set<string>
}

/** Decides in which order composite products can be charged (composites of composites). */
export function orderComposites(spans: readonly CompositeSpan[]): CompositeOrder {
  const byProduct = Map.groupBy(spans, ({ product }) => product.id)
  const ids = [...byProduct.keys()]
  const needs = new Map(ids.map((id) => [id, ids.filter((other) => isOf(id, other, byProduct))]))
  const cyclic = new Set(ids.filter((id) => isReachable(id, id, needs)))
  const order: string[] = []
  const visit = (id: string): void => {
    if (cyclic.has(id) || order.includes(id)) return
    for (const need of needs.get(id) ?? []) visit(need)
    order.push(id)
  }
  for (const id of ids) visit(id)
  return { order, cyclic }
}

/** Whether a product is at any time a fraction of another; of itself it never is directly. */
function isOf(id: string, other: string, byProduct: Map<string, CompositeSpan[]>): boolean {
  if (id === other) return false
  const others = byProduct.get(other) ?? []
  return (byProduct.get(id) ?? []).some(({ state }) =>
    others.some(({ state: { tags } }) =>
      isApplicable(state, { productId: other, productType: 'COMPOSITE', tags }),
    ),
  )
}

function isReachable(from: string, to: string, needs: Map<string, string[]>): boolean {
  const seen = new Set<string>()
  const open = [...(needs.get(from) ?? [])]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === to) return true
    if (seen.has(id)) continue
    seen.add(id)
    open.push(...(needs.get(id) ?? []))
  }
  return false
}
