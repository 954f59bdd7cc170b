const HOUR_MS = 3_600_000

/** The hour that begins next, or just begins, as a date-time input holds it in UTC. */
export function nextHour(now: Date): string {
  const at = new Date(Math.ceil(now.getTime() / HOUR_MS) * HOUR_MS)
  return at.toISOString().slice(0, 16)
}
