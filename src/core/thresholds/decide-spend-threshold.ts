import { Decimal, sum } from '../decimal.ts'
import type { DrawableLine, Invoice, InvoiceLine } from '../invoices/invoice.ts'
import type { Balance } from '../ledger/balance.ts'
import { unreachable } from '../result.ts'
import { isInForce, thresholdCommit, type ThresholdCase } from './threshold-commit.ts'

/**
 * The commit that a contract's spend makes it buy (pricing 9.1): over all spend of its drafts that
 * nothing pays for, once that reaches the threshold. It is open to whatever is used from the first
 * of these drafts on, and from where their lines begin, since a subscription in arrears may begin
 * before its statement does: so it pays for that spend and nothing is outstanding.
 * @param drafts of the contract, or of all of the customer's
 * @returns null while there is nothing to sell
 */
export function decideSpendThreshold(each: ThresholdCase, drafts: Invoice[]): Balance | null {
  const { contract, fiatCreditTypeId, now } = each
  const { spendThreshold: threshold } = contract.terms
  if (threshold?.isEnabled !== true || !isInForce(contract, now)) return null
  const open = drafts
    .filter(({ contractId, status }) => contractId === contract.id && status === 'DRAFT')
    .map((draft) => ({
      draft,
      lines: uncoveredLines(draft, each),
      uncovered: uncoveredSpend(draft, each),
    }))
    .filter(({ uncovered }) => uncovered.greaterThan(0))
  const amount = sum(open.map(({ uncovered }) => uncovered))
  if (amount.isZero() || amount.lessThan(threshold.thresholdAmount)) return null
  const starts = open.flatMap(({ draft, lines }) => [
    draft.startingAt ?? draft.issuedAt,
    ...lines.map((line) => line.startingAt),
  ])
  return thresholdCommit(
    {
      kind: 'SPEND',
      threshold,
      applicability: {},
      creditTypeId: fiatCreditTypeId,
      amount,
      startingAt: Math.min(...starts),
      price: amount,
    },
    each,
  )
}

type Spending = Pick<ThresholdCase, 'fiatCreditTypeId' | 'balances'>

/** What a draft charges in a currency that a commit could pay for and none has paid. */
export function uncoveredSpend(draft: Invoice, spending: Spending): Decimal {
  return sum(uncoveredLines(draft, spending).map(({ total }) => new Decimal(total)))
}

function uncoveredLines(
  { lines }: Invoice,
  { fiatCreditTypeId, balances }: Spending,
): DrawableLine[] {
  const carried = balances.filter(({ rolledOverFrom }) => rolledOverFrom !== undefined)
  const carriedIds = new Set(carried.map(({ id }) => id))
  return lines.flatMap((line) =>
    isDrawable(line) && line.creditTypeId === fiatCreditTypeId && isUncovered(line, carriedIds)
      ? [line]
      : [],
  )
}

/** Applied lines belong to a line that is paid for; what a FIXED product costs is paid as it is. */
function isDrawable(line: InvoiceLine): line is DrawableLine {
  switch (line.type) {
    case 'usage':
    case 'subscription':
    case 'cpu_conversion':
      return true
    case 'applied_commit_or_credit':
    case 'scheduled':
    case 'commit_purchase':
      return false
    default:
      return unreachable(line)
  }
}

/**
 * What counts towards a postpaid commit is owed all the same, and what is sold pays for it first;
 * but not before what was rolled over (pricing 14.3): that sale would change nothing.
 */
function isUncovered({ paidBy }: DrawableLine, carriedIds: ReadonlySet<string>): boolean {
  if (paidBy === undefined) return true
  return paidBy.balanceType === 'POSTPAID' && !carriedIds.has(paidBy.balanceId)
}
