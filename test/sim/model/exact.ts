import { Decimal as Base } from 'decimal.js'

/** Exact for everything that the simulation adds up and multiplies. */
export const Decimal = Base.clone({ precision: 100, toExpNeg: -1000, toExpPos: 1000 })
export type Decimal = Base

export const ZERO = new Decimal(0)

export function sumOf(amounts: Iterable<Base.Value>): Base {
  let total = ZERO
  for (const amount of amounts) total = total.plus(amount)
  return total
}
