import type { Contract } from './books.ts'

export interface Period {
  startMs: number
  endMs: number
}

/** A contract's statement periods that have begun by an instant. */
export function periodsOf({ startMs, endMs, anchorDay }: Contract, nowMs: number): Period[] {
  const periods: Period[] = []
  const last = Math.min(endMs ?? Infinity, Infinity)
  let at = startMs
  while (at <= nowMs && at < last) {
    const next = Math.min(nextAnchor(at, anchorDay), last)
    periods.push({ startMs: at, endMs: next })
    at = next
  }
  return periods
}

/** The first instant after another one at which a month's period begins; days are at most 28. */
export function nextAnchor(afterMs: number, anchorDay: number): number {
  const date = new Date(afterMs)
  for (let month = date.getUTCMonth(); ; month += 1) {
    const anchor = Date.UTC(date.getUTCFullYear(), month, anchorDay)
    if (anchor > afterMs) return anchor
  }
}

/** The last instant up to another one at which a period begins. */
export function anchorBefore(atMs: number, anchorDay: number): number {
  const date = new Date(atMs)
  for (let month = date.getUTCMonth(); ; month -= 1) {
    const anchor = Date.UTC(date.getUTCFullYear(), month, anchorDay)
    if (anchor <= atMs) return anchor
  }
}
