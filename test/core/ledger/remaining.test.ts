import { expect, test } from 'vitest'
import { openingRemaining } from '../../../src/core/ledger/remaining.ts'
import {
  balance,
  draw,
  FEB,
  facts,
  JAN,
  MAR,
  manual,
  MID_JAN,
  segment,
} from '../../support/balances.ts'

test('what is left is what was granted and added, without what was drawn and moved on', () => {
  const adjustments = [{ at: MID_JAN, amount: '20.5' }]
  const balances = [balance({ segments: [segment('100', { adjustments })] })]
  const happened = facts({
    posted: [draw('30'), draw('1.25', { invoiceId: 'i2' })],
    manual: [manual('10'), manual('-4', { id: 'm2', at: MAR })],
    rollovers: [rollover('15')],
  })

  expect([...openingRemaining(balances, happened)]).toEqual([['b1/s1/', '80.25']])
})

test('void invoices have drawn nothing', () => {
  const happened = facts({
    posted: [draw('30', { voidedAt: MAR }), draw('5', { invoiceId: 'i2' })],
  })
  expect([...openingRemaining([balance()], happened)]).toEqual([['b1/s1/', '95']])
})

test('nothing is left below 0, and segments do not help one another', () => {
  const segments = [segment('100'), segment('50', { id: 's2', startingAt: FEB, endingBefore: MAR })]
  const happened = facts({ manual: [manual('-130')] })

  expect([...openingRemaining([balance({ segments })], happened)]).toEqual([
    ['b1/s1/', '0'],
    ['b1/s2/', '50'],
  ])
})

test('seats have parts of their own, those that came later among them', () => {
  const seats = { ann: '50', bob: '50' }
  const adjustments = [{ at: MID_JAN, amount: '25', seatId: 'cy' }]
  const balances = [balance({ segments: [segment('100', { seats, adjustments })] })]
  const happened = facts({
    posted: [draw('20', { seatId: 'ann' }), draw('60', { seatId: 'bob' })],
    manual: [manual('7', { seats: { ann: '3', cy: '4' } })],
    rollovers: [{ ...rollover('10'), seats: { ann: '10' } }],
  })

  expect([...openingRemaining(balances, happened)]).toEqual([
    ['b1/s1/ann', '23'],
    ['b1/s1/bob', '0'],
    ['b1/s1/cy', '29'],
  ])
})

test('nothing is left of a purchase that was taken back, of a true-up, or of what is archived', () => {
  const taken = { segmentId: 's1', invoiceId: 'i1', at: FEB }
  const happened = facts({
    cancellations: [{ ...taken, balanceId: 'b1', amount: '100' }],
    trueups: [{ ...taken, balanceId: 'b2', amount: '100' }],
  })
  const balances = [
    balance(),
    balance({ id: 'b2', type: 'POSTPAID' }),
    balance({ id: 'b3', archivedAt: JAN }),
  ]

  expect([...openingRemaining(balances, happened)]).toEqual([
    ['b1/s1/', '0'],
    ['b2/s1/', '0'],
    ['b3/s1/', '0'],
  ])
})

function rollover(amount: string) {
  const target = { toContractId: 'c2', toBalanceId: 'b9' }
  return { balanceId: 'b1', segmentId: 's1', amount, at: FEB, ...target }
}
