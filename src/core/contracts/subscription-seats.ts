import { Decimal, toText } from '../decimal.ts'
import { unreachable } from '../result.ts'
import type { QuantityChange, QuantityOperation } from './subscription.ts'

/** How many there are, and who has a seat where that is known. */
export type QuantityState = Pick<QuantityChange, 'quantity' | 'seatIds'>

/**
 * What an operation makes of a quantity (pricing 8). Seats that are assigned fill those that nobody
 * has before there are more; one that is taken away goes for good. To assign a seat that is
 * assigned, and to take away one that is not, changes nothing.
 * @returns null where fewer than none would be left
 */
export function applyOperation(
  { quantity, seatIds = [] }: QuantityState,
  operation: QuantityOperation,
): Required<QuantityState> | null {
  switch (operation.type) {
    case 'SET':
      return { quantity: atLeast(operation.quantity, seatIds.length), seatIds }
    case 'ADD': {
      const next = new Decimal(quantity).plus(operation.delta)
      if (next.lessThan(0)) return null
      return { quantity: atLeast(toText(next), seatIds.length), seatIds }
    }
    case 'ADD_SEATS': {
      const assigned = [...new Set([...seatIds, ...operation.seatIds])]
      return { quantity: atLeast(quantity, assigned.length), seatIds: assigned }
    }
    case 'REMOVE_SEATS': {
      const left = seatIds.filter((id) => !operation.seatIds.includes(id))
      const removed = seatIds.length - left.length
      return { quantity: toText(new Decimal(quantity).minus(removed)), seatIds: left }
    }
    case 'ADD_UNASSIGNED':
      return { quantity: toText(new Decimal(quantity).plus(operation.quantity)), seatIds }
    case 'REMOVE_UNASSIGNED':
      return {
        quantity: atLeast(toText(new Decimal(quantity).minus(operation.quantity)), seatIds.length),
        seatIds,
      }
    default:
      return unreachable(operation)
  }
}

/** Those who have a seat count, whatever else is said. */
function atLeast(quantity: string, assigned: number): string {
  return new Decimal(quantity).lessThan(assigned) ? String(assigned) : quantity
}
