import type { UsageEvent } from '../model/books.ts'
import {
  count,
  DAY_MS,
  during,
  faultsOfStep,
  HOUR_MS,
  iso,
  MINUTE_MS,
  note,
} from '../simulation.ts'
import type { Simulation } from '../simulation.ts'
import { MODELS, REGIONS } from './offer.ts'

/** An id is remembered for 35 days after its event was accepted; later nobody sends it again. */
const RESENT_WITHIN_MS = 30 * DAY_MS

const QUEUED_MINUTES_MAX = 300

/**
 * Sends events in some requests at once: most are new, some late, a few early; some were sent
 * before, as they were or otherwise, and some are there twice in one request.
 */
export async function sendEvents(simulation: Simulation): Promise<void> {
  const { random, books, client, world } = simulation
  const fresh = Array.from({ length: random.integer(1, 40) }, () => newEvent(simulation))
  const known = books.events.filter(
    ({ sentAtMs, atMs }) => Math.min(sentAtMs, atMs) > world.scheduler.nowMs - RESENT_WITHIN_MS,
  )
  const again =
    known.length === 0
      ? []
      : someOf(simulation, known).map((event) => {
          return random.chance(0.5)
            ? event
            : {
                ...event,
                properties: { ...event.properties, ...propertiesOf(simulation, event.type) },
              }
        })
  const twice = someOf(simulation, fresh)
  const requests: UsageEvent[][] = [[], [], []]
  for (const event of random.shuffle([...fresh, ...again])) random.pick(requests).push(event)
  for (const event of twice) random.pick(requests).push(event)
  const faults = faultsOfStep(simulation)
  note(simulation, `sends ${fresh.length} events, ${again.length} again`)
  await during(simulation, faults, () =>
    Promise.all(
      requests
        .filter((events) => events.length > 0)
        .map(async (events) => {
          const body = random.shuffle(events).map(toApi)
          const { status, body: answer } = await client.ask({
            method: 'POST',
            path: '/v1/ingest',
            body,
          })
          if (status !== 200) throw new Error(`ingest answers ${status}: ${JSON.stringify(answer)}`)
          if (answer.data.errors.length > 0) throw new Error(`rejected: ${JSON.stringify(answer)}`)
        }),
    ),
  )
  await deliverQueued(simulation)
  for (const event of fresh) books.events.push({ ...event, sentAtMs: world.scheduler.nowMs })
  count(simulation, 'events', fresh.length)
  count(simulation, 'events sent again', again.length + twice.length)
}

/** What had to wait for its meter arrives in the end. */
async function deliverQueued({ world }: Simulation): Promise<void> {
  const { queue, scheduler } = world
  if (queue.size === 0) return
  for (let minutes = 0; queue.size > 0; minutes += 1) {
    if (minutes > QUEUED_MINUTES_MAX) throw new Error('the queue delivers nothing')
    await scheduler.advanceTo(scheduler.nowMs + MINUTE_MS)
  }
}

function someOf<T>({ random }: Simulation, items: readonly T[]): T[] {
  if (!random.chance(0.5)) return []
  return Array.from({ length: random.integer(1, 5) }, () => random.pick(items))
}

function newEvent(simulation: Simulation): UsageEvent {
  const { random, world, books } = simulation
  const type = random.pick([
    'completion',
    'completion',
    'call',
    'snapshot',
    'login',
    'seats',
    'transfer',
  ])
  const id = `t${String(random.integer(0, 2 ** 45)).padStart(14, '0')}`
  const nowMs = world.scheduler.nowMs
  const ingestIds = [...books.customers.flatMap((customer) => customer.ingestIds), 'nobody-yet']
  return {
    id,
    ingestId: random.pick(ingestIds),
    type,
    // Readings of a gauge at the same instant are told apart by their ids.
    atMs: nowMs - (type === 'seats' && random.chance(0.5) ? nowMs % HOUR_MS : ageOf(simulation)),
    sentAtMs: nowMs,
    properties: propertiesOf(simulation, type),
  }
}

function ageOf({ random, world }: Simulation): number {
  const kind = random.next()
  if (kind < 0.7) return random.integer(0, 6 * HOUR_MS)
  if (kind < 0.85) return random.integer(0, 3 * DAY_MS)
  if (kind < 0.92) return random.integer(0, 33 * DAY_MS)
  if (kind < 0.96) return -random.integer(0, 4 * MINUTE_MS)
  // On the hour, or at midnight, to the millisecond, or just before it: where windows meet.
  const unitMs = random.pick([HOUR_MS, DAY_MS])
  const sinceUnit = world.scheduler.nowMs % unitMs
  return sinceUnit + random.integer(0, 5) * unitMs + random.integer(0, 1)
}

function propertiesOf({ random }: Simulation, type: string): Record<string, string> {
  const number = (max: number) =>
    String(random.integer(-max / 10, max) / 10 ** random.integer(0, 3))
  const all: Record<string, Record<string, string>> = {
    completion: { tokens: number(50), model: random.pick(MODELS), region: random.pick(REGIONS) },
    call: {},
    snapshot: { gigabytes: number(500), region: random.pick(REGIONS) },
    login: { user: `u${random.integer(1, 60)}` },
    transfer: { megabytes: number(300), region: random.pick(REGIONS) },
    seats: { seats: String(random.integer(0, 30)) },
  }
  const properties = Object.entries(all[type] ?? {})
  // What lacks a property that its metric asks for is not counted.
  return Object.fromEntries(properties.filter(() => !random.chance(0.02)))
}

function toApi({ id, ingestId, type, atMs, properties }: UsageEvent) {
  return {
    transaction_id: id,
    customer_id: ingestId,
    event_type: type,
    timestamp: iso(atMs),
    properties,
  }
}
