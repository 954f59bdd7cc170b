import type { Contract } from '../contracts/contract.ts'
import type { CustomerTerms } from '../contracts/terms.ts'
import type { Period } from '../time.ts'
import type { FixedCharge } from './fixed-charge.ts'
import type { InvoiceSummary } from './invoice.ts'
import { trueupScope } from './plan-charges.ts'

/**
 * A statement period whose usage may draw on the commit of a true-up among some charges, and whose
 * usage invoices are all void: by now, the true-up would charge what they are to charge again.
 * Null where there is none.
 */
export function voidedUsage(
  terms: Pick<CustomerTerms, 'contracts'>,
  charges: readonly FixedCharge[],
  invoices: readonly InvoiceSummary[],
): { contract: Contract; period: Period } | null {
  const statuses = Map.groupBy(
    invoices.filter(({ type }) => type === 'USAGE'),
    ({ contractId, startingAt }) => `${contractId}/${startingAt}`,
  )
  const isVoid = ({ contract, period }: { contract: Contract; period: Period }) => {
    const own = statuses.get(`${contract.id}/${period.startMs}`) ?? []
    return own.length > 0 && own.every(({ status }) => status === 'VOID')
  }
  for (const { item } of charges) {
    const found = item.kind === 'trueup' && trueupScope(terms, item.balance).find(isVoid)
    if (found) return found
  }
  return null
}
