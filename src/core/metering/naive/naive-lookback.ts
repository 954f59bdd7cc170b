import { NaiveIdTimes } from './naive-id-times.ts'

/** From where on logs are read, and what is asked of them. */
export interface Lookback {
  /** Every event that was accepted at this instant or later is read. */
  fromMs: number
  /** Events with earlier timestamps are not asked for. */
  periodStartMs: number
  /** `dedupeLifetimeMs(environment)`. */
  lifetimeMs: number
}

const CERTAIN = -Infinity

/**
 * Watches over the duplicates of one customer where logs are not read from their beginning. What
 * was accepted before may have made an event a duplicate that is read, and that one, had it
 * counted, a later one. Who starts a lifetime before the period is safe from the first, but not
 * from such chains, which only ids with several aliases, or in several logs, can have: where one
 * reaches an event of the period, it is told, and the logs are to be read from their beginning.
 */
export class NaiveLookback {
  /** Whether an event of the period counts depends on what was not read. */
  isAmbiguous = false
  private readonly span: Lookback
  /** By transaction id, the latest acceptance, where that may count or not; `CERTAIN` for no more. */
  private readonly uncertain = new NaiveIdTimes()

  constructor(span: Lookback) {
    this.span = span
  }

  /** What it takes in memory. */
  get bytes(): number {
    return this.uncertain.bytes
  }

  /** Forgets the ids: what comes from now on is under others. */
  forgetIds(): void {
    this.uncertain.clear()
  }

  /** Takes the next event of the customer, in the order in which duplicates are told. */
  note(transactionId: string, timeMs: number, acceptedAtMs: number): void {
    const { fromMs, lifetimeMs, periodStartMs } = this.span
    const known = this.uncertain.get(transactionId)
    const latest = known === CERTAIN ? undefined : known
    if (latest === undefined && acceptedAtMs >= fromMs + lifetimeMs) return
    if (latest !== undefined && acceptedAtMs >= Math.max(latest, fromMs) + lifetimeMs) {
      this.uncertain.set(transactionId, CERTAIN)
      return
    }
    this.uncertain.set(transactionId, Math.max(latest ?? acceptedAtMs, acceptedAtMs))
    if (timeMs >= periodStartMs) this.isAmbiguous = true
  }
}
