import { expect, test } from 'vitest'
import type { BalancesReading } from '../../../src/core/ledger/draw.ts'
import { seatParts, seatTotals } from '../../../src/core/ledger/seat-balances.ts'
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

test('TV46: a seat has what was granted to it without what it drew', () => {
  const seats = { seat_1: '50000', seat_2: '50000' }
  const commit = balance({ type: 'PREPAID', segments: [segment('100000', { seats })] })
  const happened = { posted: [draw('20000', { seatId: 'seat_1', at: MID_JAN })] }
  const parts = read({ balances: [commit], facts: facts(happened) })

  expect(totals(parts.get('seat_1'))).toEqual([['30000', '50000']])
  expect(totals(parts.get('seat_2'))).toEqual([['50000', '50000']])
  expect(parts.get('seat_1')?.[0]?.ledger.map(({ type, amount }) => [type, amount])).toEqual([
    ['PREPAID_COMMIT_SEGMENT_START', '50000'],
    ['PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION', '-20000'],
  ])
})

test('balances of a seat are added up by credit type', () => {
  const segments = [segment('10', { seats: { ann: '10' } })]
  const balances = [
    balance({ id: 'a', segments }),
    balance({ id: 'b', segments, creditTypeId: 'unit' }),
    balance({ id: 'c', segments }),
  ]
  const parts = read({ balances, facts: facts({ manual: [manual('1', taken('a'))] }) })
  expect(totals(parts.get('ann'))).toEqual([
    ['16', '20'],
    ['10', '10'],
  ])
})

test('a seat that came later has what came with it; segments to come count for nothing', () => {
  const adjustments = [{ at: MID_JAN, amount: '25', seatId: 'bob' }]
  const next = segment('50', { id: 's2', startingAt: FEB, endingBefore: MAR, seats: { ann: '50' } })
  const segments = [segment('50', { seats: { ann: '50' }, adjustments }), next]
  const parts = read({ balances: [balance({ segments })] })
  expect(totals(parts.get('ann'))).toEqual([['50', '50']])
  expect(totals(parts.get('bob'))).toEqual([['25', '25']])
})

test('what is not divided among seats belongs to none', () => {
  expect([...read({ balances: [balance()] })]).toEqual([])
})

function taken(balanceId: string) {
  return { balanceId, amount: '-4', seats: { ann: '-4' } }
}

function read(reading: Partial<BalancesReading>) {
  return seatParts({ balances: [], facts: facts(), reserved: [], ...reading }, JAN)
}

function totals(parts: Parameters<typeof seatTotals>[0] = []) {
  return seatTotals(parts).map(({ usable, granted }) => [usable.toString(), granted.toString()])
}
