import type { Contract } from '../contracts/contract.ts'
import type { CustomerTerms } from '../contracts/terms.ts'
import type { Balance } from '../ledger/balance.ts'
import type { Period } from '../time.ts'
import type { FixedCharge } from './fixed-charge.ts'
import type { InvoiceSummary } from './invoice.ts'
import { trueupScope } from './plan-charges.ts'

/**
 * A statement period whose usage may draw on the commit of a true-up among some charges, and whose
 * usage invoices are all void: by now, the true-up would charge what they are to charge again. One
 * that a historical invoice has taken the place of is not among them. Null where there is none.
 */
export function voidedUsage(
  terms: Pick<CustomerTerms, 'contracts'>,
  charges: readonly FixedCharge[],
  invoices: readonly InvoiceSummary[],
): { balance: Balance; contract: Contract; period: Period } | null {
  const usage = invoices.filter(({ type }) => type === 'USAGE')
  const final = usage.filter(({ status }) => status === 'FINALIZED')
  const statuses = Map.groupBy(usage, ({ contractId, startingAt }) => `${contractId}/${startingAt}`)
  const isVoid = ({ contract, period }: { contract: Contract; period: Period }) => {
    const own = statuses.get(`${contract.id}/${period.startMs}`) ?? []
    if (own.length === 0 || own.some(({ status }) => status !== 'VOID')) return false
    return !final.some(
      ({ contractId, startingAt, endingBefore }) =>
        contractId === contract.id &&
        startingAt! <= period.startMs &&
        period.endMs <= (endingBefore ?? -Infinity),
    )
  }
  for (const { item } of charges) {
    if (item.kind !== 'trueup') continue
    const { balance } = item
    const found = trueupScope(terms, balance).find(isVoid)
    if (found !== undefined) return { balance, ...found }
  }
  return null
}
