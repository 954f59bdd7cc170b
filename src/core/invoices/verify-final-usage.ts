import type { UsageFilter } from '../contracts/usage-filter.ts'
import { Decimal, sum, toText } from '../decimal.ts'
import type { Group } from '../metering/group.ts'
import { isSqlMetric, type BillableMetric } from '../metering/metric.ts'
import type { NaiveQuestion } from '../metering/naive/naive-usage.ts'
import { filterSpans } from '../rating/plan-reads.ts'
import type { InvoiceDifference } from './invoice-difference.ts'
import type { Invoice, UnbilledItem, UsageLine } from './invoice.ts'

/** Usage of a metric that lines of a final invoice charge, as a question for the naive evaluation. */
export interface FinalQuestion {
  question: NaiveQuestion
  /** The lines that were computed from it, by their places on the invoice. */
  lines: { line: UsageLine; index: number }[]
  /** Usage of the same products that is not billed; the reasons are on the invoice. */
  unbilled: UnbilledItem[]
}

/**
 * What to ask the stored events about a final invoice, as its lines say that usage was read; its
 * terms may have changed since.
 * @param metrics those that are known of the ones that lines name
 */
export function finalQuestions(
  invoice: Invoice,
  metrics: ReadonlyMap<string, BillableMetric>,
): FinalQuestion[] {
  const { startingAt, endingBefore } = invoice
  if (startingAt === null || endingBefore === null) return []
  // Events have nothing to say of usage that was given.
  if (invoice.derivation.isGiven === true) return []
  const period = { startMs: startingAt, endMs: endingBefore }
  const lines = usageLines(invoice)
  const { unbilled } = invoice.derivation
  const filters = filterSpans(filtersOf(lines), period)
  const grouped = Map.groupBy(lines, ({ line }) =>
    JSON.stringify([line.derivation.metricId, keyOf(line)]),
  )
  return [...grouped.values()].flatMap((own): FinalQuestion[] => {
    const [{ line: first }] = own as [(typeof own)[number]]
    const metric = metrics.get(first.derivation.metricId)
    if (metric === undefined) return []
    const products = new Set(own.map(({ line }) => line.productId))
    const unbilledOfThem = unbilled.filter(({ productId }) => products.has(productId))
    const spans = [
      ...own.flatMap(({ line }) => [line, ...line.derivation.increments]),
      ...unbilledOfThem.flatMap((item) => [item, ...(item.increments ?? [])]),
    ]
    const edges = spans.flatMap((each) => [each.startingAt, each.endingBefore])
    const all = [startingAt, endingBefore, ...filters.map(({ startMs }) => startMs), ...edges]
    const boundaries = [...new Set(all)].sort((a, b) => a - b)
    const conditions = boundaries.slice(0, -1).map((at) => {
      const filter = filters.findLast(({ startMs }) => startMs <= at)?.filter ?? null
      return filter === null ? [] : [{ property: filter.groupKey, values: filter.groupValues }]
    })
    const isFiltered = conditions.some(({ length }) => length > 0)
    const question = { metric, groupKey: keyOf(first), boundaries }
    const asked = isFiltered ? { ...question, conditions } : question
    return [{ question: asked, lines: own, unbilled: unbilledOfThem }]
  })
}

/** The metrics that the lines of an invoice name. */
export function metricsOfLines(invoice: Invoice): string[] {
  return [...new Set(usageLines(invoice).map(({ line }) => line.derivation.metricId))]
}

/** What each window adds to the usage of a group; decimal texts. */
interface GroupIncrements {
  group: Group
  increments: readonly string[]
}

/**
 * Where the usage that lines charge, or that the invoice leaves unbilled, is not what the stored
 * events add up to, and usage of neither kind though it is in the time of a product's lines.
 */
export function verifyFinalUsage(
  asked: FinalQuestion,
  answers: readonly GroupIncrements[],
): InvoiceDifference[] {
  const byProduct = Map.groupBy(asked.lines, ({ line }) => line.productId)
  return [...byProduct].flatMap(([productId, lines]) => {
    const unbilled = asked.unbilled.filter((item) => item.productId === productId)
    return verifyProduct({ ...asked, lines, unbilled }, answers)
  })
}

function verifyProduct(
  { question, lines, unbilled }: FinalQuestion,
  answers: readonly GroupIncrements[],
): InvoiceDifference[] {
  const nameOf = (of: UsageLine | UnbilledItem) => JSON.stringify(groupOf(of, question.groupKey))
  const cells = Map.groupBy(lines, ({ line }) => nameOf(line))
  const unbilledCells = Map.groupBy(unbilled, nameOf)
  const answered = new Map(answers.map((each) => [JSON.stringify(each.group), each.increments]))
  const keys = [...cells.keys(), ...unbilledCells.keys(), ...answered.keys()]
  return [...new Set(keys)].flatMap((key) => {
    const windows = windowsOf(question, answered.get(key) ?? [])
    const own = cells.get(key) ?? []
    const left = unbilledCells.get(key) ?? []
    return verifyCell({ question, all: lines, own, unbilled: left, key, windows })
  })
}

interface Window {
  startingAt: number
  endingBefore: number
  added: Decimal
}

