import type { Delivery, UsageEvent } from './generate-events.ts'
import { addAmounts, multiplyAmounts, parseAmount, type Amount } from './amount.ts'
import { MARCH, PRICES, PRODUCTS, type Customer, type MetricKey, type Price } from './price-list.ts'

/** A line as the invoice should show it, with all digits. */
export interface Line {
  name: string
  /** Values that the line is about, as `property=value` in the order of the properties' names. */
  values: string
  /** Null where a line is for no span of time. */
  startingAt: string | null
  /** Null where a line takes off what a commit or credit pays. */
  quantity: Amount | null
  unitPrice: Amount | null
  total: Amount
  /** The custom pricing unit that the line is in, rather than the invoice's currency. */
  unit?: string
}

/**
 * A customer's March computed a second time, straight from what was sent: a dozen lines of
 * whole-number arithmetic that share no code with the server.
 */
export function expectedLines(deliveries: Delivery[], customer: Customer): Line[] {
  const own = distinctEvents(deliveries).filter((event) =>
    customer.aliases.includes(event.customer_id),
  )
  return PRICES.flatMap((price) => linesOf(price, own)).sort(compareLines)
}

export function compareLines(a: Line, b: Line): number {
  const [left, right] = [a, b].map((line) => [line.name, line.values, line.startingAt].join('\n'))
  return (left ?? '') < (right ?? '') ? -1 : 1
}

/** Every transaction id counts once. */
function distinctEvents(deliveries: Delivery[]): UsageEvent[] {
  const valid = deliveries.flatMap(({ events }) => events).filter(({ isValid }) => isValid)
  return [...new Map(valid.map(({ event }) => [event.transaction_id, event])).values()]
}

function linesOf(price: Price, events: UsageEvent[]): Line[] {
  const { startingAt, until } = periodOf(price)
  const inPeriod = events.filter(({ timestamp }) => {
    const at = Date.parse(timestamp)
    return at >= Date.parse(startingAt) && at < Date.parse(until)
  })
  const groups =
    price.values === undefined
      ? [{ values: '', quantity: measure(price.product, inPeriod) }]
      : groupByTeam(price.values, inPeriod)
  const unitPrice = parseAmount(price.cents)
  return groups.map(({ values, quantity }) => ({
    name: PRODUCTS[price.product].name,
    values,
    startingAt,
    quantity,
    unitPrice,
    total: multiplyAmounts(quantity, unitPrice),
  }))
}

/** From when until when in March a price holds: the next one for the same thing replaces it. */
function periodOf(price: Price): { startingAt: string; until: string } {
  const later = PRICES.filter(
    (other) =>
      other.product === price.product &&
      JSON.stringify(other.values) === JSON.stringify(price.values) &&
      other.startingAt > price.startingAt,
  )
  const startingAt = price.startingAt > MARCH.start ? price.startingAt : MARCH.start
  return { startingAt, until: later[0]?.startingAt ?? MARCH.end }
}

function groupByTeam(values: { model: string; direction: string }, events: UsageEvent[]) {
  const { model, direction } = values
  const priced = events.filter(
    ({ event_type, properties }) =>
      event_type === 'completion' &&
      properties['model'] === model &&
      properties['direction'] === direction,
  )
  return [...Map.groupBy(priced, ({ properties }) => properties['team'])].map(([team, own]) => ({
    values: `direction=${direction} model=${model} team=${team}`,
    quantity: measure('tokens', own),
  }))
}

/** What a metric makes of a customer's events. */
function measure(metric: MetricKey, events: UsageEvent[]): Amount {
  const properties = (type: string) =>
    events.filter(({ event_type }) => event_type === type).map((event) => event.properties)
  const measures: Record<MetricKey, () => Amount> = {
    tokens: () => addAmounts(properties('completion').map(({ tokens }) => parseAmount(tokens))),
    requests: () => parseAmount(String(properties('api_request').length)),
    storage: () =>
      properties('storage_snapshot')
        .map(({ gigabytes }) => parseAmount(gigabytes))
        .reduce((a, b) => (a > b ? a : b)),
    users: () => {
      const ids = properties('completion').map(({ user_id }) => user_id)
      return parseAmount(String(new Set(ids.filter((id) => id !== undefined)).size))
    },
  }
  return measures[metric]()
}
