import type { PaymentGate } from '../contracts/payment-gate.ts'
import { createSchedule, type ScheduleInput } from '../contracts/create-schedule.ts'
import { USD } from '../currency.ts'
import { ok, refuse, type Refusal, type Result } from '../result.ts'
import { checkGatedCommit } from '../thresholds/check-gated-commit.ts'
import type {
  Balance,
  BalancePayments,
  BalanceRateType,
  BalanceSpecifier,
  BalanceType,
} from './balance.ts'
import {
  checkAccessUnit,
  checkApplicability,
  checkBalance,
  checkContract,
  checkProduct,
  type BalanceSurroundings,
} from './check-balance.ts'
import type { ChildAccess } from './child-access.ts'
import { createSegments, segmentsInOrder, type SegmentInput } from './create-segments.ts'

/** Of those that say none (pricing 6.1). */
export const PRIORITY_DEFAULT = '100'

/** As long as the JSON text of all that one request makes is: it is written as one statement. */
export const BALANCES_LENGTH_MAX = 300_000

/** A commit or credit as it is asked for. Instants are epoch milliseconds, numbers decimal texts. */
export interface BalanceInput {
  id: string
  /** How messages name its members, such as `commits[0].`. */
  path: string
  type: BalanceType
  productId: string
  name?: string
  description?: string
  priority?: string
  rateType?: BalanceRateType
  /** US dollars if absent. */
  accessCreditTypeId?: string
  access: SegmentInput[]
  /** Nothing is paid if absent. */
  payments?: { schedule: ScheduleInput; isInvoiced: boolean }
  /** Whose invoices have the payments of a customer's commit. */
  invoiceContractId?: string
  applicableProductIds?: string[]
  applicableProductTags?: string[]
  specifiers?: BalanceSpecifier[]
  applicableContractIds?: string[]
  rolloverFraction?: string
  /** NONE if absent. */
  childAccess?: ChildAccess
  uniquenessKey?: string
  /** Where it is paid for before it can be used; absent for no such gate. */
  paymentGate?: PaymentGate
  /** Whether spend trackers take it for a discounted purchase. */
  countsAsDiscounted?: boolean
  /** By which other terms of the same request name it. */
  temporaryId?: string
  netsuiteSalesOrderId?: string
  salesforceOpportunityId?: string
  customFields: Record<string, string>
}

/** Whose commits and credits they are. */
export interface BalanceOwner {
  customerId: string
  /** Null: the customer's. */
  contractId: string | null
  createdBy: string
}

export const BALANCE_KEY_USED: Refusal = {
  code: 'conflict',
  message: 'uniqueness_key: another commit or credit has used it already',
}

/** Decides on a new commit or credit (pricing 6.1–6.3). */
export function createBalance(
  input: BalanceInput,
  owner: BalanceOwner,
  surroundings: BalanceSurroundings,
  now: number,
): Result<Balance> {
  const { id, path, productId, accessCreditTypeId: creditTypeId = USD.id } = input
  const product = checkProduct(productId, surroundings, path)
  if (!product.ok) return product
  const unit = checkAccessUnit(creditTypeId, surroundings, path)
  if (!unit.ok) return unit
  const segments = createSegments(input.access, [id], `${path}access_schedule.schedule_items`)
  if (!segments.ok) return segments
  const payments = createPayments(input, owner)
  if (!payments.ok) return payments
  const balance: Balance = {
    id,
    ...owner,
    type: input.type,
    productId,
    name: input.name,
    description: input.description,
    priority: input.priority ?? PRIORITY_DEFAULT,
    rateType: input.rateType ?? 'LIST_RATE',
    creditTypeId,
    segments: segmentsInOrder(segments.value),
    payments: payments.value,
    applicability: {
      productIds: unlessEmpty(input.applicableProductIds),
      productTags: unlessEmpty(input.applicableProductTags),
      specifiers: unlessEmpty(input.specifiers),
    },
    applicableContractIds: unlessEmpty(input.applicableContractIds) ?? null,
    rolloverFraction: input.rolloverFraction ?? null,
    childAccess: input.childAccess,
    paymentGate: input.paymentGate,
    countsAsDiscounted: input.countsAsDiscounted,
    uniquenessKey: input.uniquenessKey ?? null,
    netsuiteSalesOrderId: input.netsuiteSalesOrderId,
    salesforceOpportunityId: input.salesforceOpportunityId,
    customFields: input.customFields,
    createdAt: now,
    archivedAt: null,
  }
  const checked = checkBalance(balance, path)
  if (!checked.ok) return checked
  const gated = checkGatedCommit(balance, now, path)
  if (!gated.ok) return gated
  const named = checkNamed(balance, input, surroundings)
  return named.ok ? ok(balance) : named
}

/** Decides on several, all or none. */
export function createBalances(
  inputs: BalanceInput[],
  owner: BalanceOwner,
  surroundings: BalanceSurroundings,
  now: number,
): Result<Balance[]> {
  const balances: Balance[] = []
  for (const input of inputs) {
    const balance = createBalance(input, owner, surroundings, now)
    if (!balance.ok) return balance
    balances.push(balance.value)
  }
  if (JSON.stringify(balances).length <= BALANCES_LENGTH_MAX) return ok(balances)
  return refuse(
    'too_large',
    `${inputs.at(-1)?.path ?? ''}access_schedule: the commits and credits of one request have at most ${BALANCES_LENGTH_MAX} characters as JSON`,
  )
}

/** A list that is empty says the same as none (pricing 6.1). */
export function unlessEmpty<T>(list: T[] | null | undefined): T[] | undefined {
  return list == null || list.length === 0 ? undefined : list
}

function createPayments(
  { id, path, payments, invoiceContractId }: BalanceInput,
  { contractId }: BalanceOwner,
): Result<BalancePayments | null> {
  if (payments === undefined) return ok(null)
  const { isInvoiced } = payments
  const schedule = createSchedule(payments.schedule, id, `${path}invoice_schedule.`)
  if (!schedule.ok) return schedule
  const payer = isInvoiced ? (contractId ?? invoiceContractId ?? null) : null
  return ok({ schedule: schedule.value, isInvoiced, contractId: payer })
}

/** Checks what is named of the customer's other terms and of the catalog. */
function checkNamed(
  { applicability }: Balance,
  { path, invoiceContractId, applicableContractIds = [] }: BalanceInput,
  surroundings: BalanceSurroundings,
): Result<null> {
  const contracts = [
    ...(invoiceContractId === undefined ? [] : [['invoice_contract_id', invoiceContractId]]),
    ...applicableContractIds.map((id, i) => [`applicable_contract_ids[${i}]`, id]),
  ] as [string, string][]
  for (const [field, contractId] of contracts) {
    const checked = checkContract(contractId, surroundings, `${path}${field}`)
    if (!checked.ok) return checked
  }
  return checkApplicability(applicability, surroundings, path)
}
