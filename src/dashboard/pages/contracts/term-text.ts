import type { Balance, Contract } from '../../api/answers.ts'
import { addDecimals, decimalText, groupDigits } from '../../format/decimal-text.ts'
import { moneyText, type Unit } from '../../format/money.ts'
import { percentText, priceText } from './price-text.ts'

export type Override = Contract['overrides'][number]
export type Subscription = Contract['subscriptions'][number]
export type Recurring = NonNullable<Contract['recurring_commits']>[number]
export type ScheduledCharge = NonNullable<Contract['scheduled_charges']>[number]

/** What a subscription is called. */
export function subscriptionName({ name, subscription_rate: rate }: Subscription): string {
  return name ?? rate.product.name
}

const USD: Unit = { name: 'USD (cents)' }

/** `Annual`, from `ANNUAL`. */
export function wordOf(constant: string): string {
  const words = constant.toLowerCase().replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** What an override does to the prices that it is for. */
export function overrideChange(override: Override, unit: Unit = USD): string {
  const { type, multiplier, overwrite_rate: rate, override_tiers: tiers, entitled } = override
  const parts: string[] = []
  if (type === 'MULTIPLIER' && multiplier !== undefined) {
    parts.push(`× ${groupDigits(decimalText(multiplier))}`)
  }
  if (type === 'OVERWRITE' && rate !== undefined)
    parts.push(priceText(rate, rate.credit_type ?? unit))
  if (type === 'TIERED' && tiers !== undefined) {
    const texts = tiers.map(({ size, multiplier: times }) => {
      const part = `× ${groupDigits(decimalText(times))}`
      return size === undefined ? `then ${part}` : `${groupDigits(decimalText(size))} at ${part}`
    })
    parts.push(texts.join(', '))
  }
  if (entitled !== undefined) parts.push(entitled ? 'entitled' : 'not entitled')
  return parts.join(', ')
}

/** What usage an override is for, each target in a text. */
export function overrideTargets(override: Override, productName: (id: string) => string): string[] {
  const { product, applicable_product_tags: tags, override_specifiers: specifiers = [] } = override
  if (product !== undefined) return [product.name]
  if (tags !== undefined) return tags.map((tag) => `tagged ${tag}`)
  if (specifiers.length === 0) return ['All products']
  return specifiers.map((specifier) => {
    const values = { ...specifier.pricing_group_values, ...specifier.presentation_group_values }
    const parts = [
      ...(specifier.product_id === undefined ? [] : [productName(specifier.product_id)]),
      ...(specifier.product_tags ?? []).map((tag) => `tagged ${tag}`),
      ...Object.entries(values).map(([name, value]) => `${name} ${value}`),
      ...(specifier.billing_frequency === undefined ? [] : [wordOf(specifier.billing_frequency)]),
      ...(specifier.exclude ?? []).map((left) => `not tagged ${left.product_tags.join(' + ')}`),
    ]
    return parts.join(', ') || 'All products'
  })
}

/** `AI credits`, by the id that recurring amounts name their unit by. */
export type UnitOf = (id: string) => Unit

export function periodAmount(
  { unit_price: price, quantity, credit_type_id: id }: Recurring['access_amount'],
  unitOf: UnitOf,
): string {
  const text = moneyText(price, unitOf(id))
  if (quantity === undefined) return `${text} a seat`
  return decimalText(quantity) === '1' ? text : `${groupDigits(decimalText(quantity))} × ${text}`
}

/** What a recurring commit or credit grants, how often, and what is paid for it. */
export function recurringText(recurring: Recurring, unitOf: UnitOf): string {
  const { access_amount, invoice_amount, recurrence_frequency, commit_duration } = recurring
  const rhythm =
    recurrence_frequency === undefined
      ? 'each usage period'
      : (RHYTHMS[recurrence_frequency] ?? wordOf(recurrence_frequency))
  const periods = decimalText(commit_duration.value)
  const paid = invoice_amount === undefined ? '' : `, for ${periodAmount(invoice_amount, unitOf)}`
  const kept = periods === '1' ? '' : `, each for ${periods} periods`
  return `${periodAmount(access_amount, unitOf)} ${rhythm}${paid}${kept}`
}

export const RHYTHMS: Record<string, string> = {
  DAILY: 'a day',
  WEEKLY: 'a week',
  MONTHLY: 'a month',
  QUARTERLY: 'a quarter',
  ANNUAL: 'a year',
}

/** All that a schedule charges. */
export function totalOf(items: readonly { amount: number }[]): string {
  return addDecimals(items.map(({ amount }) => decimalText(amount)))
}

export const BALANCE_KINDS: Record<Balance['type'], string> = {
  PREPAID: 'Prepaid commit',
  POSTPAID: 'Postpaid commit',
  CREDIT: 'Credit',
}

/** What share of the price a threshold's commit is sold at, if there is a discount. */
export function discountText(fraction: number): string {
  return `sold at ${percentText(fraction)} of its amount`
}
