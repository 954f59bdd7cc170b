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
  const filters = filterSpans(filtersOf(lines), period)
  const grouped = Map.groupBy(lines, ({ line }) =>
    JSON.stringify([line.derivation.metricId, keyOf(line)]),
  )
  return [...grouped.values()].flatMap((own): FinalQuestion[] => {
    const [{ line: first }] = own as [(typeof own)[number]]
    const metric = metrics.get(first.derivation.metricId)
    if (metric === undefined) return []
    const edges = own.flatMap(({ line }) => [
      line.startingAt,
      line.endingBefore,
      ...line.derivation.increments.flatMap((each) => [each.startingAt, each.endingBefore]),
    ])
    const all = [startingAt, endingBefore, ...filters.map(({ startMs }) => startMs), ...edges]
    const boundaries = [...new Set(all)].sort((a, b) => a - b)
    const conditions = boundaries.slice(0, -1).map((at) => {
      const filter = filters.findLast(({ startMs }) => startMs <= at)?.filter ?? null
      return filter === null ? [] : [{ property: filter.groupKey, values: filter.groupValues }]
    })
    const isFiltered = conditions.some(({ length }) => length > 0)
    const question = { metric, groupKey: keyOf(first), boundaries }
    return [{ question: isFiltered ? { ...question, conditions } : question, lines: own }]
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
 * Where the usage that lines charge is not what the stored events add up to, and usage that no line
 * of a product has though it is in the time of its lines.
 * @param unbilled what the invoice says of usage that has no price, which no line has
 */
export function verifyFinalUsage(
  asked: FinalQuestion,
  answers: readonly GroupIncrements[],
  unbilled: readonly UnbilledItem[] = [],
): InvoiceDifference[] {
  const byProduct = Map.groupBy(asked.lines, ({ line }) => line.productId)
  return [...byProduct].flatMap(([id, lines]) => {
    const own = unbilled.filter(({ productId }) => productId === id)
    return verifyProduct({ ...asked, lines }, answers, own)
  })
}

function verifyProduct(
  { question, lines }: FinalQuestion,
  answers: readonly GroupIncrements[],
  unbilled: readonly UnbilledItem[],
): InvoiceDifference[] {
  const cells = Map.groupBy(lines, ({ line }) => JSON.stringify(groupOf(line, question.groupKey)))
  const answered = new Map(answers.map((each) => [JSON.stringify(each.group), each.increments]))
  return [...new Set([...cells.keys(), ...answered.keys()])].flatMap((key) => {
    const windows = windowsOf(question, answered.get(key) ?? [])
    const isOwn = (item: UnbilledItem) => JSON.stringify(groupOf(item, question.groupKey)) === key
    const own = { own: cells.get(key) ?? [], unbilled: unbilled.filter(isOwn) }
    return verifyCell({ question, all: lines, ...own, key, windows })
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
  const billed = billedWindows(own)
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
    const total = sum([...billed.values()].map(({ raw }) => raw))
    if (total.equals(sum(windows.map(({ added }) => added)))) return []
  }
  const wrong = [...billed.values()].filter((window) => !addedIn(window).equals(window.raw))
  const missing = windows
    .filter(({ added }) => !added.isZero())
    .filter((window) => all.some(({ line }) => isInside(window, line)))
    .filter((window) => ![...billed.values()].some((each) => isInside(window, each)))
    .filter((window) => !unbilled.some((each) => isInside(window, each)))
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
      cause: 'the line charges other usage than the events of the log add up to',
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

interface BilledWindow {
  index: number
  name: string
  startingAt: number
  endingBefore: number
  /** As metered. */
  raw: Decimal
}

/** The lines of one cell share windows where steps of a ladder or balances divide a charge. */
function billedWindows(lines: FinalQuestion['lines']): Map<string, BilledWindow> {
  const windows = new Map<string, BilledWindow>()
  for (const { line, index } of lines) {
    for (const { startingAt, endingBefore, raw, quantity } of line.derivation.increments) {
      const window = { index, name: line.name, startingAt, endingBefore }
      const key = JSON.stringify([startingAt, endingBefore])
      windows.set(key, { ...window, raw: new Decimal(raw ?? quantity) })
    }
  }
  return windows
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

function groupOf(
  line: Pick<UnbilledItem, 'pricingGroupValues' | 'presentationGroupValues'>,
  groupKey: string[] | null,
): Group {
  const values = new Map([
    ...Object.entries(line.pricingGroupValues ?? {}),
    ...Object.entries(line.presentationGroupValues ?? {}),
  ])
  return (groupKey ?? []).map((name) => values.get(name) ?? null)
}
