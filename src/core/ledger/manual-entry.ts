import { Decimal, sum } from '../decimal.ts'
import { ok, refuse, type Result } from '../result.ts'
import type { AccessSegment, Balance } from './balance.ts'
import type { ManualEntry } from './draw.ts'

export interface ManualEntryInput {
  id: string
  balanceId: string
  segmentId: string
  /** The contract that the balance is of; undefined for those of the customer. */
  contractId?: string
  /** Decimal text; negative takes away. */
  amount: string
  reason: string
  /** The start of the segment if undefined. */
  at?: number
  /** Parts of the amount, by seats. */
  seats?: Record<string, string>
}

/**
 * Decides on an entry that an operator makes (pricing 17).
 * @param balances the customer's, derived ones among them
 */
export function createManualEntry(
  input: ManualEntryInput,
  balances: readonly Balance[],
  now: number,
): Result<ManualEntry> {
  const { contractId, ...entry } = input
  const balance = balances.find(({ id }) => id === input.balanceId)
  if (balance === undefined || (contractId !== undefined && balance.contractId !== contractId)) {
    const holder = contractId === undefined ? 'the customer' : `contract ${contractId}`
    return refuse('not_found', `id: ${holder} has no commit or credit ${input.balanceId}`)
  }
  if (contractId === undefined && balance.contractId !== null) {
    const expected = `expected ${balance.contractId}, which the commit or credit belongs to`
    return refuse('invalid', `contract_id: ${expected}`)
  }
  if (balance.archivedAt !== null) return refuse('invalid', 'id: the commit or credit is archived')
  const segment = balance.segments.find(({ id }) => id === input.segmentId)
  if (segment === undefined) {
    const segmentId = `segment ${input.segmentId}`
    return refuse('not_found', `segment_id: the commit or credit has no ${segmentId}`)
  }
  if (new Decimal(input.amount).isZero()) {
    return refuse('invalid', 'amount: expected a number that is not 0')
  }
  const refusal = refuseSeats(input, segment)
  if (refusal !== null) return refuse('invalid', `per_group_amounts: ${refusal}`)
  return ok({ ...entry, at: input.at ?? segment.startingAt, createdAt: now })
}

function refuseSeats({ seats, amount }: ManualEntryInput, segment: AccessSegment): string | null {
  if (segment.seats === undefined) {
    return seats === undefined ? null : 'expected only for segments whose seats have parts'
  }
  if (seats === undefined) return 'expected, since the seats of the segment have parts of their own'
  const added = (segment.adjustments ?? []).map(({ seatId }) => seatId)
  const known = new Set([...Object.keys(segment.seats), ...added])
  const stranger = Object.keys(seats).find((seatId) => !known.has(seatId))
  if (stranger !== undefined) return `the segment has no part of seat ${stranger}`
  const total = sum(Object.values(seats).map((part) => new Decimal(part)))
  return total.eq(amount) ? null : `expected parts that come to the amount, ${amount}`
}
