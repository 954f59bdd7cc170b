import type { Customer } from '../model/books.ts'
import { grantedBy, rolledBy } from '../model/derived-balances.ts'
import { Decimal } from '../model/exact.ts'
import { periodsOf } from '../model/periods.ts'
import { count, type Simulation } from '../simulation.ts'
import { readBalances, type FoundBalance } from './contracts.ts'

/** A part of an amount has 34 digits. */
const TOLERANCE = new Decimal('1e-25')

/**
 * Adds the balances that follow from terms: what recurring credits have granted by now, and what
 * renewals took along, under the ids that they were given.
 */
export async function findDerived(simulation: Simulation, customer: Customer): Promise<void> {
  const now = simulation.world.scheduler.nowMs
  const derived = customer.contracts.flatMap((contract) => [
    ...grantedBy(contract, now),
    ...(contract.startMs <= now ? rolledBy(customer, contract) : []),
  ])
  const isKnown = (each: (typeof derived)[number]) =>
    customer.balances.some(
      ({ priority, contractId, segments: [own] }) =>
        priority === each.priority &&
        contractId === each.contractId &&
        own!.startMs === each.segments[0]!.startMs,
    )
  endWithPeriods(customer, now)
  const fresh = derived.filter((each) => !isKnown(each))
  const unnamed = customer.balances.filter(({ segments: [own] }) => own!.id === '')
  if (fresh.length + unnamed.length === 0) return
  const found = await readBalances(simulation, customer)
  for (const balance of [...fresh, ...unnamed]) {
    const match = found.find((each) => isSame(each, balance))
    if (match !== undefined) {
      const [item] = match.access_schedule.schedule_items
      balance.id = match.id
      const [own] = balance.segments
      own!.id = item!.id
      const isRounded = new Decimal(item!.amount).minus(own!.amount).abs().lt(TOLERANCE)
      if (balance.rolledFrom === null && !isRounded) {
        throw new Error(`a recurring credit granted ${item!.amount}, not ${own!.amount}`)
      }
      if (balance.rolledFrom === null) own!.amount = item!.amount
    } else if (balance.rolledFrom === null) {
      throw new Error(`a recurring credit has granted nothing: ${JSON.stringify(balance)}`)
    }
    if (unnamed.includes(balance)) continue
    customer.balances.push(balance)
    count(simulation, balance.rolledFrom === null ? 'recurring credits' : 'rollovers')
  }
}

function isSame(found: FoundBalance, balance: Customer['balances'][number]): boolean {
  const { rolled_over_from: from, access_schedule: access } = found
  if (balance.rolledFrom !== null) {
    return (from?.commit_id ?? from?.credit_id) === balance.rolledFrom.id
  }
  const startMs = Date.parse(access.schedule_items[0]!.starting_at)
  const name = balance.id.split(' of ')[0]
  return found.name === name && startMs === balance.segments[0]!.startMs
}

/** A contract that ends ends what its recurring credits have granted. */
function endWithPeriods({ contracts, balances }: Customer, now: number): void {
  for (const contract of contracts) {
    for (const { priority } of contract.recurringCredits) {
      for (const { startMs, endMs } of periodsOf(contract, now)) {
        const own = balances.find(
          (each) => each.priority === priority && each.segments[0]!.startMs === startMs,
        )
        if (own !== undefined) own.segments[0]!.endMs = endMs
      }
    }
  }
}
