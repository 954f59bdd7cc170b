import { expect, test } from 'vitest'
import {
  describeSeats,
  seatsAt,
  seatUpdates,
  type SeatSpan,
} from '../../../src/dashboard/pages/contracts/seat-update.ts'

const span = (day: string, total: number, ids: string[]): SeatSpan => ({
  starting_at: `2026-${day}T00:00:00.000Z`,
  ending_before: null,
  total_quantity: total,
  assigned_seat_ids: ids,
})
const SPANS = [
  span('01-01', 3, ['ann', 'bob']),
  span('02-01', 3, ['ann']),
  span('03-01', 4, ['ann', 'bob']),
  span('09-01', 1, ['ann']),
]

test('a seat is held since it was given last, without a break', () => {
  expect(seatsAt(SPANS, '2026-05-01T00:00:00.000Z')).toEqual({
    seats: [
      { id: 'ann', since: '2026-01-01T00:00:00.000Z' },
      { id: 'bob', since: '2026-03-01T00:00:00.000Z' },
    ],
    unassigned: 2,
    total: 4,
  })
  expect(seatsAt(SPANS, '2025-05-01T00:00:00.000Z')).toBeUndefined()
})

test('seats are given, taken away and counted from one instant on', () => {
  const draft = { added: ['carl'], removed: ['bob'], unassigned: '-1', day: '' }
  const at = { starting_at: '2026-06-01T00:00:00.000Z' }
  expect(seatUpdates(draft, at.starting_at)).toEqual({
    add_seat_ids: [{ seat_ids: ['carl'], ...at }],
    remove_seat_ids: [{ seat_ids: ['bob'], ...at }],
    remove_unassigned_seats: [{ quantity: 1, ...at }],
  })
  expect(seatUpdates({ ...draft, added: [], removed: [], unassigned: '' }, '')).toEqual({})
})

test('who is given a seat takes one without an id', () => {
  const draft = { added: ['carl'], removed: [], unassigned: '', day: '' }
  const held = seatsAt(SPANS, '2026-05-01T00:00:00.000Z')
  expect(
    describeSeats(draft, '1 Jun', held).map(({ label, after }) => `${label}: ${after}`),
  ).toEqual(['Seat of carl: Held from 1 Jun', 'Seats without an id: 1 from 1 Jun'])
})
