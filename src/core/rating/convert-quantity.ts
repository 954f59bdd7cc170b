import type {
  ProductState,
  QuantityConversion,
  QuantityRounding,
  RoundingMethod,
} from '../catalog/product.ts'
import { Decimal, divide, ZERO } from '../decimal.ts'
import type { CellIncrement } from './usage-cells.ts'

/** What of a cell's usage has been counted since the period's start. */
export interface Counted {
  /** Converted before the present conversion came into force. */
  base: Decimal
  /** Metered since then. */
  raw: Decimal
  /** Billed up to now, converted and rounded. */
  quantity: Decimal
  /** The conversion that `raw` is subject to. */
  conversion: QuantityConversion | null
}

export function nothingCounted(): Counted {
  return { base: ZERO, raw: ZERO, quantity: ZERO, conversion: null }
}

/**
 * Counts further increments. Rounded is the converted quantity of the period so far; billed is by
 * how much it grew, so that the parts of a period add up to its rounded whole, however it is cut
 * (pricing 2, 18.2).
 * @param increments as metered, in order
 */
export function countIncrements(
  start: Counted,
  rules: QuantityRules,
  increments: readonly CellIncrement[],
): { counted: Counted; increments: CellIncrement[] } {
  let counted = start
  const billed = increments.map(({ startMs, endMs, quantity: raw }) => {
    const before = counted
    counted = countOne(before, rules, raw)
    const quantity = counted.quantity.minus(before.quantity)
    const converted = convertedSoFar(counted).minus(convertedSoFar(before))
    return { startMs, endMs, quantity, counted: { before, raw, converted } }
  })
  return { counted, increments: billed }
}

function countOne(
  counted: Counted,
  { quantityConversion, quantityRounding }: QuantityRules,
  raw: Decimal,
): Counted {
  const conversion = quantityConversion ?? null
  const isSame = isSameConversion(counted.conversion, conversion)
  const since = isSame ? counted : { base: convertedSoFar(counted), raw: ZERO }
  const next = { base: since.base, raw: since.raw.plus(raw), conversion }
  const converted = convertedSoFar(next)
  const quantity =
    quantityRounding === undefined ? converted : roundQuantity(quantityRounding, converted)
  return { ...next, quantity }
}

export type QuantityRules = Pick<ProductState, 'quantityConversion' | 'quantityRounding'>

/** Quotients that never end are kept to 34 digits (`divide`). */
export function convertQuantity(conversion: QuantityConversion | null, raw: Decimal): Decimal {
  if (conversion === null) return raw
  const factor = new Decimal(conversion.factor)
  return conversion.operation === 'MULTIPLY' ? raw.times(factor) : divide(raw, factor)
}

/** Up and down are away from zero and towards it; halves go away from zero. */
export function roundQuantity(rounding: QuantityRounding, quantity: Decimal): Decimal {
  return quantity.toDecimalPlaces(rounding.decimalPlaces, MODES[rounding.method])
}

const MODES = {
  ROUND_UP: Decimal.ROUND_UP,
  ROUND_DOWN: Decimal.ROUND_DOWN,
  ROUND_HALF_UP: Decimal.ROUND_HALF_UP,
} satisfies Record<RoundingMethod, number>

function convertedSoFar({ base, raw, conversion }: Omit<Counted, 'quantity'>): Decimal {
  return base.plus(convertQuantity(conversion, raw))
}

function isSameConversion(a: QuantityConversion | null, b: QuantityConversion | null): boolean {
  if (a === null || b === null) return a === b
  return a.factor === b.factor && a.operation === b.operation
}
