import { expect, test } from 'vitest'
import { amountOnce, itemAmount } from '../../../src/core/contracts/item-amount.ts'

const refusal = (message: string) => ({ ok: false, error: { code: 'invalid', message } })

test('an amount alone is one times that amount', () => {
  const value = { unitPrice: '12.5', quantity: '1', amount: '12.5' }
  expect(itemAmount({ amount: '12.5' }, '')).toEqual({ ok: true, value })
  expect(amountOnce('12.5')).toEqual(value)
})

test('a unit price and a quantity are multiplied exactly', () => {
  const input = { unitPrice: '0.1234567890123456789', quantity: '3' }
  expect(itemAmount(input, '')).toEqual({
    ok: true,
    value: { ...input, amount: '0.3703703670370370367' },
  })
})

test('what contradicts itself, or does not say enough, is refused by the name of the field', () => {
  expect(itemAmount({}, 'item.')).toEqual(
    refusal('item.amount: required, or else unit_price and quantity'),
  )
  expect(itemAmount({ unitPrice: '1' }, 'item.')).toEqual(
    refusal('item.quantity: required with unit_price'),
  )
  expect(itemAmount({ quantity: '1' }, 'item.')).toEqual(
    refusal('item.unit_price: required with quantity'),
  )
  expect(itemAmount({ amount: '1', quantity: '1' }, 'item.')).toEqual(
    refusal('item.amount: expected only without unit_price and quantity'),
  )
})

test('a change may say only one of unit price and quantity, or neither', () => {
  const known = { unitPrice: '20', quantity: '3', amount: '60' }
  expect(itemAmount({}, '', known)).toEqual({ ok: true, value: known })
  expect(itemAmount({ quantity: '4' }, '', known)).toEqual({
    ok: true,
    value: { unitPrice: '20', quantity: '4', amount: '80' },
  })
  expect(itemAmount({ amount: '7' }, '', known)).toEqual({
    ok: true,
    value: { unitPrice: '7', quantity: '1', amount: '7' },
  })
})
