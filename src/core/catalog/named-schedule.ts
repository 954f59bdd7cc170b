import { ok, refuse, type Result } from '../result.ts'

/** As many segments as one schedule may have. */
export const SEGMENTS_MAX = 500
/** As long as a value may be, in characters of its JSON. */
export const SCHEDULE_VALUE_LENGTH_MAX = 1_000

/** A value of the caller's own in a span of time (pricing 3.5). It has no effect here. */
export interface ScheduleSegment {
  startingAt: number
  /** Exclusive; null = open. */
  endingBefore: number | null
  /** JSON text. */
  value: string
}

/**
 * Sets a value for a span of time: there it replaces what was there, before and after it what was
 * there stays.
 * @param segments in order and without overlaps
 * @returns the segments afterwards, in order and without overlaps
 */
export function setSegment(
  segments: ScheduleSegment[],
  segment: ScheduleSegment,
): Result<ScheduleSegment[]> {
  const endsAt = segment.endingBefore ?? Infinity
  if (endsAt <= segment.startingAt) {
    return refuse('invalid', 'ending_before: expected an instant after starting_at')
  }
  if (segment.value.length > SCHEDULE_VALUE_LENGTH_MAX) {
    return refuse(
      'invalid',
      `value: expected at most ${SCHEDULE_VALUE_LENGTH_MAX} characters of JSON`,
    )
  }
  const before = segments.flatMap((other) => {
    if (other.startingAt >= segment.startingAt) return []
    const otherEnd = Math.min(other.endingBefore ?? Infinity, segment.startingAt)
    return [{ ...other, endingBefore: otherEnd }]
  })
  const after = segments.flatMap((other) => {
    if ((other.endingBefore ?? Infinity) <= endsAt) return []
    return [{ ...other, startingAt: Math.max(other.startingAt, endsAt) }]
  })
  const changed = [...before, segment, ...after]
  if (changed.length > SEGMENTS_MAX) {
    return refuse(
      'invalid',
      `schedule_name: the schedule would have more than ${SEGMENTS_MAX} segments`,
    )
  }
  return ok(changed)
}

/** The segments of a schedule; only the one that covers an instant, if one is given. */
export function segmentsAt(segments: ScheduleSegment[], at: number | undefined): ScheduleSegment[] {
  if (at === undefined) return segments
  return segments.filter(
    ({ startingAt, endingBefore }) => startingAt <= at && at < (endingBefore ?? Infinity),
  )
}
