const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** How far back events are looked for, and how wide the bars of their chart are. */
export const RANGES = [
  { value: 'hour', label: 'Last hour', ms: HOUR_MS, bucketMs: 60_000 },
  { value: 'day', label: 'Last 24 hours', ms: DAY_MS, bucketMs: HOUR_MS },
  { value: 'week', label: 'Last 7 days', ms: 7 * DAY_MS, bucketMs: 6 * HOUR_MS },
  { value: 'month', label: 'Last 34 days', ms: 34 * DAY_MS, bucketMs: DAY_MS },
] as const

/** The range of two dates that someone chose; the end is inclusive. */
export interface CustomRange {
  from: string
  to: string
}

export interface EventRange {
  startMs: number
  /** Null: until now, and on. */
  endMs: number | null
  bucketMs: number
}

/**
 * The instants of a choice. Beginnings are cut to whole minutes, so that the same choice stays the
 * same question for a while.
 */
export function toRange(choice: string, { from, to }: CustomRange, now: Date): EventRange {
  if (choice === 'custom' && from !== '') {
    const startMs = Date.parse(`${from}T00:00:00Z`)
    const endMs = to === '' ? null : Date.parse(`${to}T00:00:00Z`) + DAY_MS
    const length = (endMs ?? now.getTime()) - startMs
    return { startMs, endMs, bucketMs: length > 4 * DAY_MS ? DAY_MS : HOUR_MS }
  }
  const range = RANGES.find(({ value }) => value === choice) ?? RANGES[1]
  const startMs = Math.floor((now.getTime() - range.ms) / 60_000) * 60_000
  return { startMs, endMs: null, bucketMs: range.bucketMs }
}

/** The starts of all buckets of a range. */
export function bucketsOf({ startMs, endMs, bucketMs }: EventRange, now: Date): number[] {
  const first = Math.floor(startMs / bucketMs) * bucketMs
  const last = endMs === null ? now.getTime() : endMs - 1
  const count = Math.min(Math.floor((last - first) / bucketMs) + 1, 400)
  return Array.from({ length: Math.max(count, 0) }, (_, i) => first + i * bucketMs)
}
