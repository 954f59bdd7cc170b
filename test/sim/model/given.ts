import type { Books, Contract, Product } from './books.ts'
import { Decimal, ZERO } from './exact.ts'
import type { Period } from './periods.ts'
import { chargesBetween, termsAt } from './price.ts'
import { compareLines, type Line } from './statement.ts'

/** Usage that was given, and not metered. */
export interface GivenUsage extends Period {
  product: Product
  pricingValues: string[]
  presentationValues: string[]
  quantity: string
}

/** What given usage costs, each at the price of its start and from the bottom of its ladder. */
export function linesOfGiven(
  books: Books,
  contract: Contract,
  usage: readonly GivenUsage[],
): Line[] {
  const lines = usage.flatMap(({ startMs, endMs, quantity, ...values }): Line[] => {
    const cell = { ...values, events: [] }
    const { tiers } = termsAt(books, contract, cell, startMs)!
    return chargesBetween(tiers, ZERO, new Decimal(quantity)).map(({ unitPrice, amount }) => {
      return { startMs, endMs, cell, unitPrice, amount }
    })
  })
  return lines.sort(compareLines)
}
