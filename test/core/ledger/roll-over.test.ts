import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Contract } from '../../../src/core/contracts/contract.ts'
import { Decimal } from '../../../src/core/decimal.ts'
import type { AccessSegment, Balance } from '../../../src/core/ledger/balance.ts'
import { childBalances } from '../../../src/core/ledger/child-balances.ts'
import { sourceKey } from '../../../src/core/ledger/draw.ts'
import { rollOver, rolloverId } from '../../../src/core/ledger/roll-over.ts'
import { balance, segment } from '../../support/balances.ts'
import { contractWith, recurring } from '../../support/recurring.ts'
import { at, contract } from '../../support/terms.ts'

const RENEWED = at('2027-01-01')

const from = contract({ id: 'from', endingBefore: RENEWED })
const to = contract({ id: 'to', startingAt: RENEWED, endingBefore: at('2028-01-01') })

/** All of the year 2026. */
function yearly(amount: string, options: Partial<AccessSegment> = {}): AccessSegment {
  return segment(amount, { startingAt: at('2026-01-01'), endingBefore: RENEWED, ...options })
}

function committed(options: Partial<Balance> = {}): Balance {
  return balance({
    type: 'PREPAID',
    contractId: 'from',
    segments: [yearly('1000')],
    rolloverFraction: '0.25',
    ...options,
  })
}

interface Given {
  balances?: Balance[]
  left?: Record<string, string>
  type?: 'RENEWAL' | 'SUPERSEDE'
  former?: Contract
  next?: Contract
  now?: number
}

/** @param left by segment, or by segment and seat; of the balance `b1` */
function roll({
  balances = [committed()],
  left = { s1: '400' },
  type = 'RENEWAL',
  former = from,
  next = to,
  now = next.startingAt,
}: Given = {}) {
  const transition = { type, fromContractId: former.id, toContractId: next.id }
  const remaining = new Map(
    Object.entries(left).map(([key, amount]) => {
      const [segmentId = '', seatId] = key.split('/')
      return [sourceKey({ balanceId: 'b1', segmentId, seatId }), amount] as const
    }),
  )
  return rollOver({ transition, from: former, to: next, balances, remaining }, now)
}

test('what is left goes on with the new contract, up to the fraction of what was granted', () => {
  const { balances, moves } = roll({ left: { s1: '400' } })
  expect(balances).toMatchObject([
    {
      id: rolloverId('b1', 'to'),
      type: 'PREPAID',
      contractId: 'to',
      segments: [{ amount: '250', startingAt: RENEWED, endingBefore: at('2028-01-01') }],
      payments: null,
      rolledOverFrom: { balanceId: 'b1', contractId: 'from' },
      rolloverFraction: null,
      createdAt: RENEWED,
      archivedAt: null,
    },
  ])
  expect(moves).toEqual([
    {
      balanceId: 'b1',
      segmentId: 's1',
      amount: '250',
      at: RENEWED,
      toContractId: 'to',
      toBalanceId: rolloverId('b1', 'to'),
    },
  ])
  expect(roll({ left: { s1: '100' } }).moves).toMatchObject([{ amount: '100' }])
  expect(roll({ left: { s1: '0' } })).toEqual({ balances: [], moves: [] })
})

test('without an end of the new contract, it lasts as long as the segment was to last', () => {
  const evergreen = contract({ id: 'to', startingAt: at('2026-10-01') })
  const ended = contract({ id: 'from', endingBefore: at('2026-10-01') })
  const [rolled] = roll({ former: ended, next: evergreen }).balances
  expect(rolled?.segments).toMatchObject([
    { startingAt: at('2026-10-01'), endingBefore: at('2027-10-01') },
  ])
})

test('only segments that have begun and last until the transition roll over', () => {
  const segments = [
    yearly('100', { id: 'over', endingBefore: at('2026-06-01') }),
    yearly('100', { id: 'early', endingBefore: at('2027-06-01') }),
    yearly('100', { id: 'late', startingAt: RENEWED, endingBefore: at('2028-01-01') }),
    yearly('100', { id: 'last' }),
  ]
  const left = { over: '100', early: '100', late: '100', last: '10' }
  const { moves, balances } = roll({ balances: [committed({ segments })], left })
  expect(moves.map(({ segmentId, amount }) => [segmentId, amount])).toEqual([
    ['early', '25'],
    ['last', '10'],
  ])
  expect(balances[0]?.segments.map(({ amount }) => amount)).toEqual(['25', '10'])
  const gap = contract({ id: 'from', endingBefore: at('2026-12-01') })
  expect(roll({ former: gap, balances: [committed({ segments })], left }).moves).toEqual([])
})

