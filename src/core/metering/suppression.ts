/** An event's place in the log, with what decides whether it counts. */
export interface LoggedId {
  seq: number
  /** Place within the chunk. */
  index: number
  acceptedAtMs: number
}

/**
 * Which of the events with one transaction id of one customer do not count: what the dedupe would
 * have refused, had all their ingest ids been the customer's from the beginning (EV-40, EV-41,
 * EV-43). The first accepted one counts; a later one does only if the lifetime has passed since
 * the last one that counted.
 * @param events any order
 */
export function suppressedEvents<T extends LoggedId>(events: T[], lifetimeMs: number): T[] {
  const inOrder = events.toSorted((a, b) => a.seq - b.seq || a.index - b.index)
  let countedAtMs = -Infinity
  return inOrder.filter(({ acceptedAtMs }) => {
    const isDuplicate = acceptedAtMs - countedAtMs < lifetimeMs
    if (!isDuplicate) countedAtMs = acceptedAtMs
    return isDuplicate
  })
}
