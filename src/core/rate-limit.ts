/**
 * A token bucket: it holds a second's worth of tokens (at least one), and fills up steadily. What
 * takes more than the bucket can hold waits until it is full and leaves a debt, so that a limit
 * below the size of one request slows requests down instead of refusing them for ever.
 */
export interface TokenBucket {
  /** Thousandths, as many as a rate adds in a millisecond; negative after a large request. */
  milliTokens: number
  /** When there were so many. */
  atMs: number
}

export interface Taking {
  count: number
  perSecond: number
  nowMs: number
}

/**
 * Takes tokens.
 * @param bucket null: a full one
 * @returns the bucket afterwards, and 0; or, when there were too few, the bucket with all its
 *   tokens, and how long until there will be enough (infinite at a rate of 0)
 */
export function takeTokens(
  bucket: TokenBucket | null,
  { count, perSecond, nowMs }: Taking,
): { bucket: TokenBucket; waitMs: number } {
  const capacity = Math.max(perSecond, 1) * 1_000
  // A clock that was set back must not let the same second fill the bucket twice.
  const atMs = Math.max(nowMs, bucket?.atMs ?? nowMs)
  const milliTokens =
    bucket === null
      ? capacity
      : Math.min(bucket.milliTokens + (atMs - bucket.atMs) * perSecond, capacity)
  const missing = Math.min(count * 1_000, capacity) - milliTokens
  if (missing > 0) return { bucket: { milliTokens, atMs }, waitMs: Math.ceil(missing / perSecond) }
  return { bucket: { milliTokens: milliTokens - count * 1_000, atMs }, waitMs: 0 }
}
