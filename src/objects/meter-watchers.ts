import { MINUTE_MS } from '../core/time.ts'

/** A watch that is not renewed ends by itself. */
const WATCH_MS = 10 * MINUTE_MS
/** What happens within this time is told at once. */
const SIGNAL_PAUSE_MS = 250

const KEY = 'watch/'

/**
 * The customers whose usage somebody looks at live. Their accounts are told soon after something of
 * it became durable: at most once in a pause, and once more after the last change. Telling may
 * fail, and nothing waits for it: who watches also looks by itself from time to time.
 */
export class Watchers {
  private readonly kv: SyncKvStorage
  private readonly signal: (customerId: string) => Promise<boolean>
  /** Until when each customer is watched; kept in storage, too, so that a restart forgets nobody. */
  private readonly untilMs = new Map<string, number>()
  /** Customers who are about to be told. */
  private readonly pending = new Set<string>()
  /** Renewals since the start, so that a late answer ends no new watch. */
  private renewals = 0

  /** @param signal tells a customer's account; false when nobody looks any more */
  constructor(kv: SyncKvStorage, signal: (customerId: string) => Promise<boolean>) {
    this.kv = kv
    this.signal = signal
    for (const [key, until] of kv.list<number>({ prefix: KEY })) {
      this.untilMs.set(key.slice(KEY.length), until)
    }
  }

  get isEmpty(): boolean {
    return this.untilMs.size === 0
  }

  watch(customerId: string, nowMs: number): void {
    this.renewals += 1
    // Most renewals write nothing.
    if ((this.untilMs.get(customerId) ?? 0) > nowMs + WATCH_MS / 2) return
    this.untilMs.set(customerId, nowMs + WATCH_MS)
    this.kv.put(KEY + customerId, nowMs + WATCH_MS)
  }

  /** Something of these customers' usage has changed, and is durable. */
  touch(customerIds: Iterable<string | null>, nowMs: number): void {
    for (const customerId of customerIds) {
      if (customerId === null || this.pending.has(customerId)) continue
      const until = this.untilMs.get(customerId)
      if (until === undefined) continue
      if (until > nowMs) void this.tell(customerId)
      else this.forget(customerId)
    }
  }

  /** What counts may have changed, for anyone. */
  touchAll(nowMs: number): void {
    this.touch([...this.untilMs.keys()], nowMs)
  }

  /** The storage is gone, of a sandbox that is deleted. */
  clear(): void {
    this.untilMs.clear()
  }

  private async tell(customerId: string): Promise<void> {
    this.pending.add(customerId)
    await scheduler.wait(SIGNAL_PAUSE_MS)
    // From here on a change is told anew: the account may have read before it.
    this.pending.delete(customerId)
    const { renewals } = this
    const isWatching = await this.signal(customerId).catch(() => true)
    if (!isWatching && renewals === this.renewals) this.forget(customerId)
  }

  private forget(customerId: string): void {
    if (this.untilMs.delete(customerId)) this.kv.delete(KEY + customerId)
  }
}
