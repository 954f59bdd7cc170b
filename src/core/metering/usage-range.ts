import { ok, refuse, type Result } from '../result.ts'
import { DAY_MS, floorTo, HOUR_MS } from '../time.ts'

export const WINDOW_SIZES = ['HOUR', 'DAY', 'NONE'] as const
export type WindowSize = (typeof WINDOW_SIZES)[number]

/** A query may ask for so many windows of one metric at most: a year of hours. */
export const WINDOWS_MAX = 366 * 24

/** The range of a usage query: midnights UTC, at least a day apart (UQ-4, UQ-5). */
export function checkUsageRange(startingOn: number, endingBefore: number): Result<null> {
  for (const [field, ms] of Object.entries({
    starting_on: startingOn,
    ending_before: endingBefore,
  })) {
    if (ms % DAY_MS !== 0) {
      return refuse('invalid', `${field}: expected midnight UTC, such as 2026-03-01T00:00:00Z`)
    }
  }
  if (endingBefore - startingOn >= DAY_MS) return ok(null)
  return refuse('invalid', 'ending_before: expected at least one day after starting_on')
}

/**
 * The boundaries of the windows that a range is split into: n boundaries make n − 1 windows. Windows
 * are whole hours or days, UTC, but for the first and the last, which the range may cut (UQ-2).
 */
export function windowBoundaries(
  startingOn: number,
  endingBefore: number,
  windowSize: WindowSize,
): Result<number[]> {
  if (windowSize === 'NONE') return ok([startingOn, endingBefore])
  const unitMs = windowSize === 'HOUR' ? HOUR_MS : DAY_MS
  const first = floorTo(startingOn, unitMs)
  const count = Math.ceil((endingBefore - first) / unitMs)
  if (count > WINDOWS_MAX) {
    return refuse(
      'invalid',
      `ending_before: a ${windowSize} query may span at most ${WINDOWS_MAX} windows; this one has ${count}`,
    )
  }
  const boundaries = Array.from({ length: count - 1 }, (_, i) => first + (i + 1) * unitMs)
  return ok([startingOn, ...boundaries, endingBefore])
}
