import type { Balance, Contract, Customer, RecurringCredit } from './books.ts'
import { Decimal, ZERO } from './exact.ts'
import { anchorBefore, nextAnchor, periodsOf } from './periods.ts'
import { segmentKey, type Remaining } from './statement.ts'

/** What a period has of a recurring credit: in its first period, the part of it that is covered. */
export function grantOf(contract: Contract, { amount }: RecurringCredit, startMs: number): Decimal {
  const { anchorDay } = contract
  if (startMs !== contract.startMs) return new Decimal(amount)
  const wholeMs = nextAnchor(startMs, anchorDay) - anchorBefore(startMs, anchorDay)
  const coveredMs = nextAnchor(startMs, anchorDay) - startMs
  return new Decimal(amount).times(coveredMs).div(wholeMs)
}

/** The credits that recurring ones of a contract have granted by an instant. */
export function grantedBy(contract: Contract, nowMs: number): Balance[] {
  return contract.recurringCredits.flatMap((recurring) =>
    periodsOf(contract, nowMs).map(({ startMs, endMs }) => ({
      id: `${recurring.name} of ${startMs}`,
      type: 'CREDIT' as const,
      rolledFrom: null,
      rolloverFraction: null,
      trueupMs: null,
      priority: recurring.priority,
      productIds: null,
      contractId: contract.id,
      segments: [
        { id: '', startMs, endMs, amount: grantOf(contract, recurring, startMs).toString() },
      ],
      manual: [],
    })),
  )
}

/** What a renewal takes along: of what reaches until it and may be taken. */
export function rolledBy(customer: Customer, to: Contract): Balance[] {
  const { startMs: atMs, fromContractId } = to
  return customer.balances
    .filter(({ contractId }) => contractId === fromContractId && fromContractId !== null)
    .filter(({ rolloverFraction }) => rolloverFraction !== null)
    .filter(({ segments: [only] }) => only!.startMs < atMs && only!.endMs >= atMs)
    .map((balance) => {
      const { startMs, endMs } = balance.segments[0]!
      const end = to.endMs ?? atMs + endMs - startMs
      return {
        ...balance,
        id: `rolled over from ${balance.id}`,
        contractId: to.id,
        rolledFrom: balance,
        rolloverFraction: null,
        segments: [{ id: '', startMs: atMs, endMs: end, amount: '0' }],
        manual: [],
      }
    })
}

/** Moves what renewals take along, once all that the former contract draws is drawn. */
export function rollOver({ balances }: Customer, contractId: string, remaining: Remaining): void {
  for (const balance of balances) {
    const { rolledFrom } = balance
    if (rolledFrom === null || balance.contractId !== contractId) continue
    const [source, rolled] = [rolledFrom.segments[0]!, balance.segments[0]!]
    const sourceKey = segmentKey(rolledFrom.id, source.id)
    const most = new Decimal(source.amount).times(rolledFrom.rolloverFraction!)
    const amount = Decimal.max(Decimal.min(remaining.get(sourceKey)!, most), ZERO)
    remaining.set(sourceKey, remaining.get(sourceKey)!.minus(amount))
    const key = segmentKey(balance.id, rolled.id)
    // It has less by what was drawn on it.
    remaining.set(key, remaining.get(key)!.minus(rolled.amount).plus(amount))
    rolled.amount = amount.toString()
  }
}
