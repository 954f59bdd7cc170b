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
  return HASH[HASH_WORDS - 1]! % meterCount
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
