import { compareCodePoints } from './code-point.ts'

/** An event's place in a meter's log, with what decides whether it counts. */
export interface LoggedId {
  meter: string
  seq: number
  /** Place within the chunk. */
  index: number
  acceptedAtMs: number
}

/**
 * Which of the events with one transaction id of one customer do not count: what the dedupe would
 * have refused, had all their ingest ids been the customer's from the beginning (EV-40, EV-41,
 * EV-43). The first accepted one counts; a later one does only if the lifetime has passed since
 * the last one that counted. Within a meter its log tells what came first, over several meters the
 * time of acceptance does; where that is the same, the meters' names and logs decide.
 * @param events any order
 */
export function suppressedEvents<T extends LoggedId>(events: T[], lifetimeMs: number): T[] {
  const isOneLog = events.every(({ meter }) => meter === events[0]?.meter)
  const inOrder = events.toSorted(
    (a, b) =>
      (isOneLog ? 0 : a.acceptedAtMs - b.acceptedAtMs || compareCodePoints(a.meter, b.meter)) ||
      a.seq - b.seq ||
      a.index - b.index,
  )
  let countedAtMs = -Infinity
  return inOrder.filter(({ acceptedAtMs }) => {
    const isDuplicate = acceptedAtMs - countedAtMs < lifetimeMs
    if (!isDuplicate) countedAtMs = acceptedAtMs
    return isDuplicate
  })
}
