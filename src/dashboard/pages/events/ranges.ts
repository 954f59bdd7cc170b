const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** How far back events are looked for. */
export const RANGES = [
  { value: 'hour', label: 'Last hour', ms: HOUR_MS },
  { value: 'day', label: 'Last 24 hours', ms: DAY_MS },
  { value: 'week', label: 'Last 7 days', ms: 7 * DAY_MS },
  { value: 'month', label: 'Last 34 days', ms: 34 * DAY_MS },
] as const

/**
 * The range that someone chose, in UTC: dates, of which the last is inclusive, or minutes, of which
 * it is not. Empty: from the beginning of all that is found, and until now.
 */
export interface CustomRange {
  from: string
  to: string
}

export type WindowSize = 'minute' | 'hour' | 'day'

export const WINDOW_MS: Record<WindowSize, number> = {
  minute: MINUTE_MS,
  hour: HOUR_MS,
  day: DAY_MS,
}

/** Both ends are on borders of windows, so that the chart counts what the table lists. */
export interface EventRange {
  startMs: number
  /** Null: until now, and on. */
  endMs: number | null
  windowSize: WindowSize
}

/** The API counts at most so many windows. */
const WINDOWS_MAX = 1_000

/** The instants of a choice, widened to whole windows. */
export function toRange(choice: string, custom: CustomRange, now: Date): EventRange {
  if (choice === 'custom') return toCustomRange(custom, now)
  const { ms } = RANGES.find(({ value }) => value === choice) ?? RANGES[1]
  const windowSize = windowSizeFor(ms)
  return { startMs: floorTo(now.getTime() - ms, windowSize), endMs: null, windowSize }
}

function toCustomRange({ from, to }: CustomRange, now: Date): EventRange {
  const end = toInstant(to)
  const exactEnd = end === null ? null : end + (to.length === 10 ? DAY_MS : 0)
  const lastMs = exactEnd ?? now.getTime()
  const first = toInstant(from) ?? lastMs - 34 * DAY_MS
  const windowSize = windowSizeFor(lastMs - first)
  const windowMs = WINDOW_MS[windowSize]
  const endMs = exactEnd === null ? null : Math.ceil(exactEnd / windowMs) * windowMs
  const latestStart = floorTo(lastMs - 1, windowSize)
  const earliestStart = latestStart - (WINDOWS_MAX - 2) * windowMs
  const startMs = Math.max(Math.min(floorTo(first, windowSize), latestStart), earliestStart)
  return { startMs, endMs, windowSize }
}

/** `2026-03-02` or `2026-03-02T10:30`; null where it is neither. */
function toInstant(text: string): number | null {
  const ms = Date.parse(text.length === 10 ? `${text}T00:00:00Z` : `${text}:00Z`)
  return Number.isNaN(ms) ? null : ms
}

/** What a date-time input shows of an instant. */
export function toInput(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16)
}

function windowSizeFor(lengthMs: number): WindowSize {
  if (lengthMs <= 3 * HOUR_MS) return 'minute'
  return lengthMs <= 8 * DAY_MS ? 'hour' : 'day'
}

function floorTo(ms: number, windowSize: WindowSize): number {
  const windowMs = WINDOW_MS[windowSize]
  return Math.floor(ms / windowMs) * windowMs
}

/** Where the chart of a range ends: that of one until now, with the window that now is in. */
export function chartEnd({ startMs, endMs, windowSize }: EventRange, nowMs: number): number {
  if (endMs !== null) return endMs
  const windowMs = WINDOW_MS[windowSize]
  const end = floorTo(Math.max(nowMs, startMs), windowSize) + windowMs
  return Math.min(end, startMs + WINDOWS_MAX * windowMs)
}
