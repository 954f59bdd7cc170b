import type { Books, Customer, Metric, Product, UsageEvent } from './books.ts'
import { Decimal, sumOf, ZERO } from './exact.ts'

/** Usage of a product with the same values of its keys. */
export interface Cell {
  product: Product
  pricingValues: string[]
  presentationValues: string[]
  events: UsageEvent[]
}

/** The customer's events that a product's metric counts within some time, by values. */
export function cellsOf(
  books: Books,
  customer: Customer,
  product: Product,
  startMs: number,
  endMs: number,
): Cell[] {
  const metric = metricOf(books, product)
  const cells = new Map<string, Cell>()
  for (const event of books.events) {
    if (event.atMs < startMs || event.atMs >= endMs) continue
    if (!customer.ingestIds.includes(event.ingestId) || !counts(metric, event)) continue
    const valuesOf = (names: string[]) => names.map((name) => event.properties[name] ?? '')
    const pricingValues = valuesOf(product.pricingKey)
    const presentationValues = valuesOf(product.presentationKey)
    const key = JSON.stringify([pricingValues, presentationValues])
    const cell = cells.get(key) ?? { product, pricingValues, presentationValues, events: [] }
    cell.events.push(event)
    cells.set(key, cell)
  }
  return [...cells.values()]
}

export function metricOf({ metrics }: Books, product: Product): Metric {
  return metrics.find(({ id }) => id === product.metricId)!
}

function counts(metric: Metric, event: UsageEvent): boolean {
  return (
    event.type === metric.eventType &&
    metric.required.every((name) => event.properties[name] !== undefined)
  )
}

/** What a metric says of some events. */
export function aggregate(metric: Metric, events: readonly UsageEvent[]): Decimal {
  const { kind, property } = metric
  if (kind === 'COUNT') return new Decimal(events.length)
  const values = events.map((event) => event.properties[property ?? '']!)
  if (kind === 'SUM') return sumOf(values)
  if (kind === 'SUM_OF_DAILY_MAX') return sumOfDailyMax(events, property ?? '')
  if (kind === 'UNIQUE') return new Decimal(new Set(values).size)
  if (events.length === 0) return ZERO
  if (kind === 'MAX') return Decimal.max(...values)
  let latest = events[0]!
  for (const event of events) if (isLater(event, latest)) latest = event
  return new Decimal(latest.properties[property ?? '']!)
}

function sumOfDailyMax(events: readonly UsageEvent[], property: string): Decimal {
  const peaks = new Map<number, Decimal>()
  for (const { atMs, properties } of events) {
    const day = Math.floor(atMs / 86_400_000)
    const value = new Decimal(properties[property]!)
    peaks.set(day, Decimal.max(peaks.get(day) ?? value, value))
  }
  return sumOf(peaks.values())
}

/** At the same instant, the greater transaction id is the later event. */
function isLater(event: UsageEvent, than: UsageEvent): boolean {
  return event.atMs === than.atMs ? event.id > than.id : event.atMs > than.atMs
}
