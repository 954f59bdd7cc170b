import { productStates } from '../catalog/product-states.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { Contract } from '../contracts/contract.ts'
import type { Period } from '../time.ts'
import type { HeldElsewhere } from './plan-composites.ts'

/** A contract with its card. */
export interface CardContract {
  contract: Contract
  catalog: Catalog
}

/** Whether a card has, at any time of a period, a composite of what a customer spends altogether. */
export function hasCustomerScope({ products }: Pick<Catalog, 'products'>, period: Period): boolean {
  return products.some(
    (product) =>
      product.type === 'COMPOSITE' &&
      productStates(product, period).some(({ state }) => state.compositeScope === 'CUSTOMER'),
  )
}

/**
 * The contracts of a customer whose spend may count on another one: those that run in the period.
 * What was archived is not billed any more and does not count.
 */
export function otherContracts(
  contracts: readonly Contract[],
  own: Contract,
  period: Period,
): Contract[] {
  return contracts.filter((other) => {
    const { startMs, endMs } = billedTime(other)
    const isRunning = startMs < period.endMs && period.startMs < endMs
    return other.id !== own.id && other.archivedAt === null && isRunning
  })
}

/**
 * When other contracts bill the composite products of a contract: a customer is charged once. Of
 * those that run at an instant and have the product, the one that started first bills it; of equal
 * ones, the one that was made first.
 */
export function heldElsewhere(
  { contract, catalog }: CardContract,
  others: readonly CardContract[],
): HeldElsewhere {
  const before = others.filter((other) => compareContracts(other.contract, contract) < 0)
  return new Map(
    catalog.products.map(({ id }) => {
      const holders = before.filter((other) => other.catalog.products.some((own) => own.id === id))
      return [id, holders.map((holder) => billedTime(holder.contract))]
    }),
  )
}

function compareContracts(a: Contract, b: Contract): number {
  return a.startingAt - b.startingAt || a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)
}

function billedTime({ startingAt, endingBefore, terms }: Contract): Period {
  const { invoicedFrom = startingAt } = terms.statementSchedule
  return { startMs: Math.max(startingAt, invoicedFrom), endMs: endingBefore ?? Infinity }
}
