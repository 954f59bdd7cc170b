import { isCut } from '../contracts/cut-charges.ts'
import { payingContractId, type Payer } from '../contracts/paying-contract.ts'
import type { ScheduleItem } from '../contracts/schedule.ts'
import { sum, toText } from '../decimal.ts'
import type { Balance } from './balance.ts'
import type { Cancellation, LedgerFacts } from './draw.ts'
import { leftBySeat, movementsOf, type Movement } from './movements.ts'

/** Where a fixed charge is that is done: its invoice, and when that was voided. */
export interface ChargedOn {
  invoiceId: string
  voidedAt: number | null
}

/**
 * What is taken back of prepaid commits since their purchase was voided (pricing 18.4): all that
 * their segments have left, of each seat where seats have parts of their own. A commit counts as
 * voided when every payment of it that comes to something has been invoiced and all of these
 * invoices are void; while one of them is not, or is still to come, the commit stays as it is. A
 * payment that an early end of its contract has cut off never comes. What usage has drawn stays
 * drawn until its own invoices are voided. A payment that is invoiced anew brings the commit back,
 * since nothing of this is kept.
 * @param facts before rollovers: what is taken back does not roll over
 * @param chargedOn by the ids of charges that are done; null: there was nothing to charge
 * @param contracts those that may be charged for the commits
 */
export function cancellationsOf(
  balances: readonly Balance[],
  facts: LedgerFacts,
  chargedOn: ReadonlyMap<string, ChargedOn | null>,
  contracts: readonly Payer[],
): Cancellation[] {
  const canceled = balances.flatMap((balance) => {
    const purchase = voidPurchase(balance, chargedOn, contracts)
    return purchase === null ? [] : [{ balance, purchase }]
  })
  if (canceled.length === 0) return []
  const movements = movementsOf(
    canceled.map(({ balance }) => balance),
    { facts, reserved: [] },
  )
  return canceled.flatMap(({ balance, purchase }) =>
    takeBack(balance, movements.get(balance.id) ?? [], purchase),
  )
}

/** The last of a commit's payments to be voided; null while one of them counts. */
function voidPurchase(
  balance: Balance,
  chargedOn: ReadonlyMap<string, ChargedOn | null>,
  contracts: readonly Payer[],
): Pick<Cancellation, 'invoiceId' | 'at'> | null {
  const { type, payments } = balance
  if (type !== 'PREPAID' || payments?.isInvoiced !== true) return null
  let last: Pick<Cancellation, 'invoiceId' | 'at'> | null = null
  const neverComes = (item: ScheduleItem) => {
    const payerId = payingContractId(balance, item, contracts)
    const payer = contracts.find(({ id }) => id === payerId)
    return payer !== undefined && isCut(payer.terms, item)
  }
  for (const item of payments.schedule.items) {
    const done = chargedOn.get(item.id)
    if (done === null || (done === undefined && neverComes(item))) continue
    if (done === undefined || done.voidedAt === null) return null
    const { invoiceId, voidedAt: at } = done
    if (last === null || at > last.at) last = { invoiceId, at }
  }
  return last
}

function takeBack(
  { id: balanceId, segments }: Balance,
  movements: readonly Movement[],
  purchase: Pick<Cancellation, 'invoiceId' | 'at'>,
): Cancellation[] {
  const bySegment = Map.groupBy(movements, ({ segmentId }) => segmentId)
  return segments.flatMap((segment) => {
    const left = [...leftBySeat(segment, bySegment.get(segment.id) ?? [])].filter(([, part]) =>
      part.gt(0),
    )
    if (left.length === 0) return []
    const amount = toText(sum(left.map(([, part]) => part)))
    const seats = left.flatMap(([seatId, part]) =>
      seatId === null ? [] : [[seatId, toText(part)] as const],
    )
    return [
      {
        balanceId,
        segmentId: segment.id,
        amount,
        ...purchase,
        ...(segment.seats !== undefined && { seats: Object.fromEntries(seats) }),
      },
    ]
  })
}
