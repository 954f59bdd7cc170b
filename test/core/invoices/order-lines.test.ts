import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ProductLine } from '../../../src/core/invoices/invoice.ts'
import { orderLines } from '../../../src/core/invoices/order-lines.ts'

/** What the order depends on; a composite line has no metric. */
function line(name: string, options: object = {}): ProductLine {
  const made = {
    type: 'usage',
    name,
    productId: name,
    productType: 'UsageProductListItem',
    unitPrice: '1',
    startingAt: 0,
    pricingGroupValues: null,
    presentationGroupValues: null,
    ...options,
  }
  return made as ProductLine
}

function names(lines: ProductLine[], productOrder: string[] = []): string {
  return orderLines(lines, productOrder)
    .map(({ name }) => name)
    .join(' ')
}

test('lines go by type, start, unit price from the highest, and name (pricing 14.2)', () => {
  const lines = [
    line('fee', { productType: 'CompositeProductListItem' }),
    line('late', { startingAt: 5, unitPrice: '100' }),
    line('b'),
    line('a'),
    line('dear', { unitPrice: '10' }),
    line('less', { unitPrice: '9.5' }),
  ]
  expect(names(lines)).toBe('dear less a b late fee')
})

test('TV16: the steps of a ladder are climbed from below, in the place of the dearest', () => {
  const step = (level: number, unitPrice: string, options: object = {}) =>
    line('ladder', { unitPrice, tier: { level, startingAt: '0', size: null }, ...options })
  const lines = [step(3, '150'), line('flat', { unitPrice: '120' }), step(1, '0'), step(2, '100')]
  expect(orderLines(lines, []).map(({ unitPrice }) => unitPrice)).toEqual([
    '0',
    '100',
    '150',
    '120',
  ])
  const other = { pricingGroupValues: { model: 'b' } }
  const two = [step(2, '7', other), step(2, '9'), step(1, '8', other), step(1, '1')]
  expect(orderLines(two, []).map(({ unitPrice }) => unitPrice)).toEqual(['1', '9', '8', '7'])
})

test('where all that is equal, values decide and then the product', () => {
  const valued = (productId: string, model: string | null, team: string) => {
    const groups = { pricingGroupValues: model === null ? null : { model } }
    return line('x', { ...groups, presentationGroupValues: { team }, productId })
  }
  const lines = [
    valued('5', 'b', 'red'),
    valued('4', 'a', 'red'),
    valued('2', 'a', 'blue'),
    valued('3', 'a', 'blue'),
    valued('1', null, 'red'),
  ]
  expect(orderLines(lines, []).map(({ productId }) => productId)).toEqual(['1', '2', '3', '4', '5'])
})

test("a rate card's own order of products goes before all else; other products follow", () => {
  const lines = [line('a'), line('b'), line('c', { startingAt: 5 }), line('c'), line('d')]
  expect(names(lines, ['c', 'b'])).toBe('c c b a d')
})

test('the order does not depend on how the lines were listed', () => {
  const lines = ['1', '2', '3'].flatMap((unitPrice) =>
    ['a', 'b'].map((name) => line(name, { unitPrice })),
  )
  fc.assert(
    fc.property(fc.shuffledSubarray(lines, { minLength: lines.length }), (shuffled) => {
      expect(names(shuffled)).toBe('a b a b a b')
    }),
  )
})