test('only a renewal takes anything along, and nothing before it takes place', () => {
  const nothing = { balances: [], moves: [] }
  expect(roll({ type: 'SUPERSEDE' })).toEqual(nothing)
  expect(roll({ now: RENEWED - 1 })).toEqual(nothing)
  expect(roll({ next: contract({ ...to, endingBefore: RENEWED }) })).toEqual(nothing)
})

test('balances of others, archived ones and those without a fraction stay', () => {
  const balances = [
    committed({ contractId: null }),
    committed({ contractId: 'other' }),
    committed({ archivedAt: at('2026-05-01') }),
    committed({ rolloverFraction: null }),
    committed({ rolloverFraction: '0' }),
  ]
  expect(roll({ balances })).toEqual({ balances: [], moves: [] })
})

test('the obligation of a postpaid commit moves, and is trued up by the new contract', () => {
  const item = { id: 'i', at: RENEWED, unitPrice: '1000', quantity: '1', amount: '1000' }
  const payments = {
    schedule: { creditTypeId: 'usd', items: [item] },
    isInvoiced: true,
    contractId: 'from',
  }
  const owed = committed({ type: 'POSTPAID', payments, rolloverFraction: '1' })
  const [rolled] = roll({ balances: [owed], left: { s1: '700' } }).balances
  expect(rolled?.segments).toMatchObject([{ amount: '700' }])
  expect(rolled?.payments).toMatchObject({
    schedule: { creditTypeId: 'usd', items: [{ at: at('2028-01-01'), amount: '700' }] },
    isInvoiced: true,
    contractId: 'to',
  })
})

test('what seats were granted in its course counts as granted', () => {
  const adjustments = [{ at: at('2026-03-01'), amount: '1000' }]
  const grown = committed({ segments: [yearly('1000', { adjustments })] })
  expect(roll({ balances: [grown], left: { s1: '900' } }).moves).toMatchObject([{ amount: '500' }])
})

test('each seat takes along its own part', () => {
  const seats = { ann: '100', bob: '100' }
  const adjustments = [{ at: at('2026-03-01'), amount: '80', seatId: 'cid' }]
  const individual = committed({
    segments: [yearly('200', { seats, adjustments })],
    seats: { subscriptionId: 'plan', groupKey: 'user' },
  })
  const left = { 's1/ann': '10', 's1/bob': '0', 's1/cid': '80' }
  const { balances, moves } = roll({ balances: [individual], left })
  expect(moves).toMatchObject([{ amount: '30', seats: { ann: '10', cid: '20' } }])
  expect(balances[0]?.segments).toMatchObject([{ amount: '30', seats: { ann: '10', cid: '20' } }])
})

test('what a recurring one has made rolls over for a whole period, though its contract was ended', () => {
  const ended = contractWith(
    {
      formerEnds: [{ until: at('2026-02-10'), endingBefore: null, recurringCount: 1 }],
      recurringBalances: [recurring({ rolloverFraction: '0.5' })],
    },
    { id: 'from', endingBefore: at('2026-02-15') },
  )
  const next = contract({ id: 'to', startingAt: at('2026-02-15') })
  const made = childBalances(ended, ended.terms.recurringBalances![0]!, at('2026-02-15'))
  const february = made.at(-1)!
  const remaining = new Map([
    [sourceKey({ balanceId: february.id, segmentId: february.segments[0]!.id }), '800'],
  ])
  const transition = { type: 'RENEWAL', fromContractId: 'from', toContractId: 'to' } as const
  const rolled = rollOver(
    { transition, from: ended, to: next, balances: made, remaining },
    at('2026-02-15'),
  )
  expect(rolled.balances[0]?.segments).toMatchObject([
    { amount: '500', startingAt: at('2026-02-15'), endingBefore: at('2026-03-15') },
  ])
  expect(rolled.balances[0]?.recurringId).toBeUndefined()
})

test('never more than is left, nor than the fraction of what was granted', () => {
  const amounts = fc.nat(100_000).map(String)
  const fractions = fc.nat(100).map((percent) => new Decimal(percent).div(100).toFixed())
  fc.assert(
    fc.property(amounts, amounts, fractions, (granted, left, rolloverFraction) => {
      const one = committed({ segments: [yearly(granted)], rolloverFraction })
      const { balances, moves } = roll({ balances: [one], left: { s1: left } })
      const amount = new Decimal(moves[0]?.amount ?? 0)
      expect(amount.lte(left)).toBe(true)
      expect(amount.lte(new Decimal(granted).times(rolloverFraction))).toBe(true)
      expect(balances[0]?.segments[0]?.amount ?? '0').toBe(amount.toFixed())
    }),
  )
})
