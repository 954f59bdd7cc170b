import { DAY_MS, HOUR_MS, type Period } from '../time.ts'
import type { InvoiceStatus, InvoiceSummary } from './invoice.ts'

export const BREAKDOWN_SIZES = ['HOUR', 'DAY', 'NONE'] as const
/** The width of windows; NONE: each invoice is one. */
export type BreakdownSize = (typeof BREAKDOWN_SIZES)[number]

/** Which breakdowns of a customer's usage invoices are asked for (invoices 4.2). */
export interface BreakdownQuery {
  size: BreakdownSize
  status?: Exclude<InvoiceStatus, 'VOID'>
  creditTypeId?: string
  /** Only windows that start at this instant or later … */
  startMs: number
  /** … and end at this one or before. */
  endMs: number
  /** By the start of the window, then by the invoice's date of issue; ids decide ties. */
  sort: 'date_asc' | 'date_desc'
  limit: number
  /** The place in this order after which to go on. */
  after: BreakdownPlace | null
}

export interface BreakdownPlace {
  windowStart: number
  issuedAt: number
  id: string
}

/** A window of an invoice. */
export interface InvoiceWindow extends Period {
  invoice: InvoiceSummary
}

/** One page is of so much time at most (invoices 4.2). */
const PAGE_MS: Record<BreakdownSize, number> = { HOUR: DAY_MS, DAY: 35 * DAY_MS, NONE: Infinity }
const WIDTH_MS = { HOUR: HOUR_MS, DAY: DAY_MS }

/**
 * The windows of the asked-for page, in order. They are hours or days of UTC; the first and the
 * last of an invoice end with its period. Only usage invoices that are not void have any.
 */
export function selectBreakdowns(
  invoices: readonly InvoiceSummary[],
  query: BreakdownQuery,
): { windows: InvoiceWindow[]; hasMore: boolean } {
  const { size, sort, limit, after } = query
  const direction = sort === 'date_asc' ? 1 : -1
  const bounds = boundsOf(query)
  const asked = invoices.filter((invoice) => isAsked(invoice, query))
  const first = asked
    .flatMap((invoice) => firstWindowStart(invoice, query, bounds) ?? [])
    .reduce<number | null>((best, at) => {
      return best === null || direction * (at - best) < 0 ? at : best
    }, null)
  if (first === null) return { windows: [], hasMore: false }
  const page = clipToPage(bounds, first, direction, PAGE_MS[size])
  const found = asked
    .flatMap((invoice) => windowsOf(invoice, size, page).filter((each) => fits(each, query)))
    .filter(({ startMs, invoice: { issuedAt, id } }) => {
      const place = { windowStart: startMs, issuedAt, id }
      return after === null || direction * comparePlaces(place, after) > 0
    })
    .sort((a, b) => direction * comparePlaces(placeOf(a), placeOf(b)))
  const windows = found.slice(0, limit)
  const isCut = found.length > limit
  return { windows, hasMore: isCut || hasBeyond(asked, query, page, direction) }
}

export function placeOf({ startMs, invoice: { issuedAt, id } }: InvoiceWindow): BreakdownPlace {
  return { windowStart: startMs, issuedAt, id }
}

function isAsked(invoice: InvoiceSummary, { status, creditTypeId }: BreakdownQuery): boolean {
  return (
    invoice.type === 'USAGE' &&
    invoice.status !== 'VOID' &&
    (status === undefined || invoice.status === status) &&
    (creditTypeId === undefined || invoice.creditTypeId === creditTypeId)
  )
}

/** Between which instants windows of this page and of those after it start, both inclusive. */
function boundsOf({ startMs, endMs, sort, after }: BreakdownQuery): [number, number] {
  if (after === null) return [startMs, endMs]
  return sort === 'date_asc'
    ? [Math.max(startMs, after.windowStart), endMs]
    : [startMs, Math.min(endMs, after.windowStart)]
}

function clipToPage(
  [from, to]: [number, number],
  first: number,
  direction: 1 | -1,
  pageMs: number,
): [number, number] {
  return direction === 1
    ? [from, Math.min(to, first + pageMs - 1)]
    : [Math.max(from, first - pageMs + 1), to]
}

/** The windows of an invoice that start between two instants, both inclusive. */
function windowsOf(
  invoice: InvoiceSummary,
  size: BreakdownSize,
  [from, to]: [number, number],
): InvoiceWindow[] {
  const period = periodOf(invoice)
  if (size === 'NONE') {
    return period.startMs >= from && period.startMs <= to ? [{ invoice, ...period }] : []
  }
  const width = WIDTH_MS[size]
  const windows: InvoiceWindow[] = []
  const lowest = Math.floor(Math.max(period.startMs, from) / width) * width
  for (let at = lowest; at < period.endMs && at <= to; at += width) {
    const startMs = Math.max(at, period.startMs)
    const endMs = Math.min(at + width, period.endMs)
    if (startMs >= from && startMs <= to) windows.push({ invoice, startMs, endMs })
  }
  return windows
}

/** Where an invoice's first asked-for window within bounds starts, in the order of the sort. */
function firstWindowStart(
  invoice: InvoiceSummary,
  query: BreakdownQuery,
  [from, to]: [number, number],
): number | null {
  const { size, sort, after } = query
  const { startMs, endMs } = periodOf(invoice)
  if (endMs <= from || startMs > to) return null
  const width = size === 'NONE' ? 0 : WIDTH_MS[size]
  // Two windows on either side are enough: one may not fit, or be the one that was before.
  const near: [number, number] =
    sort === 'date_asc'
      ? [from, Math.max(from, startMs) + 2 * width]
      : [Math.min(to, endMs) - 3 * width, to]
  const starts = windowsOf(invoice, size, size === 'NONE' ? [from, to] : near)
    .filter((each) => fits(each, query))
    .filter((each) => {
      if (after === null) return true
      const order = comparePlaces(placeOf(each), after)
      return sort === 'date_asc' ? order > 0 : order < 0
    })
    .map((each) => each.startMs)
  if (starts.length === 0) return null
  return sort === 'date_asc' ? Math.min(...starts) : Math.max(...starts)
}

function hasBeyond(
  asked: readonly InvoiceSummary[],
  query: BreakdownQuery,
  [from, to]: [number, number],
  direction: 1 | -1,
): boolean {
  const beyond: [number, number] =
    direction === 1 ? [to + 1, query.endMs] : [query.startMs, from - 1]
  return asked.some((invoice) => firstWindowStart(invoice, query, beyond) !== null)
}

function fits({ startMs, endMs }: Period, query: BreakdownQuery): boolean {
  return startMs >= query.startMs && endMs <= query.endMs
}

function periodOf({ startingAt, endingBefore }: InvoiceSummary): Period {
  return { startMs: startingAt ?? 0, endMs: endingBefore ?? 0 }
}

function comparePlaces(a: BreakdownPlace, b: BreakdownPlace): number {
  if (a.windowStart !== b.windowStart) return a.windowStart - b.windowStart
  if (a.issuedAt !== b.issuedAt) return a.issuedAt - b.issuedAt
  return a.id < b.id ? -1 : Number(a.id > b.id)
}
