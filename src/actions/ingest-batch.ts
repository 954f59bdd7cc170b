import type { Environment } from '../core/environment.ts'
import { parseJson } from '../core/json-number.ts'
import {
  groupMeters,
  quarantineMeterName,
  routeEvents,
  SHARED_GROUP,
  type RoutedEvent,
} from '../core/metering/place.ts'
import { ok, refuse, type Refusal, type Result } from '../core/result.ts'
import type { Env } from '../env.ts'
import type { IngestBatch, IngestOutcome } from '../objects/meter-rpc.ts'
import { followMoves, groupOf, readRoutes, type Routes } from './route-events.ts'

export type RoutedEnvironment = Pick<Environment, 'id' | 'settings' | 'placementVersion'>

/** An id does not move so often while its events are on their way. */
const ROUTINGS_MAX = 4

/**
 * Takes a batch of valid events to the meters where they belong. When one of several meters refuses
 * or fails, others may have taken theirs: the batch is to be sent again as a whole then, which is
 * safe, since what is there already is a duplicate (EV-34).
 * @param read the events of the batch, where the caller has parsed them already
 * @throws what a meter throws, when all meters have answered
 */
export async function ingestBatch(
  env: Env,
  environment: RoutedEnvironment,
  batch: IngestBatch,
  read?: readonly SentEvent[],
): Promise<Result<IngestOutcome>> {
  let routes = await readRoutes(env, environment)
  const [onlyMeter, ...others] = groupMeters(environment, SHARED_GROUP)
  if (others.length === 0 && routes.homes.size === 0) {
    const outcome = await env.METER.getByName(onlyMeter ?? '').ingest(batch)
    if (!outcome.ok || outcome.value.isMoved === undefined) return outcome
  }
  const events = read ?? (parseJson(batch.events) as SentEvent[])
  const whole: Delivery = { accepted: 0, duplicates: [], moved: [...events.keys()] }
  let { rejected } = batch
  for (let routing = 0; routing < ROUTINGS_MAX; routing++) {
    // In the order of the batch, whichever meters they come back from.
    const places = whole.moved.sort((a, b) => a - b)
    whole.moved = []
    const parts = partsOf(environment, routes, { ...batch, rejected }, events, places)
    // The quarantine comes last: a batch that is sent again leaves its rejected events there once.
    const [quarantining, rest] = [
      parts.filter(({ part }) => part.rejected.length > 0),
      parts.filter(({ part }) => part.rejected.length === 0),
    ]
    for (const some of [rest, quarantining]) {
      const refusal = await deliver(env, some, whole)
      if (refusal !== null) return { ok: false, error: refusal }
    }
    if (whole.moved.length === 0) {
      const { accepted, duplicates } = whole
      return ok({ accepted, duplicates: duplicates.sort((a, b) => a - b) })
    }
    rejected = []
    const ids = new Set(whole.moved.map((place) => events[place]!.customer_id))
    routes = await followMoves(env, environment.id, ids)
  }
  return refuse('overloaded', 'Events of some customers are changing their meters; try again.')
}

/** An event as it was sent. */
export interface SentEvent {
  transaction_id: string
  customer_id: string
}

/** What became of the events so far, by their places in the whole batch. */
interface Delivery {
  accepted: number
  duplicates: number[]
  /** Events that were not taken in, because their ids are at home elsewhere. */
  moved: number[]
}

interface BatchPart {
  meter: string
  part: IngestBatch
  /** Where its events are in the whole batch. */
  places: number[]
}

/** Rejected events go to their meter in a part of their own: nothing can keep them from it. */
function partsOf(
  environment: RoutedEnvironment,
  routes: Routes,
  batch: IngestBatch,
  events: readonly SentEvent[],
  places: number[],
): BatchPart[] {
  const routed = places.map((place) => toRouted(events[place]!))
  const dealt = routeEvents(environment, routed, (id) => groupOf(routes, id))
  const parts = dealt.map(({ meter, places: own }): BatchPart => {
    const placesOfPart = own.map((i) => places[i]!)
    // Most customers have one meter: then the text is there already.
    const text =
      own.length === events.length
        ? batch.events
        : `[${placesOfPart.map((place) => JSON.stringify(events[place])).join(',')}]`
    return { meter, part: { ...batch, events: text, rejected: [] }, places: placesOfPart }
  })
  if (batch.rejected.length === 0) return parts
  const meter = quarantineMeterName(environment.id)
  return [...parts, { meter, part: { ...batch, events: '[]' }, places: [] }]
}

function toRouted({ transaction_id, customer_id }: SentEvent): RoutedEvent {
  return { transactionId: transaction_id, ingestId: customer_id }
}

/** How many meters some events would be taken to. */
export async function countMeters(
  env: Env,
  environment: RoutedEnvironment,
  events: RoutedEvent[],
): Promise<number> {
  const routes = await readRoutes(env, environment)
  return routeEvents(environment, events, (id) => groupOf(routes, id)).length
}

async function deliver(env: Env, parts: BatchPart[], whole: Delivery): Promise<Refusal | null> {
  const outcomes = await Promise.allSettled(
    // Each throws by itself, or not: what others took in stays known.
    parts.map(async ({ meter, part }) => env.METER.getByName(meter).ingest(part)),
  )
  for (const [i, settled] of outcomes.entries()) {
    if (settled.status === 'rejected') throw settled.reason
    if (!settled.value.ok) return settled.value.error
    const { accepted, duplicates, isMoved } = settled.value.value
    const { places } = parts[i]!
    if (isMoved) whole.moved.push(...places)
    whole.accepted += accepted
    for (const place of duplicates) whole.duplicates.push(places[place]!)
  }
  return null
}
