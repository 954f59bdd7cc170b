import { productAt, type Product } from '../catalog/product.ts'
import type { ScheduleItem } from '../contracts/schedule.ts'
import { Decimal, toText } from '../decimal.ts'
import { unreachable } from '../result.ts'
import type { ChargeItem, FixedCharge } from './fixed-charge.ts'
import type { FixedLine } from './invoice.ts'

/** A charge whose amount the terms alone tell, or that of a true-up, which the balance tells. */
export type TermItem = Exclude<ChargeItem, { kind: 'subscription' }>

/** What lines say that their charges do not. */
export interface FixedLineContext {
  product: Product
  /** Of the invoice: what terms without a unit of their own are in. */
  creditTypeId: string
  /** Of a true-up: what usage has not drawn; a decimal text. */
  shortfall?: string
  /** The environment's clock: lines show the products' tags as they are now. */
  now: number
}

/**
 * The line of a fixed charge, or null where there is nothing to charge: a true-up of a commit that
 * usage has drawn whole.
 */
export function fixedLine(
  charge: Pick<FixedCharge, 'id'> & { item: TermItem },
  { product, creditTypeId, shortfall, now }: FixedLineContext,
): FixedLine | null {
  const { item } = charge
  const state = productAt(product, now)
  const amount = amountOf(item, { creditTypeId, shortfall })
  if (amount === null) return null
  return {
    type: item.kind === 'commit_payment' ? 'commit_purchase' : 'scheduled',
    name: nameOf(item) ?? state.name,
    chargeId: charge.id,
    productId: product.id,
    productType: 'FixedProductListItem',
    productTags: state.tags,
    productCustomFields: product.customFields,
    ...amount,
    ...sourceOf(item),
    ...serviceOf(item),
  }
}

/** What was asked for with a professional service's line, if anything. */
function serviceOf(item: TermItem): Pick<FixedLine, 'service'> {
  if (item.kind !== 'professional_service') return {}
  const { metadata, netsuiteBillingStart, netsuiteBillingEnd } = item.charge
  const service = { metadata, netsuiteBillingStart, netsuiteBillingEnd }
  return Object.values(service).every((value) => value === undefined) ? {} : { service }
}

type Amount = Pick<FixedLine, 'creditTypeId' | 'quantity' | 'unitPrice' | 'total'>

function amountOf(
  item: TermItem,
  { creditTypeId, shortfall }: Pick<FixedLineContext, 'creditTypeId' | 'shortfall'>,
): Amount | null {
  switch (item.kind) {
    case 'scheduled_charge':
      return { creditTypeId: item.term.schedule.creditTypeId, ...priced(item.item) }
    case 'discount': {
      const { unitPrice, quantity, total } = priced(item.item)
      const negated = (text: string) => toText(new Decimal(text).negated())
      const { creditTypeId: unit } = item.term.schedule
      return { creditTypeId: unit, quantity, unitPrice: negated(unitPrice), total: negated(total) }
    }
    case 'professional_service': {
      const { unitPrice, quantity, amount } = item.charge
      return { creditTypeId, unitPrice, quantity, total: amount }
    }
    case 'commit_payment':
      return { creditTypeId: item.balance.payments!.schedule.creditTypeId, ...priced(item.item) }
    case 'trueup': {
      const total = shortfall ?? item.item.amount
      if (!new Decimal(total).gt(0)) return null
      const { creditTypeId: unit } = item.balance.payments!.schedule
      return { creditTypeId: unit, quantity: '1', unitPrice: total, total }
    }
    default:
      return unreachable(item)
  }
}

function priced({ unitPrice, quantity, amount }: ScheduleItem) {
  return { unitPrice, quantity, total: amount }
}

function nameOf(item: TermItem): string | undefined {
  if (item.kind === 'professional_service') return undefined
  return 'term' in item ? item.term.name : item.balance.name
}

function sourceOf(item: TermItem): Pick<FixedLine, 'source' | 'sourceCustomFields'> {
  if ('term' in item) {
    const { id, customFields } = item.term
    return { source: { kind: item.kind, id }, sourceCustomFields: customFields }
  }
  const { id, type, customFields } = item.balance
  const kind = item.kind === 'trueup' ? 'trueup' : 'commit'
  return { source: { kind, id, balanceType: type }, sourceCustomFields: customFields }
}
