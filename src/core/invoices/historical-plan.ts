import type { Catalog } from '../catalog/catalog.ts'
import { productAt, type ProductState } from '../catalog/product.ts'
import { Decimal } from '../decimal.ts'
import type { PayingBalances } from '../ledger/applicability.ts'
import { planUsage, type ProductSegment, type UsagePlan } from '../rating/plan-usage.ts'
import type { PricingTerms } from '../rating/resolve-terms.ts'
import type { Increment } from '../rating/usage-cells.ts'
import { ok, refuse, type Result } from '../result.ts'
import type { HistoricalInput, HistoricalLine } from './historical-invoice.ts'
import type { StatementSources } from './rate-statement.ts'

/**
 * What a historical invoice is rated from: each of its lines is a segment of its own, and its
 * quantities stand where metered ones would. They are as billed: nothing is converted or rounded.
 * What is used in a span of time has the price of its start.
 */
export function planHistorical(
  input: HistoricalInput,
  catalog: Catalog,
  terms: PricingTerms,
  drawing: PayingBalances,
): Result<StatementSources> {
  const planned = planUsage(catalog, input, terms, { drawing })
  const plan: UsagePlan = { queries: [], reads: [], segments: [], composites: [] }
  const measured: Increment[][] = []
  const named = input.lines.map((line, i) => {
    return { line, field: `${input.field}.usage_line_items[${i}]` }
  })
  for (const { line, field } of named.toSorted((a, b) => a.line.startMs - b.line.startMs)) {
    const found = segmentOf(line, planned, catalog)
    if (found === null) {
      return refuse(
        'invalid',
        `${field}.product_id: expected a usage product with rates on the card, ${line.productId} is none`,
      )
    }
    const keys = keysOf(found.state)
    const group = groupOf(line, found.state, field)
    if (!group.ok) return group
    const values = line.subtotals ?? [{ ...line, quantity: line.quantity ?? '0' }]
    const boundaries = [
      ...found.cuts,
      ...[line, ...values].flatMap(({ startMs, endMs }) => [startMs, endMs]),
    ]
    const sorted = [...new Set(boundaries)].sort((a, b) => a - b)
    const query = plan.queries.length
    plan.queries.push({
      metricId: found.state.billableMetricId!,
      groupKey: keys.length === 0 ? null : keys,
      boundaries: sorted,
    })
    measured.push(
      values.map(({ startMs, quantity }) => ({
        window: sorted.indexOf(startMs),
        group: group.value,
        quantity: new Decimal(quantity),
      })),
    )
    const { startMs, endMs } = line
    const { payers, product, state } = found
    plan.segments.push({
      startMs,
      endMs,
      product,
      state,
      sources: [{ startMs, endMs, query }],
      isAtEnd: false,
      groupKey: keys.length === 0 ? null : keys,
      isUnfilterable: false,
      ...(payers !== undefined && { payers }),
    })
  }
  return ok({ catalog, terms, plan, reading: null, measured })
}

/** The product of a line as it was at its start, and where its terms change; null where it has no rates. */
function segmentOf(
  { productId, startMs, endMs }: HistoricalLine,
  planned: UsagePlan,
  catalog: Catalog,
): (Pick<ProductSegment, 'product' | 'state' | 'payers'> & { cuts: number[] }) | null {
  const product = catalog.products.find(({ id }) => id === productId)
  const segments = planned.segments.filter((segment) => segment.product.id === productId)
  const [segment] = segments.filter((each) => each.startMs < endMs && each.endMs > startMs)
  if (product === undefined || segment === undefined) return null
  const { quantityConversion: _, quantityRounding: __, ...state } = productAt(product, startMs)
  const cuts = segments
    .flatMap(({ sources }) => sources.flatMap(({ query }) => planned.queries[query]!.boundaries))
    .filter((at) => at > startMs && at < endMs)
  return { product, state, payers: segment.payers, cuts }
}

function keysOf({ pricingGroupKey = [], presentationGroupKey = [] }: ProductState): string[] {
  return [...new Set([...pricingGroupKey, ...presentationGroupKey])]
}

/** The values by which a line is priced and presented; those for presentation may be left out. */
function groupOf(
  { pricingGroupValues = {}, presentationGroupValues = {} }: HistoricalLine,
  state: ProductState,
  field: string,
): Result<(string | null)[]> {
  const { pricingGroupKey = [], presentationGroupKey = [] } = state
  const given = [
    { name: 'pricing_group_values', values: pricingGroupValues, key: pricingGroupKey },
    {
      name: 'presentation_group_values',
      values: presentationGroupValues,
      key: presentationGroupKey,
    },
  ]
  for (const { name, values, key } of given) {
    const unknown = Object.keys(values).find((each) => !key.includes(each))
    if (unknown !== undefined) {
      return refuse('invalid', `${field}.${name}.${unknown}: expected a key of the product`)
    }
  }
  const missing = pricingGroupKey.find((each) => !Object.hasOwn(pricingGroupValues, each))
  if (missing !== undefined) {
    return refuse('invalid', `${field}.pricing_group_values.${missing}: expected a value`)
  }
  const all = new Map([
    ...Object.entries(presentationGroupValues),
    ...Object.entries(pricingGroupValues),
  ])
  return ok(keysOf(state).map((name) => all.get(name) ?? null))
}
