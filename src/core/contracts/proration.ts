import { Decimal, divide } from '../decimal.ts'
import { unreachable } from '../result.ts'
import type { Period } from '../time.ts'
import type { ProrationRounding } from './subscription.ts'

/** The share of an amount that falls to a part of a period, by exact milliseconds (pricing 18.7). */
export function prorate(amount: Decimal, part: Period, whole: Period): Decimal {
  const [partMs, wholeMs] = [part.endMs - part.startMs, whole.endMs - whole.startMs]
  if (partMs === wholeMs) return amount
  return divide(amount.times(partMs), new Decimal(wholeMs))
}

/** A prorated amount as its terms have it rounded; as it is where they say nothing. */
export function roundProrated(amount: Decimal, rounding: ProrationRounding | undefined): Decimal {
  if (rounding === undefined) return amount
  const { method, decimalPlaces } = rounding
  return amount.toNearest(new Decimal(10).pow(-decimalPlaces), modeOf(method))
}

/** The share of a part, rounded as its terms have it; what is whole is never rounded. */
export function prorateRounded(
  amount: Decimal,
  part: Period,
  whole: Period,
  rounding: ProrationRounding | undefined,
): Decimal {
  const isWhole = part.endMs - part.startMs === whole.endMs - whole.startMs
  return isWhole ? amount : roundProrated(prorate(amount, part, whole), rounding)
}

function modeOf(method: ProrationRounding['method']) {
  switch (method) {
    case 'HALF_UP':
      return Decimal.ROUND_HALF_UP
    case 'FLOOR':
      return Decimal.ROUND_FLOOR
    case 'CEILING':
      return Decimal.ROUND_CEIL
    default:
      return unreachable(method)
  }
}
