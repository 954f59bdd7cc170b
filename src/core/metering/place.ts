import { settingsOf, type EnvironmentSettings } from '../environment.ts'
import { HASH_WORDS } from './chunk.ts'
import { hash128 } from './hash128.ts'

/** What decides which meters an environment has. */
export interface PlacedEnvironment {
  id: string
  settings: EnvironmentSettings
}

/**
 * The meter objects that hold an environment's events: whoever asks for usage, or for events, asks
 * all of them and merges the answers.
 */
export function meterNames(environment: PlacedEnvironment): string[] {
  const { sharedMeters } = settingsOf(environment)
  return Array.from({ length: sharedMeters }, (_, i) => `${environment.id}/${i}`)
}

/** The meter that keeps the environment's rejected events: it is there whatever the number. */
export function quarantineMeterName(environmentId: string): string {
  return `${environmentId}/0`
}

/**
 * Which of some meters takes an event: its transaction id alone decides. So all events with one
 * transaction id of one customer meet in the same meter, under whichever ingest id they come and
 * whosever it is: dedupe, and what becomes of duplicates when aliases move, need no other meter.
 */
export function placeOf(transactionId: string, meterCount: number): number {
  if (meterCount === 1) return 0
  hash128(transactionId, HASH, 0)
  // Hash tables go by the low bits of the first word: this leaves those as they are.
  return placeOfHash(HASH, 0, meterCount)
}

const HASH = new Uint32Array(HASH_WORDS)

/**
 * Deals events out to the meters.
 * @returns for each meter that gets any: its place in `meters`, and the places of its events, in
 *   their order
 */
export function dealEvents(
  transactionIds: readonly string[],
  meterCount: number,
): Map<number, number[]> {
  const dealt = new Map<number, number[]>()
  for (const [i, transactionId] of transactionIds.entries()) {
    const meter = placeOf(transactionId, meterCount)
    const own = dealt.get(meter)
    if (own === undefined) dealt.set(meter, [i])
    else own.push(i)
  }
  return dealt
}

/** The group of the meters that all customers share. */
export const SHARED_GROUP = ''

/** So many meters a customer may have for itself. */
export const OWN_METERS_MAX = 64

/**
 * Names the meters that one customer has for itself. A customer that gets more of them gets new
 * ones, of the next epoch: the events that the former ones have stay there.
 */
export function ownGroup(customerId: string, epoch: number, meters: number): string {
  return `c/${customerId}/${epoch}:${meters}`
}

/** The meters of a group, in their order. */
export function groupMeters(environment: PlacedEnvironment, group: string): string[] {
  if (group === SHARED_GROUP) return meterNames(environment)
  const meters = Number(group.slice(group.lastIndexOf(':') + 1))
  return Array.from({ length: meters }, (_, i) => `${environment.id}/${group}/${i}`)
}

/** Whether a meter belongs to one customer: it takes only what it was told to. */
export function isOwnMeter(meterName: string): boolean {
  return meterName.includes('/c/')
}

/** As `placeOf`, from the four words of the transaction id's hash. */
export function placeOfHash(hashes: Uint32Array, offset: number, meterCount: number): number {
  return hashes[offset + HASH_WORDS - 1]! % meterCount
}

/** What decides which meter takes an event. */
export interface RoutedEvent {
  transactionId: string
  ingestId: string
}

/**
 * Which meters take some events: the group is told by the ingest id, its member by the transaction
 * id.
 * @param groupOf where events under an ingest id belong
 * @returns each meter that gets any, with the places of its events, in their order
 */
export function routeEvents(
  environment: PlacedEnvironment,
  events: readonly RoutedEvent[],
  groupOf: (ingestId: string) => string,
): { meter: string; places: number[] }[] {
  const byGroup = Map.groupBy(events.keys(), (i) => groupOf(events[i]!.ingestId))
  return [...byGroup].flatMap(([group, own]) => {
    const meters = groupMeters(environment, group)
    const dealt = dealEvents(
      own.map((i) => events[i]!.transactionId),
      meters.length,
    )
    return [...dealt].map(([meter, places]) => {
      return { meter: meters[meter]!, places: places.map((place) => own[place]!) }
    })
  })
}
