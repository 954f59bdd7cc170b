import { expect, test } from 'vitest'
import type { ProductState } from '../../../src/core/catalog/product.ts'
import { orderComposites } from '../../../src/core/rating/order-composites.ts'
import { planComposites } from '../../../src/core/rating/plan-composites.ts'
import { composite, percentage } from '../../support/drafts.ts'
import { MARCH } from '../../support/rate-events.ts'
import { rate } from '../../support/terms.ts'

function order(products: Record<string, Partial<ProductState>>) {
  const spans = planComposites(
    {
      products: Object.entries(products).map(([id, state]) => composite(id, state)),
      rates: Object.keys(products).map((productId) =>
        rate({ productId, price: percentage('0.1') }),
      ),
    },
    MARCH,
    {},
  )
  const { order: ids, cyclic } = orderComposites(spans)
  return { ids, cyclic: [...cyclic] }
}

test('a composite goes after those that it is a fraction of', () => {
  const all = { compositeTags: ['fee'], includeCompositeSpend: true }
  expect(order({ a: { ...all, tags: [] }, b: { tags: ['fee'] }, c: { tags: ['fee'] } })).toEqual({
    ids: ['b', 'c', 'a'],
    cyclic: [],
  })
})

test('without composite spend there is no order to keep', () => {
  expect(order({ a: { compositeProductIds: ['b'] }, b: { compositeProductIds: ['a'] } })).toEqual({
    ids: ['a', 'b'],
    cyclic: [],
  })
})

test('composites of one another are cyclic; one that is merely of them is not', () => {
  const of = (id: string) => ({ compositeProductIds: [id], includeCompositeSpend: true })
  expect(order({ a: of('b'), b: of('c'), c: of('b') })).toEqual({ ids: ['a'], cyclic: ['b', 'c'] })
})

test('a composite whose own tag it collects is no cycle: it is never of itself', () => {
  const state = { tags: ['fee'], compositeTags: ['fee'], includeCompositeSpend: true }
  expect(order({ a: state })).toEqual({ ids: ['a'], cyclic: [] })
})
