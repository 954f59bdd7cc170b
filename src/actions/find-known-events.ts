import type { UsageEvent } from '../core/metering/event.ts'
import { findHolders } from '../db/customers.ts'
import { openDatabase } from '../db/database.ts'
import type { Env } from '../env.ts'
import { listMetersOf, type SearchedEnvironment } from './list-meters.ts'

/** Ids that are searched for at a time: an answer has at most ten times as many events. */
const SEARCHED_IDS_MAX = 100

/**
 * Which of some events the log has, though their ids may have been forgotten since they were
 * received: each is judged as it would have been when it was received.
 */
export async function findKnownEvents<Event extends { event: UsageEvent; receivedAtMs: number }>(
  env: Env,
  environment: SearchedEnvironment,
  events: Event[],
  lifetimeMs: number,
): Promise<Set<Event>> {
  const known = new Set<Event>()
  for (let start = 0; start < events.length; start += SEARCHED_IDS_MAX) {
    const part = events.slice(start, start + SEARCHED_IDS_MAX)
    for (const event of await findKnown(env, environment, part, lifetimeMs)) known.add(event)
  }
  return known
}

async function findKnown<Event extends { event: UsageEvent; receivedAtMs: number }>(
  env: Env,
  environment: SearchedEnvironment,
  events: Event[],
  lifetimeMs: number,
): Promise<Event[]> {
  const search = {
    environmentId: environment.id,
    transactionIds: [...new Set(events.map(({ event }) => event.transactionId))],
    sinceMs: Math.min(...events.map(({ receivedAtMs }) => receivedAtMs)) - lifetimeMs,
    isWithoutProperties: true,
  }
  const names = await listMetersOf(env, environment, search.transactionIds)
  const found = await Promise.all(
    names.map((name) => env.METER.getByName(name).searchEvents(search)),
  )
  const accepted = found.flat().filter(({ isDuplicate }) => !isDuplicate)
  const ingestIds = [
    ...accepted.map(({ ingestId }) => ingestId),
    ...events.map(({ event }) => event.ingestId),
  ]
  const holders = await findHolders(openDatabase(env.DB), environment.id, ingestIds)
  const ownerOf = (ingestId: string) => holders.get(ingestId)?.id ?? ingestId
  return events.filter(({ event, receivedAtMs }) =>
    accepted.some(
      (other) =>
        other.transactionId === event.transactionId &&
        ownerOf(other.ingestId) === ownerOf(event.ingestId) &&
        other.acceptedAtMs > receivedAtMs - lifetimeMs,
    ),
  )
}
