import {
  editSchedule,
  type InvoicedItems,
  type ScheduleUpdate,
} from '../contracts/edit-schedule.ts'
import { findFiatCreditType, USD } from '../currency.ts'
import { ok, refuse, type Result } from '../result.ts'
import type {
  Applicability,
  Balance,
  BalancePayments,
  BalanceRateType,
  BalanceSpecifier,
} from './balance.ts'
import {
  checkApplicability,
  checkBalance,
  checkContract,
  checkProduct,
  type BalanceSurroundings,
} from './check-balance.ts'
import type { ChildAccess } from './child-access.ts'
import { PRIORITY_DEFAULT, unlessEmpty } from './create-balance.ts'
import { editSegments, type SegmentsUpdate } from './edit-segments.ts'

/** What an edit changes of a commit or credit; absent members leave it as it is, null clears. */
export interface BalanceUpdate {
  id: string
  name?: string
  description?: string
  productId?: string
  priority?: string | null
  rateType?: BalanceRateType
  netsuiteSalesOrderId?: string | null
  rolloverFraction?: string | null
  childAccess?: ChildAccess
  applicableProductIds?: string[] | null
  applicableProductTags?: string[] | null
  specifiers?: BalanceSpecifier[] | null
  /** Of commits. */
  invoiceContractId?: string
  access?: SegmentsUpdate
  /** Of commits. */
  payments?: ScheduleUpdate
}

/** What final invoices have of commits and credits. */
export interface BalanceInvoices {
  /** The payments that are on invoices which are no drafts. */
  invoiced: InvoicedItems
  /** The ids of segments that finalized invoices have drawn on. */
  drawnSegmentIds: ReadonlySet<string>
}

/**
 * Decides on an edit of a commit or credit (pricing 6.8). Drafts are computed from what it is then,
 * final invoices stay as they are.
 * @param editId what the ids of added segments and payments derive from, besides the commit's
 * @param path of the update's members, such as `update_commits[0].`
 */
export function editBalance(
  balance: Balance,
  update: BalanceUpdate,
  surroundings: BalanceSurroundings & BalanceInvoices,
  editId: string,
  path: string,
): Result<Balance> {
  const { id, ...members } = update
  if (Object.values(members).every((value) => value === undefined)) {
    return refuse('invalid', `${path}name: expected at least one change`)
  }
  if (balance.archivedAt !== null) {
    return refuse('invalid', `${path}id: ${id} is archived and takes no edits`)
  }
  const named = checkUpdate(balance, update, surroundings, path)
  if (!named.ok) return named
  const segments = changeSegments(balance, update, surroundings, editId, path)
  if (!segments.ok) return segments
  const payments = changePayments(balance, update, surroundings, editId, path)
  if (!payments.ok) return payments
  const { priority, netsuiteSalesOrderId, rolloverFraction } = update
  const edited: Balance = {
    ...balance,
    name: update.name ?? balance.name,
    description: update.description ?? balance.description,
    productId: update.productId ?? balance.productId,
    priority: priority === undefined ? balance.priority : (priority ?? PRIORITY_DEFAULT),
    rateType: update.rateType ?? balance.rateType,
    netsuiteSalesOrderId:
      netsuiteSalesOrderId === undefined
        ? balance.netsuiteSalesOrderId
        : (netsuiteSalesOrderId ?? undefined),
    rolloverFraction: rolloverFraction === undefined ? balance.rolloverFraction : rolloverFraction,
    childAccess: update.childAccess ?? balance.childAccess,
    applicability: changeApplicability(balance.applicability, update),
    segments: segments.value,
    payments: payments.value,
  }
  const checked = checkBalance(edited, path)
  return checked.ok ? ok(edited) : checked
}

/** Checks only what the update names: what was right once may have been archived since. */
function checkUpdate(
  { applicability, contractId, rolledOverFrom }: Balance,
  update: BalanceUpdate,
  surroundings: BalanceSurroundings,
  path: string,
): Result<null> {
  if (rolledOverFrom !== undefined) {
    return refuse(
      'invalid',
      `${path}id: what was rolled over cannot be edited; ${rolledOverFrom.balanceId} is where it comes from`,
    )
  }
  const { productId, invoiceContractId } = update
  if (productId !== undefined) {
    const checked = checkProduct(productId, surroundings, path)
    if (!checked.ok) return checked
  }
  if (invoiceContractId !== undefined) {
    const field = `${path}invoice_contract_id`
    if (contractId !== null && invoiceContractId !== contractId) {
      return refuse('invalid', `${field}: a contract's commit is invoiced by that contract`)
    }
    const checked = checkContract(invoiceContractId, surroundings, field)
    if (!checked.ok) return checked
  }
  return checkApplicability(
    onlyNew(changeApplicability({}, update), applicability),
    surroundings,
    path,
  )
}

/** A product that was named before needs no second look. */
function onlyNew(updated: Applicability, former: Applicability): Applicability {
  return JSON.stringify(updated) === JSON.stringify(former) ? {} : updated
}

function changeApplicability(
  { productIds, productTags, specifiers }: Applicability,
  update: BalanceUpdate,
): Applicability {
  const { applicableProductIds, applicableProductTags, specifiers: asked } = update
  return {
    productIds: applicableProductIds === undefined ? productIds : unlessEmpty(applicableProductIds),
    productTags:
      applicableProductTags === undefined ? productTags : unlessEmpty(applicableProductTags),
    specifiers: asked === undefined ? specifiers : unlessEmpty(asked),
  }
}

function changeSegments(
  { id, segments }: Balance,
  { access }: BalanceUpdate,
  { drawnSegmentIds }: BalanceInvoices,
  editId: string,
  path: string,
) {
  if (access === undefined) return ok(segments)
  return editSegments(segments, access, drawnSegmentIds, [id, editId], `${path}access_schedule.`)
}

/** A commit that cost nothing so far begins to cost something with its first payment. */
function changePayments(
  balance: Balance,
  update: BalanceUpdate,
  { invoiced }: BalanceInvoices,
  editId: string,
  path: string,
): Result<BalancePayments | null> {
  const { id, type, payments, contractId, creditTypeId } = balance
  const { invoiceContractId } = update
  if (update.payments === undefined) {
    if (payments === null || invoiceContractId === undefined) return ok(payments)
    return ok({ ...payments, contractId: payments.isInvoiced ? invoiceContractId : null })
  }
  const field = `${path}invoice_schedule`
  if (type === 'CREDIT') return refuse('invalid', `${field}: expected only of commits`)
  const unit = findFiatCreditType(creditTypeId) ?? USD
  const { schedule, isInvoiced } = payments ?? {
    schedule: { creditTypeId: unit.id, items: [] },
    isInvoiced: true,
  }
  const edited = editSchedule(schedule, update.payments, invoiced, [id, editId], `${field}.`)
  if (!edited.ok) return edited
  if (payments === null && edited.value.items.length === 0) return ok(null)
  const payer = contractId ?? invoiceContractId ?? payments?.contractId ?? null
  return ok({ schedule: edited.value, isInvoiced, contractId: isInvoiced ? payer : null })
}
