import type { Rate } from './rate.ts'
import { resolveRates } from './resolve-rate.ts'

/** A span of time in which one entry is the rate for its product and values. */
export interface RateSegment {
  rate: Rate
  startingAt: number
  /** Exclusive; null = open. */
  endingBefore: number | null
}

/**
 * The segments that overlap a period, whole and in order, of the entries for one product and one
 * set of values. They say what is on the card for just these values: a product's fallback does
 * not fill their gaps here, it has segments of its own (pricing 3.3, 3.4).
 * @param endMs exclusive; null = open
 */
export function rateSegments(
  entries: Rate[],
  startMs: number,
  endMs: number | null,
): RateSegment[] {
  const fallback = entries.toSorted((a, b) => b.sequence - a.sequence)
  const whole = {
    startMs: Math.min(startMs, ...entries.map(({ startingAt }) => startingAt)),
    endMs: Infinity,
  }
  return resolveRates({ specific: new Map(), fallback }, null, whole).flatMap((span) => {
    const isOverlapping = span.startMs < (endMs ?? Infinity) && startMs < span.endMs
    if (span.rate === null || !isOverlapping) return []
    const endingBefore = span.endMs === Infinity ? null : span.endMs
    return [{ rate: span.rate, startingAt: span.startMs, endingBefore }]
  })
}
