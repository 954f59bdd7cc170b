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

/** The story ends now; in a month's first days, on the 20th of the month before. */
export function demoTimes(now: Date): DemoTimes {
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()]
  const isEarly = now.getUTCDate() < FIRST_DAY
  const monthMs = Date.UTC(year, isEarly ? month - 1 : month, 1)
  return {
    lastMonthMs: Date.UTC(year, isEarly ? month - 2 : month - 1, 1),
    monthMs,
    nowMs: isEarly ? monthMs + 19.5 * DAY_MS : now.getTime() - (now.getTime() % MINUTE_MS),
    endsMs: Date.UTC(year + 1, isEarly ? month - 2 : month - 1, 1),
  }
}
