import { toText } from '../decimal.ts'
import type { Counted } from '../rating/convert-quantity.ts'
import { filtersIn } from '../rating/plan-reads.ts'
import type { UsageCharge } from '../rating/rate-usage.ts'
import type { PricingTerms } from '../rating/resolve-terms.ts'
import type { CellIncrement } from '../rating/usage-cells.ts'
import type { CountedBefore, LineDerivation, LinePricing, WindowQuantity } from './invoice.ts'

/** Notes how a charge came about, as it is kept with its line. */
export function deriveLine(
  charge: UsageCharge,
  { usageFilters = [] }: PricingTerms = {},
): LineDerivation {
  const { segment, terms, increments } = charge
  return {
    metricId: segment.state.billableMetricId!,
    rateId: terms.rate?.id ?? null,
    increments: increments.map(noteIncrement),
    pricing: {
      ...notePricing(charge),
      ...(usageFilters.length > 0 && { usageFilters: filtersIn(usageFilters, charge) }),
    },
  }
}

/** Notes what a window added, as it is kept with what is billed, or is not. */
export function noteIncrement({
  startMs,
  endMs,
  quantity,
  counted,
}: CellIncrement): WindowQuantity {
  const note = { startingAt: startMs, endingBefore: endMs, quantity: toText(quantity) }
  if (counted === undefined) return note
  return { ...note, raw: toText(counted.raw), converted: toText(counted.converted) }
}

function notePricing(charge: UsageCharge): LinePricing {
  const { segment, terms, price, position, increments } = charge
  const { quantityConversion, quantityRounding } = segment.state
  const { rate, override, lost } = terms
  const counted = increments[0]?.counted?.before
  return {
    groupKey: segment.groupKey,
    ...(quantityConversion !== undefined && { conversion: quantityConversion }),
    ...(quantityRounding !== undefined && { rounding: quantityRounding }),
    ...(counted !== undefined && { counted: noteCounted(counted) }),
    listPrice: rate?.price ?? null,
    // Entitlement alone changes no price, so a winner has a change.
    override: override && { id: override.id, change: override.change! },
    lost: lost.map(({ override: { id }, reason }) => ({ id, reason })),
    ...(price.rateType === 'TIERED' && { position: toText(position) }),
  }
}

function noteCounted({ base, raw, quantity, conversion }: Counted): CountedBefore {
  return { base: toText(base), raw: toText(raw), quantity: toText(quantity), conversion }
}
