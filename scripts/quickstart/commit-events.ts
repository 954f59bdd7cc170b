import type { Delivery, UsageEvent } from './generate-events.ts'
import { BUYER, LATE, PEAKS, START, TOKENS_A_DAY, type Model } from './commit-terms.ts'
import { createRandom, shuffle, type Random } from './random.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const START_MS = Date.parse(START)
const DAYS = 90
/** Each day's tokens come in so many events of each model. */
const PARTS = 4

/** When the clock stops for usage to arrive: weekly, and when something becomes of balances. */
const ARRIVALS = [7, 14, 15, 22, 31, 38, 45, 52, 59, 66, 73, 80, 90]

/** A quarter of one customer, the same in every run; some events arrive twice. */
export function generateCommitDeliveries(): Delivery[] {
  const random = createRandom(20_260_101)
  const deliveries = ARRIVALS.map((day): Delivery => ({ clock: instant(day * DAY_MS), events: [] }))
  for (let day = 0; day < DAYS; day += 1) {
    const arrival = ARRIVALS.findIndex((arrived) => arrived > day)
    for (const event of eventsOfDay(day, random)) {
      deliveries[arrival]?.events.push({ event, isValid: true })
      const again = random(100) < 2 ? Math.min(arrival + random(2), ARRIVALS.length - 1) : null
      if (again !== null) deliveries[again]?.events.push({ event, isValid: true })
    }
  }
  for (const { events } of deliveries) shuffle(events, random)
  return deliveries
}

/** Usage of February that arrives when the next contract has begun. */
export function lateDelivery(): Delivery {
  const event = tokens('late', LATE.timestamp, 'large', LATE.tokens)
  return { clock: '2026-03-01T12:00:00Z', events: [{ event, isValid: true }] }
}

function eventsOfDay(day: number, random: Random): UsageEvent[] {
  const calls = Object.entries(TOKENS_A_DAY).flatMap(([model, aDay]) =>
    Array.from({ length: PARTS }, (_, i) => {
      const timestamp = instant(day * DAY_MS + random(DAY_MS))
      return tokens(`${day + 1}-${model}-${i + 1}`, timestamp, model as Model, aDay / PARTS)
    }),
  )
  const date = instant(day * DAY_MS).slice(0, 10)
  const peak = new Map<string, string>(Object.entries(PEAKS)).get(date.slice(0, 7))
  // The peak is in the middle of the month; a lower one follows.
  const gigabytes = { '15': peak, '20': '99.5' }[date.slice(8)]
  if (gigabytes === undefined) return calls
  return [
    ...calls,
    {
      transaction_id: `${BUYER.alias}-storage-${date}`,
      customer_id: BUYER.alias,
      event_type: 'storage_snapshot',
      timestamp: `${date}T03:00:00Z`,
      properties: { gigabytes },
    },
  ]
}

function tokens(id: string, timestamp: string, model: Model, count: number): UsageEvent {
  return {
    transaction_id: `${BUYER.alias}-${id}`,
    customer_id: BUYER.alias,
    event_type: 'completion',
    timestamp,
    properties: { model, tokens: String(count) },
  }
}

function instant(msIntoYear: number): string {
  return new Date(START_MS + msIntoYear).toISOString()
}
