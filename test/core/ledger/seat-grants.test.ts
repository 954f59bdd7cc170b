import { expect, test } from 'vitest'
import { Decimal, toText } from '../../../src/core/decimal.ts'
import {
  grantEachSeat,
  poolSeats,
  seatCountAt,
  type SeatTerms,
} from '../../../src/core/ledger/seat-grants.ts'
import { quantity, subscription } from '../../support/recurring.ts'
import { at, period } from '../../support/terms.ts'

const january = period('2026-01-01', '2026-02-01')

const terms: SeatTerms = {
  unitPrice: new Decimal(31),
  covered: january,
  whole: january,
  share: (amount) => amount,
  isIncreaseProrated: true,
}

test('the quantity is that of the last change, and nothing outside of the subscription', () => {
  const seats = subscription(
    [quantity('2026-01-01', 2), quantity('2026-01-05', 7), quantity('2026-01-05', 4)],
    { endingBefore: at('2026-01-20') },
  )
  const counts = ['2025-12-31', '2026-01-04', '2026-01-05', '2026-01-19', '2026-01-20'].map((day) =>
    toText(seatCountAt(seats, at(day))),
  )
  expect(counts).toEqual(['0', '2', '4', '4', '0'])
})

test('each increase brings what is left of the period, and a decrease takes nothing', () => {
  const seats = subscription([
    quantity('2026-01-01', 10),
    quantity('2026-01-11', 8),
    quantity('2026-01-22', 10),
  ])
  expect(poolSeats(seats, terms, at('2026-02-01'))).toEqual({
    amount: '310',
    adjustments: [{ at: at('2026-01-22'), amount: '20' }],
  })
})

test('a subscription that starts in the period brings its seats then', () => {
  const seats = subscription([quantity('2026-01-31', 3)], { startingAt: at('2026-01-31') })
  expect(poolSeats(seats, terms, at('2026-02-01'))).toEqual({
    amount: '0',
    adjustments: [{ at: at('2026-01-31'), amount: '3' }],
  })
})

test('what seats that are added bring is rounded as agreed on', () => {
  const rounding = { method: 'FLOOR', decimalPlaces: -1 } as const
  const seats = subscription([quantity('2026-01-01', 0), quantity('2026-01-22', 2)])
  expect(poolSeats(seats, { ...terms, rounding }, at('2026-02-01')).adjustments).toEqual([
    { at: at('2026-01-22'), amount: '20' },
  ])
  const few = subscription([quantity('2026-01-01', 0), quantity('2026-01-29', 5)])
  expect(poolSeats(few, { ...terms, rounding }, at('2026-02-01')).adjustments).toEqual([
    { at: at('2026-01-29'), amount: '10' },
  ])
})

test('a seat gets its part when it is assigned, once in a period', () => {
  const seats = subscription([
    quantity('2026-01-01', 3, ['ann', 'bob']),
    quantity('2026-01-11', 3, ['bob']),
    quantity('2026-01-22', 3, ['bob', 'cid', 'ann']),
  ])
  expect(grantEachSeat(seats, terms, at('2026-02-01'))).toEqual({
    amount: '62',
    seats: { ann: '31', bob: '31' },
    adjustments: [{ at: at('2026-01-22'), amount: '10', seatId: 'cid' }],
  })
})

test('changes that are still to come bring nothing yet', () => {
  const seats = subscription([
    quantity('2026-01-01', 1, ['ann']),
    quantity('2026-01-22', 2, ['ann', 'bob']),
  ])
  expect(grantEachSeat(seats, terms, at('2026-01-22') - 1)).toEqual({
    amount: '31',
    seats: { ann: '31' },
  })
  expect(grantEachSeat(seats, terms, at('2026-01-22')).adjustments).toHaveLength(1)
})

test('a thousand seats have parts, the first ones that were assigned', () => {
  const ids = Array.from({ length: 1_002 }, (_, i) => `seat-${i}`)
  const granted = grantEachSeat(subscription([quantity('2026-01-01', 1_002, ids)]), terms, Infinity)
  expect(granted.amount).toBe('31000')
  expect(Object.keys(granted.seats ?? {})).toEqual(ids.slice(0, 1_000))
})
