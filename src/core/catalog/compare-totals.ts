import { Decimal, divide, ZERO } from '../decimal.ts'
import type { Price } from './price.ts'

/** A quantity for which one price comes to more than another, and both totals. */
export interface DearerQuantity {
  quantity: Decimal
  total: Decimal
  otherTotal: Decimal
}

/**
 * Where a price begins to come to more than another one: a quantity just above that, a whole one if
 * there is one before either ladder goes on to its next step. Null where it never does, or where
 * either is no price of a quantity. All prices rise with the quantity in straight pieces, so that
 * looking at the ends of the pieces proves it for all quantities.
 */
export function findDearer(price: Price, other: Price): DearerQuantity | null {
  const [own, theirs] = [piecesOf(price), piecesOf(other)]
  if (own === null || theirs === null) return null
  const starts = [...own, ...theirs].map(({ from }) => from).sort((a, b) => a.cmp(b))
  let [total, otherTotal] = [ZERO, ZERO]
  for (const [i, from] of starts.entries()) {
    const to = starts[i + 1] ?? null
    const [slope, otherSlope] = [slopeAt(own, from), slopeAt(theirs, from)]
    const gain = slope.minus(otherSlope)
    if (gain.isPositive() && !gain.isZero()) {
      const lead = otherTotal.minus(total)
      const meeting = from.plus(divide(lead, gain))
      if (to === null || meeting.lt(to)) {
        const quantity = quantityAbove(meeting, to)
        const step = quantity.minus(from)
        return {
          quantity,
          total: total.plus(step.times(slope)),
          otherTotal: otherTotal.plus(step.times(otherSlope)),
        }
      }
    }
    if (to === null) break
    total = total.plus(to.minus(from).times(slope))
    otherTotal = otherTotal.plus(to.minus(from).times(otherSlope))
  }
  return null
}

/** A span of quantities that cost the same each. */
interface Piece {
  from: Decimal
  price: Decimal
}

function piecesOf(price: Price): Piece[] | null {
  if (price.rateType === 'FLAT') return [{ from: ZERO, price: new Decimal(price.price) }]
  if (price.rateType !== 'TIERED') return null
  let from = ZERO
  return price.tiers.map((tier) => {
    const piece = { from, price: new Decimal(tier.price) }
    from = from.plus(tier.size ?? 0)
    return piece
  })
}

function slopeAt(pieces: Piece[], at: Decimal): Decimal {
  return pieces.findLast(({ from }) => from.lte(at))?.price ?? ZERO
}

function quantityAbove(at: Decimal, to: Decimal | null): Decimal {
  const whole = at.floor().plus(1)
  return to === null || whole.lte(to) ? whole : to
}
