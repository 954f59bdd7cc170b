import { productAt, type Product } from '../catalog/product.ts'
import { Decimal } from '../decimal.ts'
import { isProductSpecified } from '../rating/match-override.ts'
import { isUnrestricted } from './applicability.ts'
import type { AccessSegment, Balance, BalanceSpecifier } from './balance.ts'

/** A segment of a balance, and its place among others. */
export interface Source {
  balance: Balance
  segment: AccessSegment
  rank: Rank
}

/** What sources are compared by, in the order of the steps; lower goes first. */
type Rank = Record<(typeof STEPS)[number], number | string | Decimal>

/**
 * The steps by which one balance goes before another (pricing 14.3), by name. What was rolled over
 * goes first and postpaid commits go last, whatever their priorities.
 */
const STEPS = [
  'class',
  'postpaid_rollover',
  'priority',
  'cost_basis',
  'applicable_products',
  'usage_applicability',
  'ending_before',
  'starting_at',
  'applicable_contracts',
  'contract_level',
  'created_at',
  'id',
] as const
export type OrderStep = (typeof STEPS)[number]

const CLASSES = ['ROLLOVER', 'IN_ADVANCE', 'POSTPAID'] as const

/** Among what was rolled over, these are not asked for. */
const NOT_OF_ROLLOVERS: readonly OrderStep[] = [
  'cost_basis',
  'starting_at',
  'applicable_contracts',
  'contract_level',
]

/**
 * The segments of balances in the order in which they pay (pricing 14.3).
 * @param products that tags are looked for on, as they are now
 */
export function orderSources(
  balances: readonly Balance[],
  products: readonly Product[],
  now: number,
): Source[] {
  const carried = products.map((product) => {
    return { productId: product.id, tags: productAt(product, now).tags }
  })
  return balances
    .flatMap((balance) => {
      const own = rankBalance(balance, carried)
      return balance.segments.map((segment) => {
        const { startingAt, endingBefore, id } = segment
        const rank = {
          ...own,
          ending_before: endingBefore,
          starting_at: startingAt,
          id: `${balance.id}/${id}`,
        }
        return { balance, segment, rank }
      })
    })
    .sort((a, b) => compareSources(a, b).sign)
}

/** Which of two sources goes first, negative for `a`, and the step that says so. */
export function compareSources(a: Source, b: Source): { sign: number; step: OrderStep } {
  const isRolledOver = a.rank.class === 0 && b.rank.class === 0
  for (const step of STEPS) {
    if (isRolledOver && NOT_OF_ROLLOVERS.includes(step)) continue
    const sign = compare(a.rank[step], b.rank[step])
    if (sign !== 0) return { sign, step }
  }
  return { sign: 0, step: 'id' }
}

interface Carrier {
  productId: string
  tags: readonly string[]
}

function rankBalance(balance: Balance, carriers: readonly Carrier[]) {
  const { type, rolledOverFrom, priority, contractId, applicableContractIds, createdAt } = balance
  const kind = type === 'POSTPAID' ? 'POSTPAID' : 'IN_ADVANCE'
  const { specifiers = [] } = balance.applicability
  return {
    class: CLASSES.indexOf(rolledOverFrom === undefined ? kind : 'ROLLOVER'),
    postpaid_rollover: rolledOverFrom !== undefined && type !== 'POSTPAID' ? 1 : 0,
    priority: new Decimal(priority),
    cost_basis: isPaid(balance) ? 1 : 0,
    applicable_products: countProducts(balance, carriers),
    usage_applicability: specifiers.filter(isOfValuesOnly).length,
    applicable_contracts: contractId === null ? (applicableContractIds?.length ?? Infinity) : 1,
    contract_level: contractId === null ? 1 : 0,
    created_at: createdAt,
  }
}

/** Whether anything is paid for it, invoiced here or not; how much does not matter. */
function isPaid({ payments }: Balance): boolean {
  return (
    payments !== null && payments.schedule.items.some(({ amount }) => !new Decimal(amount).eq(0))
  )
}

/**
 * How many products a balance is restricted to: those it names, and those that carry its tags. A
 * specifier that has values alone adds none; without any restriction, it is the most there can be.
 */
function countProducts(balance: Balance, carriers: readonly Carrier[]): number {
  if (isUnrestricted(balance)) return Infinity
  const { productIds = [], productTags = [], specifiers = [] } = balance.applicability
  if (specifiers.some(isEmpty)) return Infinity
  const counted = new Set(productIds)
  for (const { productId } of specifiers) if (productId !== undefined) counted.add(productId)
  for (const carrier of carriers) {
    const isCarrying =
      productTags.some((tag) => carrier.tags.includes(tag)) ||
      specifiers.some((each) => isOfTags(each) && isProductSpecified(each, carrier))
    if (isCarrying) counted.add(carrier.productId)
  }
  return counted.size
}

function isOfTags({ productId, productTags, exclude }: BalanceSpecifier): boolean {
  return productId === undefined && (productTags !== undefined || exclude !== undefined)
}

function isOfValuesOnly(specifier: BalanceSpecifier): boolean {
  return !isOfTags(specifier) && specifier.productId === undefined && hasValues(specifier)
}

function isEmpty(specifier: BalanceSpecifier): boolean {
  return !isOfTags(specifier) && specifier.productId === undefined && !hasValues(specifier)
}

function hasValues({ pricingGroupValues, presentationGroupValues }: BalanceSpecifier): boolean {
  return pricingGroupValues !== undefined || presentationGroupValues !== undefined
}

function compare(a: Rank[OrderStep], b: Rank[OrderStep]): number {
  if (Decimal.isDecimal(a) && Decimal.isDecimal(b)) return a.comparedTo(b)
  return a < b ? -1 : Number(a > b)
}
