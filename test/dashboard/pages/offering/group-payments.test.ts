import { expect, test } from 'vitest'
import { groupPayments } from '../../../../src/dashboard/pages/packages/group-payments.ts'

function payment(value: number, unit_price = 100, unit = 'MONTHS') {
  return { id: `${value}`, unit_price, quantity: 1, date_offset: { value, unit } }
}

test('payments alike at equal distances are told together', () => {
  const items = [payment(0), payment(1), payment(2), payment(6), payment(12, 50), payment(18, 50)]
  expect(groupPayments(items).map(({ count, when }) => [count, when])).toEqual([
    [3, 'at the start, then every month'],
    [1, 'after 6 months'],
    [2, 'after 12 months, then every 6 months'],
  ])
})

test('days and months are not one distance', () => {
  const items = [payment(30, 100, 'DAYS'), payment(2)]
  expect(groupPayments(items).map(({ when }) => when)).toEqual(['after 30 days', 'after 2 months'])
  expect(groupPayments([])).toEqual([])
})
