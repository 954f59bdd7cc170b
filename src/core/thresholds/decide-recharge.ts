import type { BalanceFieldFilter, PrepaidThreshold } from '../contracts/prepaid-threshold.ts'
import { Decimal } from '../decimal.ts'
import type { Balance } from '../ledger/balance.ts'
import type { BalancesReading } from '../ledger/draw.ts'
import { netBalance } from '../ledger/net-balance.ts'
import { floorTo, HOUR_MS } from '../time.ts'
import { isInForce, thresholdCommit, type ThresholdCase } from './threshold-commit.ts'

/**
 * The commit that a contract's balance makes it buy (pricing 9.2): over what is missing to the
 * amount to recharge to, once the balance has fallen to the threshold. It is open from the hour of
 * its sale on: the balance of that hour counts what it grants.
 * @param unitPrice what one unit of the threshold's amounts costs in the contract's currency
 * @returns null while there is nothing to sell
 */
export function decideRecharge(
  each: ThresholdCase,
  reading: BalancesReading,
  unitPrice: Decimal,
): Balance | null {
  const { contract, fiatCreditTypeId, now } = each
  const { prepaidThreshold: threshold } = contract.terms
  if (threshold?.isEnabled !== true || !isInForce(contract, now)) return null
  const creditTypeId = threshold.customCreditTypeId ?? fiatCreditTypeId
  const available = availableBalance({ ...each, threshold, creditTypeId }, reading)
  if (available.greaterThan(threshold.thresholdAmount)) return null
  const amount = new Decimal(threshold.rechargeToAmount).minus(available)
  return thresholdCommit(
    {
      kind: 'PREPAID',
      threshold,
      applicability: threshold.commit.applicability,
      creditTypeId,
      amount,
      startingAt: Math.max(floorTo(now, HOUR_MS), contract.startingAt),
      price: amount.times(unitPrice),
    },
    each,
  )
}

/**
 * What can be used now of the balances that a threshold looks at: those of the contract and of the
 * customer, but for seats' own ones, what is excluded, and what a postpaid commit still obliges to.
 */
export function availableBalance(
  {
    contract,
    threshold,
    creditTypeId,
    now,
  }: Pick<ThresholdCase, 'contract' | 'now'> & {
    threshold: PrepaidThreshold
    creditTypeId: string
  },
  reading: BalancesReading,
): Decimal {
  const balances = reading.balances.filter((balance) => {
    const { type, contractId, applicableContractIds, seats } = balance
    const isOfContract =
      contractId === contract.id ||
      (contractId === null && (applicableContractIds?.includes(contract.id) ?? true))
    const isCounted = type !== 'POSTPAID' && seats === undefined
    return isOfContract && isCounted && !isExcluded(balance, threshold)
  })
  const query = { creditTypeId, filters: [], includesDrafts: true }
  return netBalance({ ...reading, balances }, query, now)
}

/** Whether any exclusion fits the balance with all of its filters. */
function isExcluded(balance: Balance, { balanceSpecifiers = [] }: PrepaidThreshold): boolean {
  const exclusions = balanceSpecifiers.flatMap(({ exclude }) => exclude)
  return exclusions.some(({ fieldFilters }) =>
    fieldFilters.every((filter) => fits(balance, filter)),
  )
}

function fits({ type, customFields }: Balance, { entity, key, value }: BalanceFieldFilter) {
  if (entity === 'Commit' && type === 'CREDIT') return false
  if (entity === 'ContractCredit' && type !== 'CREDIT') return false
  return customFields[key] === value
}
