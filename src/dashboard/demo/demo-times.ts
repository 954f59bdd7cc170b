/** When the demo company's story takes place, in epoch milliseconds; months are UTC. */
export interface DemoTimes {
  /** Contracts and prices start here. */
  lastMonthMs: number
  /** Last month's end: the sandbox's clock starts here. */
  monthMs: number
  /** Where the clock stands in the end; last month's invoices are final by then. */
  nowMs: number
  /** The end of contracts, a year after their start. */
  endsMs: number
}

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
/** In the first days of a month, last month's invoices may not be final yet. */
const FIRST_DAY = 4

/** In a story of a month that is over, and in a month's first days, now is on its 20th day. */
const LATE_MS = 19.5 * DAY_MS

/** The story ends now; in a month's first days, on the 20th of the month before. */
export function demoTimes(now: Date): DemoTimes {
  const isEarly = now.getUTCDate() < FIRST_DAY
  const monthMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - (isEarly ? 1 : 0), 1)
  const nowMs = isEarly ? monthMs + LATE_MS : now.getTime() - (now.getTime() % MINUTE_MS)
  return { ...monthsAround(monthMs), nowMs }
}

/**
 * The times of a story that was begun before and left, by where its clock stands.
 * @param clockMs the start of the story's month, or anything later in it
 */
export function timesOfBegun(clockMs: number, now: Date): DemoTimes {
  const clock = new Date(clockMs)
  const monthMs = Date.UTC(clock.getUTCFullYear(), clock.getUTCMonth(), 1)
  const fresh = demoTimes(now)
  const end = fresh.monthMs === monthMs ? fresh.nowMs : monthMs + LATE_MS
  return { ...monthsAround(monthMs), nowMs: Math.max(end, clockMs) }
}

function monthsAround(monthMs: number): Omit<DemoTimes, 'nowMs'> {
  const month = new Date(monthMs)
  const startOf = (offset: number) =>
    Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + offset, 1)
  return { lastMonthMs: startOf(-1), monthMs, endsMs: startOf(11) }
}
