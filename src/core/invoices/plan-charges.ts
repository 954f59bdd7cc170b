import { billingPeriods } from '../contracts/billing-period.ts'
import type { Contract } from '../contracts/contract.ts'
import { isCut } from '../contracts/cut-charges.ts'
import { payingContractId } from '../contracts/paying-contract.ts'
import { planSubscriptionCharges } from '../contracts/plan-subscription-charges.ts'
import type { CustomerTerms } from '../contracts/terms.ts'
import { settingsOf } from '../environment.ts'
import type { Balance } from '../ledger/balance.ts'
import { childPayments } from '../ledger/child-balances.ts'
import type { Period } from '../time.ts'
import { issuedAt } from './due-invoice.ts'
import type { FixedCharge } from './fixed-charge.ts'
import type { InvoicedTest } from './open-statement.ts'

/**
 * What a contract is charged whatever is used: all that its schedules name, and what recurs up to
 * an instant. None of it once it is archived.
 */
export function planCharges(
  terms: CustomerTerms,
  contract: Contract,
  until: number,
): FixedCharge[] {
  if (contract.archivedAt !== null) return []
  const payable = terms.balances.filter(
    ({ payments, archivedAt }) => archivedAt === null && payments?.isInvoiced === true,
  )
  const prepaid = payable.filter(({ type }) => type === 'PREPAID')
  const agreed = [
    ...scheduledCharges(contract),
    ...professionalServices(contract),
    ...prepaid.flatMap((balance) => paymentsOf(balance, contract, terms.contracts)),
  ].filter((charge) => !isCut(contract.terms, charge))
  const { subscriptions = [], recurringBalances = [] } = contract.terms
  const known = new Set(agreed.map(({ id }) => id))
  const settled = settledPeriods(terms.balances, known)
  const recurring = [
    ...subscriptions.flatMap((each) => planSubscriptionCharges(each, contract, until)),
    // The payments of those that there are by now are known from the balances.
    ...recurringBalances.flatMap((each) =>
      childPayments(contract, each, until, settled.get(each.id)),
    ),
  ]
  const trueups = payable
    .filter(({ type, payments }) => type === 'POSTPAID' && payments?.contractId === contract.id)
    .flatMap((balance) => trueupsOf(terms, balance, contract))
  return [...agreed, ...recurring, ...trueups]
}

/**
 * By the ids of recurring commits, the starts of the periods for whose commits it is known what is
 * paid. One that was edited says so itself, be it nothing any more.
 */
function settledPeriods(
  balances: readonly Balance[],
  known: ReadonlySet<string>,
): Map<string, Set<number>> {
  const settled = new Map<string, Set<number>>()
  for (const { recurringId, lastEditId, payments, createdAt } of balances) {
    const items = payments?.schedule.items ?? []
    if (recurringId === undefined) continue
    if (lastEditId === undefined && !items.some(({ id }) => known.has(id))) continue
    const starts = settled.get(recurringId)
    if (starts === undefined) settled.set(recurringId, new Set([createdAt]))
    else starts.add(createdAt)
  }
  return settled
}

/** Where what is due at the end of a usage invoice goes (pricing 7). */
function placementOf({ terms }: Contract): FixedCharge['placement'] {
  return terms.scheduledChargesOnUsageInvoices === 'ALL' ? 'ENDING_USAGE' : 'SCHEDULED'
}

function scheduledCharges(contract: Contract): FixedCharge[] {
  const { scheduledCharges: charges = [], discounts = [] } = contract.terms
  const placement = placementOf(contract)
  const kinds = [
    { kind: 'scheduled_charge' as const, terms: charges },
    { kind: 'discount' as const, terms: discounts },
  ]
  return kinds.flatMap(({ kind, terms }) =>
    terms
      .filter(({ archivedAt }) => archivedAt === undefined)
      .flatMap((term) =>
        term.schedule.items.map((item) => ({
          id: item.id,
          contractId: contract.id,
          at: item.at,
          placement,
          item: { kind, term, item },
        })),
      ),
  )
}

