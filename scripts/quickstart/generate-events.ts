import { CUSTOMERS, MARCH, type Customer } from './price-list.ts'
import { createRandom, shuffle, type Random } from './random.ts'

export interface UsageEvent {
  transaction_id: string
  customer_id: string
  event_type: string
  timestamp: string
  properties: Record<string, string>
}

/** What arrives together, and where the clock stands by then. */
export interface Delivery {
  clock: string
  events: { event: UsageEvent; isValid: boolean }[]
}

const DAY_MS = 24 * 3_600_000
const MARCH_MS = Date.parse(MARCH.start)
const DAYS = 31
/** A day after the month's end: usage of the last days that arrives before the invoice is final. */
const LAST_DELIVERY = DAYS

/**
 * March of two customers, the same in every run. Events arrive at the end of their day in no
 * order; some a few days late; some again, as after a timeout; some can be matched to nothing.
 */
export function generateDeliveries(): Delivery[] {
  const random = createRandom(20_260_301)
  const deliveries: Delivery[] = Array.from({ length: DAYS + 1 }, (_, day) => ({
    clock: instant((day + 1) * DAY_MS - (day === LAST_DELIVERY ? DAY_MS / 2 : 0)),
    events: [],
  }))
  const deliver = (day: number, event: UsageEvent, isValid = true) =>
    deliveries[Math.min(day, LAST_DELIVERY)]?.events.push({ event, isValid })

  for (let day = 0; day < DAYS; day += 1) {
    for (const customer of CUSTOMERS) {
      for (const event of eventsOfDay(customer, day, random)) {
        const isLate = random(100) < 4
        const arrival = isLate ? day + 1 + random(5) : day
        deliver(arrival, event)
        if (random(100) < 3) deliver(arrival + random(3), event)
      }
    }
  }
  for (const { day, event } of strays()) deliver(day, event)
  for (const { day, event } of invalidEvents()) deliver(day, event, false)
  for (const { events } of deliveries) shuffle(events, random)
  return deliveries
}

function eventsOfDay(customer: Customer, day: number, random: Random): UsageEvent[] {
  const [first = '', ...others] = customer.aliases
  const isLarge = customer === CUSTOMERS[0]
  let count = 0
  const event = (event_type: string, properties: Record<string, string>): UsageEvent => ({
    transaction_id: `${first}-${day + 1}-${(count += 1)}`,
    // Some of Acme's usage comes under its European name: two ingest aliases, one customer.
    customer_id: others.length > 0 && random(3) === 0 ? (others[0] ?? first) : first,
    event_type,
    timestamp: instant(day * DAY_MS + random(DAY_MS)),
    properties,
  })

  const completions = Array.from({ length: isLarge ? 22 : 12 }, () => {
    const model = random(3) === 0 ? 'atlas-large' : 'atlas-mini'
    const team = customer.teams[random(customer.teams.length)] ?? ''
    const user_id = `${first}-user-${random(isLarge ? 5 + day : 9)}`
    const input = { direction: 'input', tokens: String(200 + random(40_000)) }
    const output = { direction: 'output', tokens: String(50 + random(9_000)) }
    return [input, output].map((side) => event('completion', { model, team, user_id, ...side }))
  })
  const requests = Array.from({ length: isLarge ? 20 : 8 }, () =>
    event('api_request', { path: '/v1/completions' }),
  )
  const gigabytes = `${(isLarge ? 400 : 90) + day * 3 + random(40)}.${10 + random(90)}`
  return [...completions.flat(), ...requests, event('storage_snapshot', { gigabytes })]
}

/** Accepted, and billed to nobody: no such customer, no metric for it, no price for it. */
function strays(): { day: number; event: UsageEvent }[] {
  return [2, 9, 16, 23].flatMap((day) => {
    const timestamp = instant(day * DAY_MS + 5_000)
    const properties = { model: 'atlas-mini', direction: 'input', team: 'x', tokens: '1000' }
    const common = { timestamp, event_type: 'completion', customer_id: 'acme', properties }
    return [
      { ...common, transaction_id: `stray-customer-${day}`, customer_id: 'umbrella' },
      { ...common, transaction_id: `stray-type-${day}`, event_type: 'heartbeat' },
      {
        ...common,
        transaction_id: `stray-model-${day}`,
        properties: { ...properties, model: 'atlas-preview' },
      },
    ].map((event) => ({ day, event }))
  })
}

/** Refused one by one, while the rest of their batch is stored. */
function invalidEvents(): { day: number; event: UsageEvent }[] {
  const event = {
    customer_id: 'acme',
    event_type: 'api_request',
    timestamp: instant(12 * DAY_MS),
    properties: {},
  }
  return [
    { ...event, transaction_id: 'invalid-time', timestamp: 'yesterday' },
    { ...event, transaction_id: 'invalid-old', timestamp: '2025-12-24T00:00:00Z' },
    { ...event, transaction_id: 'invalid-future', timestamp: instant(20 * DAY_MS) },
    { ...event, transaction_id: 'invalid-type', event_type: '' },
  ].map((invalid) => ({ day: 12, event: invalid }))
}

function instant(msIntoMarch: number): string {
  return new Date(MARCH_MS + msIntoMarch).toISOString()
}
