/** Where a meter keeps events: those that it accepted, and those that it refused as duplicates. */
export type EventSource = 'log' | 'duplicates'

/**
 * A place in the one order of an environment's events. Times never fall along a source: an event that
 * was written behind a later one has the later one's time here.
 */
export interface EventKey {
  /** The latest acceptance up to the event's row, in epoch milliseconds. */
  atMs: number
  meterName: string
  source: EventSource
  /** Chunk of the log, or row of duplicates. */
  row: number
  /** Place within the row. */
  index: number
}

/** What comes first when the newest events do: negative when `a` does. */
export function compareNewest(a: EventKey, b: EventKey): number {
  if (a.atMs !== b.atMs) return b.atMs - a.atMs
  if (a.meterName !== b.meterName) return a.meterName < b.meterName ? -1 : 1
  // A duplicate came after the event that it repeats.
  if (a.source !== b.source) return a.source === 'duplicates' ? -1 : 1
  return b.row - a.row || b.index - a.index
}

/** Where one source is to be read on, towards older events. */
export type SourceBound =
  /** Before this place. */
  | { row: number; index: number }
  /** Rows of this time or earlier. */
  | { atMs: number }

/** What of a source comes after a place, in the order of the newest; null is the beginning. */
export function boundOf(
  after: EventKey | null,
  { meterName, source }: Pick<EventKey, 'meterName' | 'source'>,
): SourceBound | null {
  if (after === null) return null
  if (after.meterName === meterName && after.source === source) {
    return { row: after.row, index: after.index }
  }
  const { atMs } = after
  const isLater = compareNewest(after, { atMs, meterName, source, row: 0, index: 0 }) < 0
  return { atMs: isLater ? atMs : atMs - 1 }
}

/** Some events of one or several sources, newest first. */
export interface NewestEvents<Event> {
  events: { event: Event; key: EventKey }[]
  /** All that is here or newer was looked at; null where all was. */
  end: EventKey | null
}

/**
 * Merges what was read of several sources. It goes as far as all of them were looked at, so that an
 * event that comes in while pages are read moves none from one page to another.
 */
export function mergeNewest<Event>(
  parts: readonly NewestEvents<Event>[],
  limit: number,
): NewestEvents<Event> {
  const ends = parts.flatMap(({ end }) => (end === null ? [] : [end]))
  const end = ends.sort(compareNewest)[0] ?? null
  const events = parts
    .flatMap((part) => part.events)
    .filter(({ key }) => end === null || compareNewest(key, end) <= 0)
    .sort((a, b) => compareNewest(a.key, b.key))
  if (events.length <= limit) return { events, end }
  return { events: events.slice(0, limit), end: events[limit - 1]!.key }
}
