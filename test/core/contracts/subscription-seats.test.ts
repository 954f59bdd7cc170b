import { expect, test } from 'vitest'
import { applyOperation } from '../../../src/core/contracts/subscription-seats.ts'

const three = { quantity: '3', seatIds: ['ann', 'bob'] }

test('who is added takes a seat that nobody has before there are more', () => {
  expect(applyOperation(three, { type: 'ADD_SEATS', seatIds: ['cid'] })).toEqual({
    quantity: '3',
    seatIds: ['ann', 'bob', 'cid'],
  })
  expect(applyOperation(three, { type: 'ADD_SEATS', seatIds: ['cid', 'dan', 'ann'] })).toEqual({
    quantity: '4',
    seatIds: ['ann', 'bob', 'cid', 'dan'],
  })
})

test('who is removed takes the seat along, and who has none changes nothing', () => {
  expect(applyOperation(three, { type: 'REMOVE_SEATS', seatIds: ['bob', 'eve'] })).toEqual({
    quantity: '2',
    seatIds: ['ann'],
  })
})

test('seats that nobody has come and go, those of somebody stay', () => {
  expect(applyOperation(three, { type: 'ADD_UNASSIGNED', quantity: '2' })).toMatchObject({
    quantity: '5',
  })
  expect(applyOperation(three, { type: 'REMOVE_UNASSIGNED', quantity: '1' })).toMatchObject({
    quantity: '2',
  })
  expect(applyOperation(three, { type: 'REMOVE_UNASSIGNED', quantity: '9' })).toEqual({
    quantity: '2',
    seatIds: ['ann', 'bob'],
  })
})

test('a quantity is set, or grows and shrinks, but not below none', () => {
  const plain = { quantity: '1.5' }
  expect(applyOperation(plain, { type: 'SET', quantity: '7' })).toMatchObject({ quantity: '7' })
  expect(applyOperation(plain, { type: 'ADD', delta: '-1.5' })).toMatchObject({ quantity: '0' })
  expect(applyOperation(plain, { type: 'ADD', delta: '-1.6' })).toBeNull()
})
