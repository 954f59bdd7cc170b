import type { Catalog } from '../../src/core/catalog/catalog.ts'
import type { Override, OverrideChange } from '../../src/core/contracts/override.ts'
import { USD } from '../../src/core/currency.ts'
import { sum, toText } from '../../src/core/decimal.ts'
import { joinReads } from '../../src/core/rating/plan-reads.ts'
import { planUsage } from '../../src/core/rating/plan-usage.ts'
import { rateUsage, type RatedUsage } from '../../src/core/rating/rate-usage.ts'
import type { PricingTerms } from '../../src/core/rating/resolve-terms.ts'
import { usageIncrements } from '../../src/core/rating/usage-increments.ts'
import type { Period } from '../../src/core/time.ts'
import { at, period } from './terms.ts'
import { answer, type TestEvent } from './usage.ts'

export const MARCH = period('2026-03-01', '2026-04-01')

/** Everything from events to charges, over March unless said otherwise. */
export function rateEvents(
  catalog: Catalog,
  events: TestEvent[],
  { span = MARCH, terms = {} }: { span?: Period; terms?: PricingTerms } = {},
): RatedUsage {
  const plan = planUsage(catalog, span, terms)
  const queries = plan.reads.map(({ query }) => query)
  const reading = answer(queries, catalog.metrics, events)
  const usage = joinReads(plan.queries, plan.reads, reading.usage)
  const increments = plan.queries.map((query, i) =>
    usageIncrements(
      catalog.metrics.find(({ id }) => id === query.metricId)!,
      query,
      usage[i]!,
    ),
  )
  return rateUsage(catalog, plan, increments, terms)
}

/** Charges as texts: name, days of March, values, `quantity × unit price = total`. */
export function lines({ charges }: RatedUsage): string[] {
  return charges.map((charge) => {
    const { segment, pricingGroupValues, presentationGroupValues, quantity, unitPrice, total } =
      charge
    const name = [segment.state.name, ...Object.values(pricingGroupValues ?? {})].join(' ')
    const shown = Object.values(presentationGroupValues ?? {}).map((value) => ` (${value})`)
    const sums = `${toText(quantity)} × ${toText(unitPrice)} = ${toText(total)}`
    return `${name}${shown.join('')} ${days(charge)}: ${sums}`
  })
}

export function unbilled({ unbilled: items }: RatedUsage): string[] {
  return items.map((item) => {
    const values = Object.values(item.pricingGroupValues ?? {}).join(' ')
    return `${item.reason} ${values} ${days(item)}: ${toText(item.quantity)}`
  })
}

export function totalOf({ charges }: RatedUsage): string {
  return toText(sum(charges.map(({ total }) => total)))
}

function days({ startMs, endMs }: Period): string {
  return [startMs, endMs].map((ms) => new Date(ms).getUTCDate()).join('..')
}

/** An override of everything from 2020 on, unless it says otherwise. */
export function override(
  change: OverrideChange | null,
  options: Partial<Omit<Override, 'change'>> = {},
): Override {
  return {
    id: JSON.stringify(change),
    startingAt: at('2020-01-01'),
    endingBefore: null,
    entitled: null,
    change,
    specifiers: [],
    isCommitSpecific: false,
    target: 'LIST_RATE',
    createdAt: 0,
    ...options,
  }
}

export function times(multiplier: string, priority: number | null = null): OverrideChange {
  return { type: 'MULTIPLIER', multiplier, priority }
}

export function overwrite(price: string): OverrideChange {
  return { type: 'OVERWRITE', price: { rateType: 'FLAT', price }, creditTypeId: USD.id }
}

/** `5@0 5@100 @150`: five free units, five at 100, the rest at 150. */
export function tiered(text: string) {
  const tiers = text.split(' ').map((step) => {
    const [size, price] = step.split('@') as [string, string]
    return { size: size === '' ? null : size, price }
  })
  return { rateType: 'TIERED' as const, tiers }
}
