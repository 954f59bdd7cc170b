import type { DemoCustomer } from './company.ts'

export interface DemoEvent {
  transaction_id: string
  customer_id: string
  event_type: string
  timestamp: string
  properties: Record<string, string>
}

const DAY_MS = 86_400_000
/** Of a day's tokens, so much is output. */
const OUTPUT_SHARE = 0.2

/**
 * What a customer uses from one midnight until some instant, the same whenever it is asked for:
 * weekends are quiet, and no two days are alike.
 */
export function eventsOf(customer: DemoCustomer, startMs: number, endMs: number): DemoEvent[] {
  const events: DemoEvent[] = []
  for (let dayMs = startMs; dayMs < endMs; dayMs += DAY_MS) {
    events.push(
      ...eventsOfDay(customer, dayMs).filter((each) => Date.parse(each.timestamp) < endMs),
    )
  }
  return events
}

function eventsOfDay({ alias, daily }: DemoCustomer, dayMs: number): DemoEvent[] {
  const day = new Date(dayMs).toISOString().slice(0, 10)
  const random = createRandom(`${alias} ${day}`)
  const isWeekend = [0, 6].includes(new Date(dayMs).getUTCDay())
  const load = (isWeekend ? 0.35 : 0.85) + random() * 0.3
  const make = (name: string, event_type: string, properties: Record<string, string>) => ({
    transaction_id: `${alias}-${day}-${name}`,
    customer_id: alias,
    event_type,
    timestamp: new Date(dayMs + Math.floor(random() * DAY_MS)).toISOString(),
    properties,
  })
  const completions = (['gpt-5', 'gpt-5-mini'] as const).flatMap((model) => {
    const tokens = Math.round(daily[model] * 1_000 * load)
    const output = Math.round(tokens * OUTPUT_SHARE)
    const user_id = `${alias}-user-${Math.floor(random() * daily.users) + 1}`
    return Object.entries({ input: tokens - output, output }).map(([direction, count]) =>
      make(`${model}-${direction}`, 'completion', {
        model,
        direction,
        tokens: String(count),
        user_id,
      }),
    )
  })
  const requests = Array.from({ length: Math.max(1, Math.round(daily.requests * load)) }, (_, i) =>
    make(`request-${i + 1}`, 'api_request', { path: '/v1/search' }),
  )
  const gigabytes = String(Math.round(daily.gigabytes * (0.9 + random() * 0.1)))
  return [...completions, ...requests, make('storage', 'storage_snapshot', { gigabytes })]
}

/** Of the event that is mistyped. */
export const MISTYPED_ID = 'helios-mistyped'

/** Its model is written without the dash: a metric counts it, and no price fits. */
export function mistypedEvent(now: string): DemoEvent {
  return {
    transaction_id: MISTYPED_ID,
    customer_id: 'helios',
    event_type: 'completion',
    timestamp: now,
    properties: { model: 'gpt5', direction: 'input', tokens: '48000' },
  }
}

/** What arrives while one looks. */
export function liveEvent(alias: string, now: string, i: number): DemoEvent {
  return {
    transaction_id: `${alias}-live-${i}`,
    customer_id: alias,
    event_type: 'completion',
    timestamp: now,
    properties: {
      model: i % 3 === 0 ? 'gpt-5' : 'gpt-5-mini',
      direction: i % 2 === 0 ? 'output' : 'input',
      tokens: String(180_000 + ((i * 7_919) % 90_000)),
      user_id: `${alias}-user-${(i % 3) + 1}`,
    },
  }
}

/** Numbers from 0 to 1 that a text decides. */
function createRandom(seed: string): () => number {
  let state = [...seed].reduce((hash, char) => Math.imul(hash ^ char.charCodeAt(0), 16_777_619), 7)
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return ((state >>> 8) & 0xffff) / 0x10000
  }
}
