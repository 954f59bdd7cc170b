import { expect, test } from 'vitest'
import type { LineItem } from '../../../src/dashboard/api/answers.ts'
import { groupLines } from '../../../src/dashboard/pages/invoices/group-lines.ts'

const USD = { id: 'usd', name: 'USD (cents)' }

function line(parts: Partial<LineItem>): LineItem {
  return {
    name: 'Tokens',
    type: 'usage',
    total: 0,
    credit_type: USD,
    product_id: 'tokens',
    ...parts,
  }
}

test('lines are grouped by product, with what is left of each to pay', () => {
  const groups = groupLines(
    [
      line({ quantity: 10, total: 0.1 }),
      line({ name: 'Storage', product_id: 'storage', quantity: 1, total: 500 }),
      line({ name: 'Commit applied', type: 'applied_commit_or_credit', total: -0.1 }),
      line({ quantity: 20, total: 0.2 }),
    ],
    false,
  )
  expect(
    groups.map(({ name, lines, subtotals }) => [
      name,
      lines.map(({ index }) => index),
      subtotals.map(({ total }) => total),
    ]),
  ).toEqual([
    ['Tokens', [0, 2, 3], ['0.2']],
    ['Storage', [1], ['500']],
  ])
})

test('lines of nothing are left out unless they are asked for', () => {
  const lines = [line({ quantity: 0, total: 0 }), line({ quantity: 1, total: 0 })]
  expect(groupLines(lines, false)[0]?.lines.map(({ index }) => index)).toEqual([1])
  expect(groupLines(lines, true)[0]?.lines).toHaveLength(2)
})
