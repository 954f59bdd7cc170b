import { ENTERPRISE, USAGE_A_DAY } from './enterprise-terms.ts'
import type { Delivery, UsageEvent } from './generate-events.ts'
import { MARCH } from './price-list.ts'
import { createRandom, shuffle, type Random } from './random.ts'

const DAY_MS = 24 * 3_600_000
const MARCH_MS = Date.parse(MARCH.start)
const DAYS = 31
/** Each day's tokens of a kind come in so many events. */
const PARTS = 4
/** When the clock stops for usage to arrive: when something is charged or changed, and weekly. */
const ARRIVALS = [7, 14, 16, 24, 31]

/** March of one customer, the same in every run; some events arrive twice. */
export function generateEnterpriseDeliveries(): Delivery[] {
  const random = createRandom(20_260_303)
  const deliveries = ARRIVALS.map((day): Delivery => ({ clock: instant(day * DAY_MS), events: [] }))
  for (let day = 0; day < DAYS; day += 1) {
    const arrival = ARRIVALS.findIndex((arrived) => arrived > day)
    for (const event of eventsOfDay(day, random)) {
      deliveries[arrival]?.events.push({ event, isValid: true })
      if (random(100) < 2) deliveries[arrival]?.events.push({ event, isValid: true })
    }
  }
  for (const { events } of deliveries) shuffle(events, random)
  return deliveries
}

function eventsOfDay(day: number, random: Random): UsageEvent[] {
  let count = 0
  const event = (event_type: string, properties: Record<string, string>): UsageEvent => ({
    transaction_id: `${ENTERPRISE.alias}-${day + 1}-${(count += 1)}`,
    customer_id: ENTERPRISE.alias,
    event_type,
    timestamp: instant(day * DAY_MS + random(DAY_MS)),
    properties,
  })
  const times = <T>(number: number, make: () => T) => Array.from({ length: number }, make)
  return [
    ...USAGE_A_DAY.tokens.flatMap(({ model, region, tokens }) =>
      times(PARTS, () => event('completion', { model, region, tokens: String(tokens / PARTS) })),
    ),
    ...times(USAGE_A_DAY.calls, () => event('api_call', { path: '/v1/search' })),
  ]
}

function instant(msIntoMarch: number): string {
  return new Date(MARCH_MS + msIntoMarch).toISOString()
}
