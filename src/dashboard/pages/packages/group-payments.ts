import { decimalText, type Numeric } from '../../format/decimal-text.ts'
import { afterStart, lengthText } from './offset-text.ts'

export interface PaymentItem {
  id: string
  unit_price: number
  quantity: number
  date_offset: { value: number; unit: string }
}

/** Payments alike at equal distances, of which there may be one. */
export interface PaymentGroup {
  first: PaymentItem
  count: number
  when: string
}

/** Puts payments together that follow each other alike: `at the start, then every month`. */
export function groupPayments(items: readonly PaymentItem[]): PaymentGroup[] {
  const groups: { first: PaymentItem; last: PaymentItem; count: number; step: number | null }[] = []
  for (const item of items) {
    const group = groups.at(-1)
    const step = group === undefined ? null : stepBetween(group.last, item)
    const fits = step !== null && (group?.step === null || group?.step === step)
    if (group !== undefined && fits)
      Object.assign(group, { last: item, count: group.count + 1, step })
    else groups.push({ first: item, last: item, count: 1, step: null })
  }
  return groups.map(({ first, last, count, step }) => ({
    first,
    count,
    when:
      step === null
        ? afterStart(first.date_offset)
        : `${afterStart(first.date_offset)}, then ${everyText(step, last.date_offset.unit)}`,
  }))
}

/** How much later a payment is than one that is like it; null where it is not. */
function stepBetween(before: PaymentItem, item: PaymentItem): number | null {
  const isSame = (a: Numeric, b: Numeric) => decimalText(a) === decimalText(b)
  if (!isSame(before.unit_price, item.unit_price)) return null
  if (!isSame(before.quantity, item.quantity)) return null
  const { value: from, unit: fromUnit } = before.date_offset
  const { value: to, unit } = item.date_offset
  const isCountable = from === 0 || fromUnit === unit
  return isCountable && to > from ? to - from : null
}

function everyText(value: number, unit: string): string {
  return value === 1
    ? `every ${unit.toLowerCase().replace(/s$/, '')}`
    : `every ${lengthText({ value, unit })}`
}