function windowsOf({ boundaries }: NaiveQuestion, increments: readonly string[]): Window[] {
  return boundaries.slice(0, -1).map((startingAt, i) => ({
    startingAt,
    endingBefore: boundaries[i + 1]!,
    added: new Decimal(increments[i] ?? 0),
  }))
}

function verifyCell({
  question,
  all,
  own,
  unbilled,
  key,
  windows,
}: {
  question: NaiveQuestion
  all: FinalQuestion['lines']
  own: FinalQuestion['lines']
  unbilled: readonly UnbilledItem[]
  key: string
  windows: readonly Window[]
}): InvoiceDifference[] {
  const told = [...billedWindows(own).values(), ...unbilledWindows(unbilled)]
  const addedIn = (span: { startingAt: number; endingBefore: number }) =>
    sum(
      windows
        .filter((each) => span.startingAt <= each.startingAt)
        .filter((each) => each.endingBefore <= span.endingBefore)
        .map(({ added }) => added),
    )
  const isInside = (
    span: { startingAt: number },
    of: { startingAt: number; endingBefore: number },
  ) => of.startingAt <= span.startingAt && span.startingAt < of.endingBefore
  // A SQL metric may be billed as a whole at the end of the period (SG-4).
  if (isSqlMetric(question.metric)) {
    const total = sum(told.map(({ raw }) => raw))
    if (total.equals(sum(windows.map(({ added }) => added)))) return []
  }
  const wrong = told.filter((window) => !addedIn(window).equals(window.raw))
  const missing = windows
    .filter(({ added }) => !added.isZero())
    .filter((window) => all.some(({ line }) => isInside(window, line)))
    .filter((window) => !told.some((each) => isInside(window, each)))
    // Before rating version 5, of what is not billed the sum alone was noted, as converted.
    .filter((window) => !unbilled.some((item) => !item.increments && isInside(window, item)))
  const place = { metricId: question.metric.id, groupKey: question.groupKey }
  const group = JSON.parse(key) as Group
  return [
    ...wrong.map(({ index, name, startingAt, endingBefore, raw, ...window }) => ({
      kind: 'usage' as const,
      line: index,
      name,
      ...place,
      group,
      startingAt,
      endingBefore,
      expected: toText(addedIn({ startingAt, endingBefore, ...window })),
      found: toText(raw),
      cause: `${index === undefined ? 'the invoice leaves unbilled' : 'the line charges'} other usage than the events of the log add up to`,
    })),
    ...missing.map(({ startingAt, endingBefore, added }) => ({
      kind: 'usage' as const,
      ...place,
      group,
      startingAt,
      endingBefore,
      expected: toText(added),
      found: null,
      cause: 'the log has events that no line charges',
    })),
  ]
}

/** Usage of a window that the invoice tells of. */
interface ToldWindow {
  /** Of the line that charges it; absent where none does. */
  index?: number
  name?: string
  startingAt: number
  endingBefore: number
  /** As metered. */
  raw: Decimal
}

/** The lines of one cell share windows where steps of a ladder or balances divide a charge. */
function billedWindows(lines: FinalQuestion['lines']): Map<string, ToldWindow> {
  const windows = new Map<string, ToldWindow>()
  for (const { line, index } of lines) {
    for (const { startingAt, endingBefore, raw, quantity } of line.derivation.increments) {
      const window = { index, name: line.name, startingAt, endingBefore }
      const key = JSON.stringify([startingAt, endingBefore])
      windows.set(key, { ...window, raw: new Decimal(raw ?? quantity) })
    }
  }
  return windows
}

/** Where a ladder is priced in a unit without a conversion, its steps share windows, too. */
function unbilledWindows(items: readonly UnbilledItem[]): ToldWindow[] {
  const windows = new Map<string, ToldWindow>()
  for (const { startingAt, endingBefore, raw, quantity } of items.flatMap(
    ({ increments = [] }) => increments,
  )) {
    const key = JSON.stringify([startingAt, endingBefore])
    windows.set(key, { startingAt, endingBefore, raw: new Decimal(raw ?? quantity) })
  }
  return [...windows.values()]
}

function usageLines({ lines }: Invoice): FinalQuestion['lines'] {
  return lines.flatMap((line, index) =>
    line.type === 'usage' && line.productType === 'UsageProductListItem' ? [{ line, index }] : [],
  )
}

/** Those of the contract: each line has the ones of its own time. */
function filtersOf(lines: FinalQuestion['lines']): UsageFilter[] {
  const all = lines.flatMap(({ line }) => line.derivation.pricing?.usageFilters ?? [])
  const distinct = new Map(all.map((filter) => [filter.startingAt, filter]))
  return [...distinct.values()].sort((a, b) => a.startingAt - b.startingAt)
}

/** Lines of rating version 1 do not say by which key usage was read: by that of their values. */
function keyOf({ derivation, pricingGroupValues, presentationGroupValues }: UsageLine) {
  if (derivation.pricing !== undefined) return derivation.pricing.groupKey
  const names = Object.keys({ ...pricingGroupValues, ...presentationGroupValues })
  return names.length === 0 ? null : names
}

function groupOf(line: UsageLine | UnbilledItem, groupKey: string[] | null): Group {
  const values = new Map([
    ...Object.entries(line.pricingGroupValues ?? {}),
    ...Object.entries(line.presentationGroupValues ?? {}),
  ])
  return (groupKey ?? []).map((name) => values.get(name) ?? null)
}
