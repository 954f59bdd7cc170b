import { Decimal, divide, sum, toText, ZERO } from '../decimal.ts'
import type { Group } from '../metering/group.ts'
import type { BillableMetric } from '../metering/metric.ts'
import type { UsageQuery, UsageReading } from '../metering/usage.ts'
import { joinReads, planReads, type UsageRead } from '../rating/plan-reads.ts'
import type { Increment } from '../rating/usage-cells.ts'
import { usageIncrements } from '../rating/usage-increments.ts'
import type { Period } from '../time.ts'
import { windowOf } from './breakdown.ts'
import { invoiceTotal } from './invoice-total.ts'
import type {
  ChargingLine,
  CompositeLine,
  Invoice,
  InvoiceLine,
  UsageLine,
  WindowQuantity,
} from './invoice.ts'

/** What to ask the meters about a final invoice: when what it bills was used. */
export interface StoredPlan {
  queries: UsageQuery[]
  reads: UsageRead[]
  metrics: ReadonlyMap<string, BillableMetric>
}

/** The metrics that a final invoice bills by; none where its usage was given. */
export function storedMetricIds({ lines, derivation }: Invoice): string[] {
  if (derivation.isGiven === true) return []
  return [...new Set(lines.filter(isUsage).map((line) => line.derivation.metricId))]
}

/**
 * Plans how the usage of a final invoice is read anew.
 * @param metrics those that there still are
 * @param edges at which windows are to meet
 */
export function planStored(
  invoice: Invoice,
  metrics: readonly BillableMetric[],
  edges: readonly number[],
): StoredPlan {
  const known = new Map(metrics.map((metric) => [metric.id, metric]))
  const { startingAt, endingBefore } = invoice
  const lines = invoice.derivation.isGiven === true ? [] : invoice.lines.filter(isUsage)
  const usage = lines.filter(({ derivation }) => known.has(derivation.metricId))
  const filters = new Map(
    usage
      .flatMap(({ derivation }) => derivation.pricing?.usageFilters ?? [])
      .map((filter) => [filter.startingAt, filter]),
  )
  const cuts = [...edges, ...filters.keys()].filter((at) => at > startingAt! && at < endingBefore!)
  const queries = [...Map.groupBy(usage, queryName).values()].map((same): UsageQuery => {
    const noted = same.flatMap(({ derivation }) => derivation.increments.flatMap(edgesOf))
    const boundaries = [...new Set([startingAt!, ...cuts, ...noted, endingBefore!])]
    const { metricId } = same[0]!.derivation
    const groupKey = groupKeyOf(same[0]!)
    return { metricId, groupKey, boundaries: boundaries.sort((a, b) => a - b) }
  })
  const inOrder = [...filters.values()].sort((a, b) => a.startingAt - b.startingAt)
  return { queries, reads: planReads(queries, known, inOrder), metrics: known }
}

/**
 * A final invoice, window by window. Prices, steps of ladders and payments are those that it was
 * finalized with, filled up in the course of its period by what was used: of usage that came later,
 * nothing is shown beyond what the invoice bills, so that all windows add up to it whatever comes.
 * @param windows in the order of time
 * @param reading the answers to the plan's reads; null when it has none
 */
export function breakDownStored(
  invoice: Invoice,
  windows: readonly Period[],
  { queries, reads, metrics }: StoredPlan,
  reading: UsageReading | null,
): Invoice[] {
  const usage = joinReads(queries, reads, reading?.usage ?? [])
  const increments = queries.map((query, i) =>
    usageIncrements(metrics.get(query.metricId)!, query, usage[i]!),
  )
  const course = openCourse(queries, increments)
  const at = new Map<number, Invoice>()
  const invoiceAt = (edge: number) => {
    let known = at.get(edge)
    if (known === undefined) at.set(edge, (known = invoiceUntil(invoice, course, edge)))
    return known
  }
  return windows.map((window) => {
    const isFirst = window.startMs <= invoice.startingAt!
    return windowOf(isFirst ? null : invoiceAt(window.startMs), invoiceAt(window.endMs), window)
  })
}

