import type { Product } from '../catalog/product.ts'
import type { Contract } from '../contracts/contract.ts'
import { findFiatCreditType } from '../currency.ts'
import { Decimal } from '../decimal.ts'
import { ok, refuse, type Result } from '../result.ts'
import type { Applicability, Balance } from './balance.ts'
import { checkChildAccess } from './child-access.ts'

/** What exists, as far as a commit or credit depends on it. */
export interface BalanceSurroundings {
  /** All that are named. */
  products: Product[]
  /** The ids of custom pricing units, of all that are named. */
  customUnitIds: ReadonlySet<string>
  /** The customer's. */
  contracts: Pick<Contract, 'id' | 'archivedAt'>[]
}

/** Whether a commit or credit agrees with itself (pricing 6.1–6.3). */
export function checkBalance(balance: Balance, path: string): Result<null> {
  const { applicability, rolloverFraction, contractId } = balance
  const { productIds, productTags, specifiers } = applicability
  if (specifiers !== undefined && (productIds ?? productTags) !== undefined) {
    return refuse(
      'invalid',
      `${path}specifiers: expected only without applicable_product_ids and applicable_product_tags`,
    )
  }
  if (rolloverFraction !== null) {
    if (contractId === null) {
      return refuse('invalid', `${path}rollover_fraction: expected only for those of a contract`)
    }
    if (new Decimal(rolloverFraction).greaterThan(1)) {
      return refuse(
        'invalid',
        `${path}rollover_fraction: expected a fraction from 0 to 1, such as 0.5 for one half`,
      )
    }
  }
  const shared = checkChildAccess({ ...balance, hasSeats: balance.seats !== undefined }, path)
  if (!shared.ok) return shared
  const payer = checkPayer(balance, path)
  if (!payer.ok) return payer
  return balance.type === 'POSTPAID' ? checkPostpaid(balance, path) : ok(null)
}

/** What will be invoiced is so by one of the customer's contracts. */
function checkPayer({ payments }: Balance, path: string): Result<null> {
  if (payments === null || !payments.isInvoiced || payments.contractId !== null) return ok(null)
  return refuse(
    'invalid',
    `${path}invoice_contract_id: required where a commit of the customer is invoiced; it is not with do_not_invoice`,
  )
}

/** One amount of access, which is invoiced at its end or later as far as it is not used. */
function checkPostpaid(balance: Balance, path: string): Result<null> {
  const { creditTypeId, segments, payments } = balance
  if (findFiatCreditType(creditTypeId) === undefined) {
    return refuse(
      'invalid',
      `${path}access_schedule.credit_type_id: expected a currency: a POSTPAID commit is in no custom unit`,
    )
  }
  if (payments === null) {
    return refuse('invalid', `${path}invoice_schedule: required for a POSTPAID commit`)
  }
  const [segment] = segments
  const [item] = payments.schedule.items
  if (segments.length !== 1 || segment === undefined) {
    return refuse(
      'invalid',
      `${path}access_schedule: expected exactly one item for a POSTPAID commit`,
    )
  }
  if (payments.schedule.items.length !== 1 || item === undefined) {
    return refuse(
      'invalid',
      `${path}invoice_schedule: expected exactly one item for a POSTPAID commit`,
    )
  }
  if (payments.schedule.creditTypeId !== creditTypeId) {
    return refuse(
      'invalid',
      `${path}invoice_schedule.credit_type_id: expected that of the access schedule for a POSTPAID commit`,
    )
  }
  if (!new Decimal(segment.amount).equals(item.amount)) {
    return refuse(
      'invalid',
      `${path}invoice_schedule: expected the amount of the access schedule, ${segment.amount}, for a POSTPAID commit`,
    )
  }
  if (item.at >= segment.endingBefore) return ok(null)
  return refuse(
    'invalid',
    `${path}invoice_schedule: expected a date at the end of the access or later for a POSTPAID commit`,
  )
}

/** It says nothing about what usage the balance is for, but invoices show it. */
export function checkProduct(
  productId: string,
  { products }: BalanceSurroundings,
  path: string,
): Result<null> {
  const product = products.find(({ id }) => id === productId)
  if (product === undefined) {
    return refuse('not_found', `${path}product_id: no product ${productId}`)
  }
  if (product.type !== 'FIXED') {
    return refuse(
      'invalid',
      `${path}product_id: expected a product of type FIXED; "${product.initial.name}" is of type ${product.type}`,
    )
  }
  if (product.archivedAt === null) return ok(null)
  return refuse('invalid', `${path}product_id: product ${productId} is archived`)
}

/** Currencies are always there; units are the environment's own. */
export function checkAccessUnit(
  creditTypeId: string,
  { customUnitIds }: BalanceSurroundings,
  path: string,
): Result<null> {
  if (findFiatCreditType(creditTypeId) !== undefined) return ok(null)
  if (customUnitIds.has(creditTypeId)) return ok(null)
  return refuse(
    'not_found',
    `${path}access_schedule.credit_type_id: no credit type ${creditTypeId}`,
  )
}

/** The products of which usage may draw. */
export function checkApplicability(
  { productIds = [], specifiers = [] }: Applicability,
  { products }: BalanceSurroundings,
  path: string,
): Result<null> {
  const named = [
    ...productIds.map((id, i) => [`applicable_product_ids[${i}]`, id] as const),
    ...specifiers.map(({ productId }, i) => [`specifiers[${i}].product_id`, productId] as const),
  ]
  for (const [field, productId] of named) {
    if (productId === undefined || products.some(({ id }) => id === productId)) continue
    return refuse('not_found', `${path}${field}: no product ${productId}`)
  }
  return ok(null)
}

export function checkContract(
  contractId: string,
  { contracts }: BalanceSurroundings,
  field: string,
): Result<null> {
  const contract = contracts.find(({ id }) => id === contractId)
  if (contract === undefined) {
    return refuse('not_found', `${field}: the customer has no contract ${contractId}`)
  }
  if (contract.archivedAt === null) return ok(null)
  return refuse('invalid', `${field}: contract ${contractId} is archived`)
}
