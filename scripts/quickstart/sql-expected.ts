import { multiplyAmounts, parseAmount, type Amount } from './amount.ts'
import { compareLines, type Line } from './expected-lines.ts'
import type { Delivery, UsageEvent } from './generate-events.ts'
import { MARCH } from './price-list.ts'
import {
  priceSpan,
  SQL_PRICES,
  SQL_PRODUCTS,
  USERS_SWAP,
  type SqlKey,
  type SqlPrice,
} from './sql-metrics.ts'

/** Quantities by what a line is about: values as `column=value`, in the order of the names. */
type Quantities = Map<string, Amount>

const UNIT = parseAmount('1')

/**
 * March computed a second time, straight from what was sent: whole-number arithmetic that shares
 * nothing with the server and knows no SQL.
 */
export function expectedSqlLines(deliveries: Delivery[]): Line[] {
  const sent = deliveries.flatMap(({ events }) => events.map(({ event }) => event))
  // Every transaction id counts once.
  const events = [...new Map(sent.map((event) => [event.transaction_id, event])).values()]
  return SQL_PRICES.flatMap((price) =>
    price.product === 'users' ? userLines(price, events) : linesOf(price, events),
  ).sort(compareLines)
}

function linesOf(price: SqlPrice, events: UsageEvent[]): Line[] {
  const { startingAt, until } = priceSpan(price)
  const inSpan = between(events, startingAt, until)
  const measures: Record<Exclude<SqlKey, 'users'>, (events: UsageEvent[]) => Quantities> = {
    seats: averageSeats,
    bandwidth: highBandwidth,
    tokens: weightedTokens,
  }
  const quantities = measures[price.product as Exclude<SqlKey, 'users'>](inSpan)
  const [wanted] = Object.entries(price.values ?? {}).map(([name, value]) => `${name}=${value}`)
  return [...quantities]
    .filter(([values]) => values.split(' ').includes(wanted ?? ''))
    .map(([values, quantity]) => line(price, values, startingAt, quantity))
}

/**
 * Until the swap, users; from then on what returning users grow by: together
 * returning(month) + users(until the swap) − returning(until the swap).
 */
function userLines(price: SqlPrice, events: UsageEvent[]): Line[] {
  const before = between(events, MARCH.start, USERS_SWAP)
  const usersThen = usersOf(before, 1)
  const returningThen = usersOf(before, 2)
  const returningAtEnd = usersOf(between(events, MARCH.start, MARCH.end), 2)
  return [
    ...[...usersThen].map(([values, count]) => line(price, values, MARCH.start, count)),
    ...[...returningAtEnd].map(([values, count]) =>
      line(price, values, USERS_SWAP, count - (returningThen.get(values) ?? 0n)),
    ),
  ]
}

function line(price: SqlPrice, values: string, startingAt: string, quantity: Amount): Line {
  const unitPrice = parseAmount(price.cents)
  const total = multiplyAmounts(quantity, unitPrice)
  const { name } = SQL_PRODUCTS[price.product]
  return { name, values, startingAt, quantity, unitPrice, total }
}

function between(events: UsageEvent[], from: string, until: string): UsageEvent[] {
  return events.filter(({ timestamp }) => {
    const at = Date.parse(timestamp)
    return at >= Date.parse(from) && at < Date.parse(until)
  })
}

/** The highest of each day, averaged over the days with a snapshot, be it a number or not. */
function averageSeats(events: UsageEvent[]): Quantities {
  const snapshots = events.filter(({ event_type }) => event_type === 'seat_snapshot')
  const byWorkspace = groupBy(
    snapshots,
    ({ properties: { plan, workspace } }) => `plan=${plan} workspace=${workspace}`,
  )
  return mapValues(byWorkspace, (own) => {
    const days = groupBy(own, ({ timestamp }) => timestamp.slice(0, 10))
    const peaks = [...days.values()].map((ofDay) =>
      wholeNumbers(ofDay, 'seats').reduce((a, b) => (a > b ? a : b), 0n),
    )
    const exact = add(peaks) * UNIT
    if (exact % BigInt(days.size) !== 0n) throw new Error('the average has too many digits')
    return exact / BigInt(days.size)
  })
}

/** Of each region's hours with a transfer, the one that 95 of 100 do not exceed, in GB. */
function highBandwidth(events: UsageEvent[]): Quantities {
  const transfers = events.filter(({ event_type }) => event_type === 'transfer')
  const byRegion = groupBy(transfers, ({ properties }) => `region=${properties['region']}`)
  return mapValues(byRegion, (own) => {
    const hours = groupBy(own, ({ timestamp }) => timestamp.slice(0, 13))
    const sums = [...hours.values()].map((ofHour) =>
      add(ofHour.map(({ properties }) => parseAmount(properties['megabytes']))),
    )
    sums.sort((a, b) => (a < b ? -1 : 1))
    const rank = Math.ceil((95 * sums.length) / 100)
    return (sums[rank - 1] ?? 0n) / 1000n
  })
}

const TENTHS_OF_KIND = new Map([
  ['input', 10n],
  ['cached', 1n],
  ['output', 40n],
])

function weightedTokens(events: UsageEvent[]): Quantities {
  const completions = events.filter(({ event_type }) => event_type === 'completion')
  const byModel = groupBy(completions, ({ properties }) => `model=${properties['model']}`)
  return mapValues(byModel, (own) => {
    const byKind = groupBy(own, ({ properties }) => properties['kind'] ?? '')
    const tenths = [...byKind].map(
      ([kind, ofKind]) => add(wholeNumbers(ofKind, 'tokens')) * (TENTHS_OF_KIND.get(kind) ?? 0n),
    )
    return (add(tenths) * UNIT) / 10n
  })
}

/** Users who were there on so many days of these, by region. */
function usersOf(events: UsageEvent[], daysMin: number): Quantities {
  const logins = events.filter(({ event_type }) => event_type === 'login')
  const byRegion = groupBy(logins, ({ properties }) => `region=${properties['region'] ?? null}`)
  return mapValues(byRegion, (own) => {
    const byUser = groupBy(own, ({ properties }) => properties['user_id'] ?? '')
    const days = [...byUser.values()].map(
      (ofUser) => new Set(ofUser.map(({ timestamp }) => timestamp.slice(0, 10))).size,
    )
    return BigInt(days.filter((count) => count >= daysMin).length) * UNIT
  })
}

/** Those of the values that are numbers, all of which are whole here. */
function wholeNumbers(events: UsageEvent[], property: string): bigint[] {
  return events.flatMap(({ properties }) => {
    const match = /^\s*\+?(\d+)(?:e(\d))?\s*$/.exec(properties[property] ?? '')
    return match === null ? [] : [BigInt(match[1] ?? '') * 10n ** BigInt(match[2] ?? 0)]
  })
}

function add(numbers: bigint[]): bigint {
  return numbers.reduce((a, b) => a + b, 0n)
}

function groupBy(
  events: UsageEvent[],
  key: (event: UsageEvent) => string,
): Map<string, UsageEvent[]> {
  return Map.groupBy(events, key)
}

function mapValues(
  groups: Map<string, UsageEvent[]>,
  measure: (events: UsageEvent[]) => Amount,
): Quantities {
  return new Map([...groups].map(([key, own]) => [key, measure(own)]))
}
