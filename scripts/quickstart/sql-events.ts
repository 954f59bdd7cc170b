import type { Delivery, UsageEvent } from './generate-events.ts'
import { MARCH } from './price-list.ts'
import { createRandom, shuffle, type Random } from './random.ts'
import { CUSTOMER } from './sql-metrics.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const MARCH_MS = Date.parse(MARCH.start)
const DAYS = 31
/** A day after the month's end: usage of the last days that arrives before the invoice is final. */
const LAST_DELIVERY = DAYS

/** Each reports on the first so many days, whose number makes averages with few digits. */
const WORKSPACES = [
  { workspace: 'design', plan: 'business', days: 25, seats: 40 },
  { workspace: 'labs', plan: 'business', days: 16, seats: 12 },
  { workspace: 'support', plan: 'starter', days: 20, seats: 25 },
]
const REGIONS = ['eu-west', 'us-east', 'edge']

/**
 * March of one customer, the same in every run. Events arrive at the end of their day in no
 * order; some a few days late, some again; and some values are no numbers.
 */
export function generateSqlDeliveries(): Delivery[] {
  const random = createRandom(20_260_302)
  const deliveries: Delivery[] = Array.from({ length: DAYS + 1 }, (_, day) => ({
    clock: instant((day + 1) * DAY_MS - (day === LAST_DELIVERY ? DAY_MS / 2 : 0)),
    events: [],
  }))
  const deliver = (day: number, event: UsageEvent) =>
    deliveries[Math.min(day, LAST_DELIVERY)]?.events.push({ event, isValid: true })
  for (let day = 0; day < DAYS; day += 1) {
    for (const event of eventsOfDay(day, random)) {
      const isLate = random(100) < 5
      const arrival = isLate ? day + 1 + random(5) : day
      deliver(arrival, event)
      if (random(100) < 3) deliver(arrival + random(3), event)
    }
  }
  for (const { events } of deliveries) shuffle(events, random)
  return deliveries
}

function eventsOfDay(day: number, random: Random): UsageEvent[] {
  let count = 0
  const event = (
    event_type: string,
    msIntoDay: number,
    properties: Record<string, string>,
  ): UsageEvent => ({
    transaction_id: `${CUSTOMER.alias}-${day + 1}-${(count += 1)}`,
    customer_id: CUSTOMER.alias,
    event_type,
    timestamp: instant(day * DAY_MS + msIntoDay),
    properties,
  })
  const times = <T>(number: number, make: (i: number) => T) =>
    Array.from({ length: number }, (_, i) => make(i))

  const snapshots = WORKSPACES.filter(({ days }) => day < days).flatMap(
    ({ workspace, plan, seats }) =>
      times(3, (i) =>
        event('seat_snapshot', (i * 8 + random(8)) * HOUR_MS, {
          workspace,
          plan,
          seats: seatsText(workspace, day, seats + random(9), i),
        }),
      ),
  )
  const transfers = REGIONS.flatMap((region) =>
    times(6 + random(6), () =>
      // Within a few hours, so that an hour has several transfers.
      event('transfer', random(9 * HOUR_MS), {
        region,
        megabytes: `${500 + random(40_000)}.${random(10)}`,
      }),
    ),
  )
  const completions = times(14, (i) =>
    event('completion', random(DAY_MS), {
      model: random(3) === 0 ? 'atlas-large' : 'atlas-mini',
      kind: ['input', 'cached', 'output'][random(3)] ?? '',
      tokens: i === 0 ? oddTokens(day) : String(100 + random(9_000)),
    }),
  )
  const logins = times(10, () => {
    const user = random(20 + day * 3)
    const region = REGIONS[user % 3]
    // Who came by the edge is of no region: the property is missing.
    return event('login', random(DAY_MS), {
      user_id: `user-${user}`,
      ...(region === undefined || region === 'edge' ? {} : { region }),
    })
  })
  return [...snapshots, ...transfers, ...completions, ...logins]
}

/** On one day nobody knew how many seats "labs" had, on others only at noon. */
function seatsText(workspace: string, day: number, seats: number, snapshot: number): string {
  if (workspace === 'labs' && day === 4) return 'unknown'
  return day % 6 === 3 && snapshot === 1 ? '' : String(seats)
}

/** Texts that are numbers to SQL, and some that are none. */
function oddTokens(day: number): string {
  return ['1e3', ' 2500 ', 'n/a', '+750', '1,000'][day % 5] ?? ''
}

function instant(msIntoMarch: number): string {
  return new Date(MARCH_MS + msIntoMarch).toISOString()
}
