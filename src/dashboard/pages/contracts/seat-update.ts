import { decimalText } from '../../format/decimal-text.ts'
import type { ChangeLine } from './diff-term.ts'
import type { Subscription } from './term-text.ts'

/** A change of seats that is being put together. */
export interface SeatDraft {
  added: string[]
  removed: string[]
  /** How many seats without an id are added, or with a minus taken away; may be empty. */
  unassigned: string
  day: string
}

/** A part of the schedule of a subscription's seats, as the API lists them. */
export interface SeatSpan {
  starting_at: string
  ending_before: string | null
  total_quantity: number
  assigned_seat_ids: string[]
}

/** Who has the seats at one time. */
export interface SeatsHeld {
  /** Each with the instant since which it has been held without a break. */
  seats: { id: string; since: string }[]
  unassigned: number
  total: number
}

const WHOLE = /^-?\d+$/

/** The verb that changes seats from an instant on. */
export function seatUpdates(draft: SeatDraft, startingAt: string): Record<string, unknown> {
  const { added, removed, unassigned } = draft
  const at = { starting_at: startingAt }
  const count = WHOLE.test(unassigned) ? Number(unassigned) : unassigned
  const isLess = typeof count === 'number' && count < 0
  const change = isLess ? 'remove_unassigned_seats' : 'add_unassigned_seats'
  return {
    ...(added.length > 0 && { add_seat_ids: [{ seat_ids: added, ...at }] }),
    ...(removed.length > 0 && { remove_seat_ids: [{ seat_ids: removed, ...at }] }),
    ...(count !== '' &&
      count !== 0 && { [change]: [{ quantity: isLess ? -count : count, ...at }] }),
  }
}

/** What a change of seats does, in words. */
export function describeSeats(
  { added, removed, unassigned }: SeatDraft,
  from: string,
  now: SeatsHeld | undefined,
): ChangeLine[] {
  const before = now?.unassigned ?? 0
  // Whoever gets a seat has one of those without an id first.
  const given = Math.min(before, added.length)
  const left = before - given + (WHOLE.test(unassigned) ? Number(unassigned) : 0)
  return [
    ...added.map((id) => line(id, `Seat of ${id}`, 'None', `Held from ${from}`)),
    ...removed.map((id) => line(id, `Seat of ${id}`, 'Held', `Gone from ${from}`)),
    ...(left === before
      ? []
      : [line('unassigned', 'Seats without an id', String(before), `${left} from ${from}`)]),
  ]
}

function line(key: string, label: string, before: string, after: string): ChangeLine {
  return { key: `${key} ${after}`, label, before, after }
}

/** Who has the seats at an instant, by the schedule, oldest first. */
export function seatsAt(spans: readonly SeatSpan[], at: string): SeatsHeld | undefined {
  const now = Date.parse(at)
  const index = spans.findLastIndex((span) => Date.parse(span.starting_at) <= now)
  const span = spans[index]
  if (span === undefined) return undefined
  const total = Number(decimalText(span.total_quantity))
  const seats = span.assigned_seat_ids.map((id) => ({ id, since: sinceOf(id, spans, index) }))
  return { seats, total, unassigned: total - seats.length }
}

function sinceOf(id: string, spans: readonly SeatSpan[], index: number): string {
  let since = spans[index]?.starting_at ?? ''
  for (let i = index; i >= 0; i -= 1) {
    const span = spans[i]
    if (span?.assigned_seat_ids.includes(id) !== true) break
    since = span.starting_at
  }
  return since
}

/** How many there are at an instant, as far as the contract says: now or later. */
export function quantityAt({ quantity_schedule: spans }: Subscription, at: string): string {
  const time = Date.parse(at)
  const span = spans.findLast(({ starting_at }) => Date.parse(starting_at) <= time) ?? spans[0]
  return span === undefined ? '0' : decimalText(span.quantity)
}