/** What was asked for together has an invoice of its own. */
function professionalServices(contract: Contract): FixedCharge[] {
  const { professionalServices: services = [], professionalServiceCharges = [] } = contract.terms
  return professionalServiceCharges.flatMap((charge) => {
    const term = services.find(({ id }) => id === charge.professionalServiceId)
    if (term === undefined) return []
    return [
      {
        id: charge.id,
        contractId: contract.id,
        at: charge.at,
        placement: 'SCHEDULED',
        group: charge.invoiceGroupId,
        item: { kind: 'professional_service', term, charge },
      },
    ]
  })
}

/** What a threshold sells, or waits at a gate, is paid for alone and at once (pricing 6.7, 9). */
function paymentsOf(
  balance: Balance,
  contract: Contract,
  contracts: readonly Contract[],
): FixedCharge[] {
  const isAlone = (balance.threshold ?? balance.paymentGate) !== undefined
  const own = (balance.payments?.schedule.items ?? []).filter(
    (item) => payingContractId(balance, item, contracts) === contract.id,
  )
  return own.map((item) => ({
    id: item.id,
    contractId: contract.id,
    at: item.at,
    placement: isAlone ? 'SCHEDULED' : placementOf(contract),
    ...(isAlone && { group: balance.id }),
    item: { kind: 'commit_payment', balance, item },
  }))
}

/**
 * The true-up of a postpaid commit: on its date, but after the last usage invoice that may draw on
 * the commit (invoices 1.4), on an invoice of its own.
 */
function trueupsOf(terms: CustomerTerms, balance: Balance, contract: Contract): FixedCharge[] {
  if (balance.trueupDisabledAt !== undefined || isTrueupRemoved(contract, balance)) return []
  const { graceMs } = settingsOf(terms.environment)
  const scope = trueupScope(terms, balance)
  const ends = scope.map(({ period }) => issuedAt(period, graceMs) + 1)
  return (balance.payments?.schedule.items ?? []).map((item) => ({
    id: item.id,
    contractId: contract.id,
    at: Math.max(item.at, ...ends),
    placement: 'SCHEDULED',
    group: balance.id,
    item: { kind: 'trueup', balance, item },
  }))
}

/** Whether a contract that took over had the true-ups of the former one's commits removed. */
function isTrueupRemoved(contract: Contract, { contractId }: Balance): boolean {
  const { transitions = [] } = contract.terms
  return transitions.some(
    ({ fromContractId, trueup }) =>
      fromContractId === contractId && contractId === contract.id && trueup === 'REMOVE',
  )
}

/** The statement periods whose usage may draw on a postpaid commit. */
export function trueupScope(
  { contracts }: Pick<CustomerTerms, 'contracts'>,
  { contractId, applicableContractIds, segments }: Balance,
): { contract: Contract; period: Period }[] {
  const isInScope = ({ id, archivedAt }: Contract) =>
    archivedAt === null &&
    (contractId === null ? (applicableContractIds?.includes(id) ?? true) : id === contractId)
  return contracts.filter(isInScope).flatMap((contract) =>
    segments.flatMap(({ startingAt, endingBefore }) =>
      [...billingPeriods(contract, { startMs: startingAt, endMs: endingBefore })].map((period) => ({
        contract,
        period,
      })),
    ),
  )
}

/**
 * What a true-up among some charges waits for: a statement period without an invoice whose usage
 * may draw on its commit (invoices 1.4). Null for nothing.
 */
export function openUsage(
  terms: Pick<CustomerTerms, 'contracts'>,
  charges: readonly FixedCharge[],
  isInvoiced: InvoicedTest,
): { balance: Balance; contract: Contract; period: Period } | null {
  for (const { item } of charges) {
    if (item.kind !== 'trueup') continue
    const { balance } = item
    const open = trueupScope(terms, balance).find(
      ({ contract, period }) => !isInvoiced(contract, period),
    )
    if (open !== undefined) return { balance, ...open }
  }
  return null
}
