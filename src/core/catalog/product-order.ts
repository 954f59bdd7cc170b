import { ok, refuse, type Result } from '../result.ts'

/**
 * The products of a card in the order of its invoice lines: first those that were put in order,
 * then the others as they came onto the card (pricing 3.5).
 * @param productIds in the order in which they came onto the card
 */
export function orderProducts(productIds: string[], productOrder: string[]): string[] {
  const onCard = new Set(productIds)
  const ordered = new Set(productOrder)
  return [
    ...productOrder.filter((id) => onCard.has(id)),
    ...productIds.filter((id) => !ordered.has(id)),
  ]
}

/**
 * Decides on the order of a card's products. Those that are not named follow in the order that
 * they had.
 * @param current all products of the card, in order
 */
export function setProductOrder(current: string[], wanted: string[]): Result<string[]> {
  for (const [i, id] of wanted.entries()) {
    const field = `product_order[${i}]`
    if (!current.includes(id)) return refuse('not_found', noRates(field, id))
    if (wanted.indexOf(id) < i) {
      return refuse('invalid', `${field}: expected each product only once`)
    }
  }
  return ok(orderProducts(current, wanted))
}

export interface ProductMove {
  productId: string
  /** Counted from 0. */
  position: number
}

/**
 * Decides on moving some of a card's products: afterwards each of them is at its position, and the
 * others keep their order among themselves.
 * @param current all products of the card, in order
 */
export function moveProducts(current: string[], moves: ProductMove[]): Result<string[]> {
  for (const [i, { productId, position }] of moves.entries()) {
    const field = `product_moves[${i}]`
    const others = moves.slice(0, i)
    if (!current.includes(productId)) {
      return refuse('not_found', noRates(`${field}.product_id`, productId))
    }
    if (position >= current.length) {
      return refuse(
        'invalid',
        `${field}.position: expected less than ${current.length}, the number of products on the rate card`,
      )
    }
    if (others.some((other) => other.productId === productId)) {
      return refuse('invalid', `${field}.product_id: expected each product only once`)
    }
    if (others.some((other) => other.position === position)) {
      return refuse('invalid', `${field}.position: expected each position only once`)
    }
  }
  const moved = new Set(moves.map(({ productId }) => productId))
  const order = current.filter((id) => !moved.has(id))
  // From the front to the back: what is put in later does not shift what is there.
  for (const { productId, position } of moves.toSorted((a, b) => a.position - b.position)) {
    order.splice(position, 0, productId)
  }
  return ok(order)
}

function noRates(field: string, id: string): string {
  return `${field}: no product ${id} on the rate card`
}