/** What was used in the course of the period, by query and group. */
type Course = Map<string, Map<string, (Period & { quantity: Decimal })[]>>

function openCourse(queries: readonly UsageQuery[], increments: readonly Increment[][]): Course {
  return new Map(
    queries.map(({ metricId, groupKey, boundaries }, i) => {
      const byGroup = Map.groupBy(increments[i]!, ({ group }) => JSON.stringify(group))
      const series = [...byGroup].map(([group, own]) => {
        const windows = own.map(({ window, quantity }) => {
          return { startMs: boundaries[window]!, endMs: boundaries[window + 1]!, quantity }
        })
        return [group, windows] as const
      })
      return [JSON.stringify([metricId, groupKey]), new Map(series)]
    }),
  )
}

function invoiceUntil(invoice: Invoice, course: Course, until: number): Invoice {
  if (until >= invoice.endingBefore!) return invoice
  const lines: InvoiceLine[] = [...invoice.lines]
  const set = (line: ChargingLine, quantity: Decimal) => {
    const i = invoice.lines.indexOf(line)
    const total = quantity.times(line.unitPrice)
    lines[i] = { ...line, quantity: toText(quantity), total: toText(total) }
    const applied = invoice.lines[i + 1]
    // What is paid is followed by the line that takes it off.
    if ('paidBy' in line && line.paidBy && applied?.type === 'applied_commit_or_credit') {
      lines[i + 1] = { ...applied, total: toText(total.neg()) }
    }
  }
  const fill = (parts: readonly ChargingLine[], share: (whole: Decimal) => Decimal) => {
    let left = share(sum(parts.map(({ quantity }) => new Decimal(quantity))))
    for (const [i, part] of parts.entries()) {
      const whole = new Decimal(part.quantity)
      const isLast = i === parts.length - 1
      const own = isLast ? left : Decimal.max(ZERO, Decimal.min(left, whole))
      set(part, own)
      left = left.minus(own)
    }
  }
  const own = invoice.lines.filter((line) => line.type !== 'applied_commit_or_credit')
  const usage = own.filter(isUsage)
  for (const parts of chargesOf(usage)) {
    const [first] = parts
    if (first!.endingBefore <= until) continue
    fill(parts, () => usedUntil(first!, course, until))
  }
  for (const line of own) {
    const isFixed = 'source' in line
    if (isFixed || (line.type === 'subscription' && line.startingAt >= until)) set(line, ZERO)
  }
  for (const parts of chargesOf(own.filter(isComposite))) {
    const [first] = parts
    if (first!.endingBefore > until)
      fill(parts, (whole) => whole.times(spentUntil(first!, { own, lines, invoice })))
  }
  const conversions = own.filter((line) => line.type === 'cpu_conversion')
  for (const parts of chargesOf(conversions)) {
    const { startingAt, endingBefore, derivation } = parts[0]!
    if (endingBefore <= until) continue
    const isFirst = startingAt === invoice.startingAt
    const converted = lines.filter(
      (line) =>
        line.creditTypeId === derivation.customCreditTypeId &&
        ('source' in line ||
          (line.startingAt < endingBefore && (isFirst || line.startingAt >= startingAt))),
    )
    fill(parts, () => sum(converted.map(({ total }) => new Decimal(total))))
  }
  return { ...invoice, lines, total: toText(invoiceTotal(lines, invoice.creditTypeId)) }
}

/** What of a charge was billed by an instant within its time. */
function usedUntil(line: UsageLine, course: Course, until: number): Decimal {
  const series = course.get(queryName(line))?.get(JSON.stringify(groupOf(line))) ?? []
  return sum(line.derivation.increments.map((noted) => notedUntil(noted, series, until)))
}

/**
 * What of a noted quantity was used by an instant. Where more or less was used than is noted,
 * events have come since: they count in the order of time as far as the note goes.
 */
