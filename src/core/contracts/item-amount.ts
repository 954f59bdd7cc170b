import { Decimal, toText } from '../decimal.ts'
import { ok, refuse, type Result } from '../result.ts'
import type { ScheduleItem } from './schedule.ts'

/** An amount, or else a unit price and a quantity; decimal texts that are not negative. */
export interface AmountInput {
  amount?: string
  unitPrice?: string
  quantity?: string
}

export type ItemAmount = Pick<ScheduleItem, 'unitPrice' | 'quantity' | 'amount'>

/** One times an amount. */
export function amountOnce(amount: string): ItemAmount {
  return { unitPrice: amount, quantity: '1', amount }
}

/**
 * What an item comes to (pricing 6.2): an amount alone is one times that amount.
 * @param path of the input's members, such as `schedule_items[0].`
 * @param known what a change leaves as it is: it may say only one of unit price and quantity
 */
export function itemAmount(
  { amount, unitPrice, quantity }: AmountInput,
  path: string,
  known?: ItemAmount,
): Result<ItemAmount> {
  if (amount !== undefined) {
    if (unitPrice === undefined && quantity === undefined) return ok(amountOnce(amount))
    return refuse('invalid', `${path}amount: expected only without unit_price and quantity`)
  }
  if (unitPrice === undefined && quantity === undefined && known === undefined) {
    return refuse('invalid', `${path}amount: required, or else unit_price and quantity`)
  }
  const price = unitPrice ?? known?.unitPrice
  const count = quantity ?? known?.quantity
  if (price === undefined) {
    return refuse('invalid', `${path}unit_price: required with quantity`)
  }
  if (count === undefined) return refuse('invalid', `${path}quantity: required with unit_price`)
  const product = toText(new Decimal(price).times(count))
  return ok({ unitPrice: price, quantity: count, amount: product })
}
