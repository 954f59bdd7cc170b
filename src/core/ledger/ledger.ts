import { sum, toText, ZERO } from '../decimal.ts'
import type { AccessSegment, Balance, BalanceType } from './balance.ts'
import { MOVEMENT_KINDS, type Movement } from './movements.ts'

/** An entry of a balance's ledger; the amount is a signed decimal text. */
export interface LedgerEntry {
  type: string
  at: number
  amount: string
  segmentId: string
  invoiceId?: string
  /** Whose invoice it is. */
  contractId?: string
  /** Of rollovers: who goes on with it. */
  newContractId?: string
  /** Of manual entries. */
  reason?: string
}

const PREFIXES = {
  PREPAID: 'PREPAID_COMMIT',
  POSTPAID: 'POSTPAID_COMMIT',
  CREDIT: 'CREDIT',
} as const satisfies Record<BalanceType, string>

const SUFFIXES = {
  START: 'SEGMENT_START',
  SEATS: 'SEAT_BASED_ADJUSTMENT',
  MANUAL: 'MANUAL',
  DEDUCTION: 'AUTOMATED_INVOICE_DEDUCTION',
  CREDITED: 'CREDITED',
  CANCELED: 'CANCELED',
  TRUEUP: 'TRUEUP',
  ROLLOVER: 'ROLLOVER',
  EXPIRATION: 'EXPIRATION',
} as const satisfies Record<Movement['kind'], string>

/** The API has no word for returns to postpaid commits: there, a deduction is taken back. */
const POSTPAID_SUFFIXES: Record<Movement['kind'], string> = {
  ...SUFFIXES,
  START: 'INITIAL_BALANCE',
  CREDITED: SUFFIXES.DEDUCTION,
}

/**
 * The ledger of a balance at an instant, in the order of time (pricing 16). What is still to come
 * of segments that have begun is in it, such as what drafts draw at their end, so that it sums up
 * to the balance of that instant; segments that begin later are not. Null of archived balances.
 * @param movements the balance's
 */
export function ledgerOf(
  balance: Balance,
  movements: readonly Movement[],
  now: number,
): LedgerEntry[] | null {
  if (balance.archivedAt !== null) return null
  const bySegment = Map.groupBy(movements, ({ segmentId }) => segmentId)
  return balance.segments
    .filter(({ startingAt }) => startingAt <= now)
    .flatMap((segment) => {
      const own = bySegment.get(segment.id) ?? []
      return [...own, ...expirations(balance, segment, own, now)]
    })
    .toSorted(byTime)
    .map((movement) => toEntry(balance.type, movement))
}

/** The ledger of one seat, as if what concerns it were all that happened. */
export function ledgerOfSeat(
  balance: Balance,
  seatId: string,
  movements: readonly Movement[],
  now: number,
): LedgerEntry[] | null {
  const own = movements.flatMap((movement) => {
    const amount = movement.seats.get(seatId)
    return amount === undefined ? [] : { ...movement, amount }
  })
  return ledgerOf(balance, own, now)
}

/**
 * At its end a segment loses what is left, and later at once what is given back to it. All that is
 * dated later for another reason counts at the end: the end may have been moved.
 */
function expirations(
  balance: Balance,
  { id: segmentId, endingBefore }: AccessSegment,
  movements: readonly Movement[],
  now: number,
): Movement[] {
  const from = expiresAt(balance, endingBefore)
  if (from === null || from > now) return []
  const isLate = ({ kind, at }: Movement) => kind === 'CREDITED' && at > from
  const inTime = movements.filter((movement) => !isLate(movement))
  const late = movements.filter(isLate)
  let left = sum(inTime.map(({ amount }) => amount))
  const expired: Movement[] = []
  const expire = (at: number) => {
    if (left.gt(0)) {
      expired.push({ kind: 'EXPIRATION', segmentId, amount: left.neg(), at, seats: new Map() })
      left = ZERO
    }
  }
  expire(from)
  for (const { amount, at } of late.toSorted(byTime)) {
    left = left.plus(amount)
    expire(at)
  }
  return expired
}

/** What is left of postpaid commits is charged instead, unless that was waived. */
function expiresAt({ type, trueupDisabledAt }: Balance, endingBefore: number): number | null {
  if (type !== 'POSTPAID') return endingBefore
  return trueupDisabledAt === undefined ? null : Math.max(endingBefore, trueupDisabledAt)
}

function byTime(a: Movement, b: Movement): number {
  return a.at - b.at || MOVEMENT_KINDS.indexOf(a.kind) - MOVEMENT_KINDS.indexOf(b.kind)
}

function toEntry(type: BalanceType, movement: Movement): LedgerEntry {
  const { kind, at, amount, segmentId, invoiceId, contractId, toContractId, reason } = movement
  const suffix = (type === 'POSTPAID' ? POSTPAID_SUFFIXES : SUFFIXES)[kind]
  return {
    type: `${PREFIXES[type]}_${suffix}`,
    at,
    amount: toText(amount),
    segmentId,
    ...(invoiceId !== undefined && { invoiceId }),
    ...(contractId !== undefined && { contractId }),
    ...(toContractId !== undefined && { newContractId: toContractId }),
    ...(reason !== undefined && { reason }),
  }
}