function notedUntil(
  { startingAt, endingBefore, quantity, raw = quantity }: WindowQuantity,
  series: readonly (Period & { quantity: Decimal })[],
  until: number,
): Decimal {
  if (endingBefore <= until) return new Decimal(quantity)
  if (startingAt >= until) return ZERO
  const inside = series.filter(
    ({ startMs, endMs }) => startMs >= startingAt && endMs <= endingBefore,
  )
  const noted = new Decimal(raw)
  const all = sum(inside.map((each) => each.quantity))
  const so = sum(inside.filter(({ endMs }) => endMs <= until).map((each) => each.quantity))
  const isAsNoted = all.eq(noted)
  const [least, most] = noted.isNegative() ? [noted, ZERO] : [ZERO, noted]
  const used = isAsNoted ? so : Decimal.max(least, Decimal.min(most, so))
  if (raw === quantity) return used
  return noted.isZero() ? ZERO : divide(used.times(quantity), noted)
}

/** Which part of what a composite is of was spent by now, on its own contract. */
function spentUntil(
  { derivation, startingAt, endingBefore }: CompositeLine,
  { own, lines, invoice }: { own: readonly ChargingLine[]; lines: InvoiceLine[]; invoice: Invoice },
): Decimal {
  const ids = new Set(derivation.shares.map(({ productId }) => productId))
  const shared = own.filter(
    (line) =>
      'productId' in line &&
      ids.has(line.productId) &&
      'startingAt' in line &&
      line.startingAt < endingBefore &&
      line.endingBefore > startingAt,
  )
  const whole = sum(shared.map(({ total }) => new Decimal(total)))
  if (whole.isZero()) return ZERO
  const spent = sum(shared.map((line) => new Decimal(lines[invoice.lines.indexOf(line)]!.total)))
  return divide(spent, whole)
}

/** Lines that are parts of one charge, in the order in which they fill up. */
function chargesOf<Line extends ChargingLine>(lines: readonly Line[]): Line[][] {
  return [...Map.groupBy(lines, chargeName).values()].map((parts) =>
    parts.toSorted((a, b) => levelOf(a) - levelOf(b) || beforeOf(a).comparedTo(beforeOf(b))),
  )
}

function chargeName(line: ChargingLine): string {
  return JSON.stringify([
    line.type,
    line.type === 'cpu_conversion' ? line.derivation.customCreditTypeId : line.productId,
    'startingAt' in line ? [line.startingAt, line.endingBefore] : null,
    'pricingGroupValues' in line ? [line.pricingGroupValues, line.presentationGroupValues] : null,
  ])
}

function levelOf(line: ChargingLine): number {
  const charged = 'part' in line ? line.part?.charge.tier : undefined
  return (charged ?? ('tier' in line ? line.tier : undefined))?.level ?? 0
}

function beforeOf(line: ChargingLine): Decimal {
  return new Decimal('part' in line ? (line.part?.before.quantity ?? 0) : 0)
}

function queryName(line: UsageLine): string {
  return JSON.stringify([line.derivation.metricId, groupKeyOf(line)])
}

/** Lines of rating version 1 are of all usage by the properties that they show. */
function groupKeyOf({ derivation, pricingGroupValues, presentationGroupValues }: UsageLine) {
  if (derivation.pricing !== undefined) return derivation.pricing.groupKey
  const names = Object.keys({ ...pricingGroupValues, ...presentationGroupValues })
  return names.length === 0 ? null : names
}

function groupOf(line: UsageLine): Group {
  const values = { ...line.pricingGroupValues, ...line.presentationGroupValues }
  return (groupKeyOf(line) ?? []).map((name) => values[name] ?? null)
}

function edgesOf({ startingAt, endingBefore }: WindowQuantity): number[] {
  return [startingAt, endingBefore]
}

function isUsage(line: InvoiceLine): line is UsageLine {
  return line.type === 'usage' && line.productType === 'UsageProductListItem'
}

function isComposite(line: InvoiceLine): line is CompositeLine {
  return line.type === 'usage' && line.productType === 'CompositeProductListItem'
}
