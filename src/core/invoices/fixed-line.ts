import { productAt, type Product } from '../catalog/product.ts'
import type { ScheduleItem } from '../contracts/schedule.ts'
import { Decimal, toText } from '../decimal.ts'
import { unreachable } from '../result.ts'
import type { ChargeItem, FixedCharge } from './fixed-charge.ts'
import type { FixedLine } from './invoice.ts'

/** A charge whose amount the terms alone tell, or that of a true-up, which the balance tells. */
export type TermItem = Exclude<ChargeItem, { kind: 'subscription' }>

/**
 * The line of a fixed charge, or null where there is nothing to charge: a true-up of a commit that
 * usage has drawn whole.
 * @param shortfall of a true-up: what usage has not drawn; a decimal text
 * @param now the environment's clock: lines show the products' tags as they are now
 */
export function fixedLine(
  charge: Pick<FixedCharge, 'id'> & { item: TermItem },
  { product, shortfall, now }: { product: Product; shortfall?: string; now: number },
): FixedLine | null {
  const { item } = charge
  const state = productAt(product, now)
  const amount = amountOf(item, shortfall)
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
  }
}

type Amount = Pick<FixedLine, 'creditTypeId' | 'quantity' | 'unitPrice' | 'total'>

function amountOf(item: TermItem, shortfall: string | undefined): Amount | null {
  switch (item.kind) {
    case 'scheduled_charge':
      return { creditTypeId: item.term.schedule.creditTypeId, ...priced(item.item) }
    case 'discount': {
      const { unitPrice, quantity, total } = priced(item.item)
      const negated = (text: string) => toText(new Decimal(text).negated())
      const { creditTypeId } = item.term.schedule
      return { creditTypeId, quantity, unitPrice: negated(unitPrice), total: negated(total) }
    }
    case 'commit_payment':
      return { creditTypeId: item.balance.payments!.schedule.creditTypeId, ...priced(item.item) }
    case 'trueup': {
      const total = shortfall ?? item.item.amount
      if (!new Decimal(total).gt(0)) return null
      const { creditTypeId } = item.balance.payments!.schedule
      return { creditTypeId, quantity: '1', unitPrice: total, total }
    }
    default:
      return unreachable(item)
  }
}

function priced({ unitPrice, quantity, amount }: ScheduleItem) {
  return { unitPrice, quantity, total: amount }
}

function nameOf(item: TermItem): string | undefined {
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
