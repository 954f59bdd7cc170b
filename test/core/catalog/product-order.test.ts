import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  moveProducts,
  orderProducts,
  setProductOrder,
  type ProductMove,
} from '../../../src/core/catalog/product-order.ts'
import type { Result } from '../../../src/core/result.ts'

function textOf(order: Result<string[]>): string {
  return order.ok ? order.value.join('') : `${order.error.code}: ${order.error.message}`
}

test('products without a place follow as they came, and those that left the card are passed over', () => {
  expect(orderProducts(['a', 'b', 'c'], [])).toEqual(['a', 'b', 'c'])
  expect(orderProducts(['a', 'b', 'c', 'd'], ['c', 'x', 'a'])).toEqual(['c', 'a', 'b', 'd'])
})

test('an order names the first products; the others keep theirs', () => {
  expect(textOf(setProductOrder(['a', 'b', 'c'], ['c', 'a', 'b']))).toBe('cab')
  expect(textOf(setProductOrder(['c', 'b', 'a'], ['a']))).toBe('acb')
  expect(textOf(setProductOrder(['a'], []))).toBe('a')
  expect(textOf(setProductOrder(['a'], ['a', 'x']))).toBe(
    'not_found: product_order[1]: no product x on the rate card',
  )
  expect(textOf(setProductOrder(['a', 'b'], ['b', 'a', 'b']))).toBe(
    'invalid: product_order[2]: expected each product only once',
  )
})

test('what is moved is at its position afterwards, whatever the order of the moves', () => {
  const abcd = ['a', 'b', 'c', 'd']
  const move = (...moves: [string, number][]) =>
    textOf(
      moveProducts(
        abcd,
        moves.map(([productId, position]) => ({ productId, position })),
      ),
    )
  expect(move()).toBe('abcd')
  expect(move(['d', 0])).toBe('dabc')
  expect(move(['a', 3])).toBe('bcda')
  expect(move(['a', 1], ['d', 0])).toBe('dabc')
  expect(move(['b', 3], ['d', 1])).toBe('adcb')
  expect(move(['x', 0])).toBe(
    'not_found: product_moves[0].product_id: no product x on the rate card',
  )
  expect(move(['a', 0], ['b', 4])).toBe(
    'invalid: product_moves[1].position: expected less than 4, the number of products on the rate card',
  )
  expect(move(['a', 0], ['a', 1])).toBe(
    'invalid: product_moves[1].product_id: expected each product only once',
  )
  expect(move(['a', 1], ['b', 1])).toBe(
    'invalid: product_moves[1].position: expected each position only once',
  )
})

test('moves keep all products, and the others in their order', () => {
  const order = ['a', 'b', 'c', 'd', 'e']
  const moves = fc
    .tuple(fc.shuffledSubarray(order), fc.shuffledSubarray([0, 1, 2, 3, 4]))
    .map(([ids, positions]): ProductMove[] =>
      ids
        .slice(0, positions.length)
        .map((productId, i) => ({ productId, position: positions[i]! })),
    )
  fc.assert(
    fc.property(moves, (given) => {
      const moved = moveProducts(order, given)
      if (!moved.ok) throw new Error(moved.error.message)
      for (const { productId, position } of given) expect(moved.value[position]).toBe(productId)
      const ids = given.map(({ productId }) => productId)
      expect(moved.value.filter((id) => !ids.includes(id))).toEqual(
        order.filter((id) => !ids.includes(id)),
      )
      expect(moved.value.toSorted()).toEqual(order)
    }),
  )
})
