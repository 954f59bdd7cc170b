import { type Decimal, ZERO } from '../decimal.ts'
import type { Balance, BalanceType } from './balance.ts'
import { balanceNow } from './balance-now.ts'
import type { BalancesReading } from './draw.ts'
import { movementsOf } from './movements.ts'

/** Which balances count: those that meet all of what is given. */
export interface BalanceFilter {
  balanceTypes?: readonly BalanceType[]
  ids?: readonly string[]
  /** All of them, with these values. */
  customFields?: Readonly<Record<string, string>>
}

export interface NetBalanceQuery {
  creditTypeId: string
  /** Any of them; all balances if there is none. */
  filters: readonly BalanceFilter[]
  /** Whether what drafts draw is gone already. */
  includesDrafts: boolean
}

/** What can be used at an instant of all balances of a credit type together (pricing 17). */
export function netBalance(
  { balances, facts, reserved }: BalancesReading,
  { creditTypeId, filters, includesDrafts }: NetBalanceQuery,
  now: number,
): Decimal {
  const counted = balances.filter(
    (balance) =>
      balance.creditTypeId === creditTypeId &&
      (filters.length === 0 || filters.some((filter) => meets(balance, filter))),
  )
  const movements = movementsOf(counted, { facts, reserved: includesDrafts ? reserved : [] })
  let total = ZERO
  for (const balance of counted) {
    total = total.plus(balanceNow(balance, movements.get(balance.id) ?? [], now))
  }
  return total
}

function meets(balance: Balance, { balanceTypes, ids, customFields = {} }: BalanceFilter): boolean {
  return (
    (balanceTypes === undefined || balanceTypes.includes(balance.type)) &&
    (ids === undefined || ids.includes(balance.id)) &&
    Object.entries(customFields).every(([key, value]) => balance.customFields[key] === value)
  )
}
