import { expect, test } from 'vitest'
import { movementsOf } from '../../../src/core/ledger/movements.ts'
import { balance, draw, facts, MAR, manual, segment } from '../../support/balances.ts'

test('the draws of an invoice on a segment are one movement, divided among its seats', () => {
  const posted = [
    draw('3', { seatId: 'ann' }),
    draw('4', { seatId: 'bob' }),
    draw('5', { seatId: 'ann' }),
    draw('6', { invoiceId: 'i2', seatId: 'ann' }),
  ]
  const seats = { ann: '50', bob: '50' }
  const balances = [balance({ segments: [segment('100', { seats })] })]

  expect(listed(balances, posted)).toEqual([
    ['START', undefined, '100', { ann: '50', bob: '50' }],
    ['DEDUCTION', 'i1', '-12', { ann: '-8', bob: '-4' }],
    ['DEDUCTION', 'i2', '-6', { ann: '-6' }],
  ])
})

test('voiding gives back what was drawn, beside the deduction', () => {
  const posted = [draw('3', { voidedAt: MAR, seatId: 'ann' })]
  expect(listed([balance()], posted).slice(1)).toEqual([
    ['DEDUCTION', 'i1', '-3', { ann: '-3' }],
    ['CREDITED', 'i1', '3', { ann: '3' }],
  ])
})

test('what happened to balances that are not asked for is left out', () => {
  const happened = facts({ posted: [draw('3')], manual: [manual('1')] })
  const found = movementsOf([balance({ id: 'b2', segments: [] })], {
    facts: happened,
    reserved: [],
  })
  expect([...found]).toEqual([['b2', []]])
})

function listed(balances: ReturnType<typeof balance>[], posted: ReturnType<typeof draw>[]) {
  const found = movementsOf(balances, { facts: facts({ posted }), reserved: [] })
  return (found.get('b1') ?? []).map(({ kind, invoiceId, amount, seats }) => {
    const parts = [...seats].map(([seatId, part]) => [seatId, part.toString()])
    return [kind, invoiceId, amount.toString(), Object.fromEntries(parts)]
  })
}
