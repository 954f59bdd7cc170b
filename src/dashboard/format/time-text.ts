const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')
const DAY_MS = 86_400_000

/** `22 Nov 2026` in UTC. */
export function formatDay(at: Date): string {
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`
}

/** `22 Nov 2026, 19:38` in UTC; with seconds where there are some. */
export function formatInstant(at: Date): string {
  return `${formatDay(at)}, ${formatClock(at)}`
}

/** `19:38`, `19:38:31` or `19:38:31.250` in UTC. */
export function formatClock(at: Date): string {
  const iso = at.toISOString()
  if (at.getUTCMilliseconds() !== 0) return iso.slice(11, 23)
  return at.getUTCSeconds() === 0 ? iso.slice(11, 16) : iso.slice(11, 19)
}

export function isMidnight(at: Date): boolean {
  return at.getTime() % DAY_MS === 0
}

/**
 * A period whose end is exclusive, as people say it: `1 – 30 Nov 2026` for whole days, and both
 * instants otherwise.
 */
export function formatPeriod(start: Date, end: Date): string {
  if (!isMidnight(start) || !isMidnight(end) || end <= start) {
    return `${formatInstant(start)} – ${formatInstant(end)}`
  }
  const last = new Date(end.getTime() - DAY_MS)
  if (last.getTime() === start.getTime()) return formatDay(start)
  const isSameYear = start.getUTCFullYear() === last.getUTCFullYear()
  const isSameMonth = isSameYear && start.getUTCMonth() === last.getUTCMonth()
  if (isSameMonth) return `${start.getUTCDate()} – ${formatDay(last)}`
  const from = isSameYear
    ? `${start.getUTCDate()} ${MONTHS[start.getUTCMonth()]}`
    : formatDay(start)
  return `${from} – ${formatDay(last)}`
}

/** The instant where the reader is, with the zone, such as for a tooltip. */
export function formatLocal(at: Date): string {
  return at.toLocaleString(undefined, {
    dateStyle: 'medium',
    timeStyle: 'long',
  })
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', DAY_MS],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
]

/** `3 minutes ago`, `in 2 days`. */
export function formatRelative(at: Date, now: Date): string {
  const difference = at.getTime() - now.getTime()
  const [unit, size] = STEPS.find(([, ms]) => Math.abs(difference) >= ms) ?? ['second', 1_000]
  const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
  return format.format(Math.trunc(difference / size), unit)
}
