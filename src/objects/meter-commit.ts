interface Waiting<Item, Outcome> {
  item: Item
  resolve: (outcome: Outcome) => void
  reject: (error: unknown) => void
}

/** So often a write waits for more calls … */
const PAUSES_MAX = 6
/** … where the one before it had so many events: with fewer, waiting costs more than it saves. */
const LARGE_EVENTS = 150
/** With so many, there is little left to share. */
const FULL_EVENTS = 600

/**
 * Group commit: calls that arrive while a write is under way are written together, because a
 * transaction costs more than an event. Writes follow each other: the next begins when the one
 * before it is durable, and calls are answered only then. An idle meter writes at once, and so does
 * one whose calls are small. Where large ones come together, a write waits as long as more of them
 * come, though only a few milliseconds: what it costs is shared by all.
 */
export class GroupCommit<Item extends { events: readonly unknown[] }, Outcome> {
  private waiting: Waiting<Item, Outcome>[] = []
  private isRunning = false
  /** Several calls, and large ones, were written together last time. */
  private areTogether = false
  private readonly write: (items: Item[]) => Promise<Outcome[]>
  private readonly onFault: (error: unknown) => void
  private readonly pause: () => Promise<unknown>

  /**
   * @param write resolves to an outcome for each item once they are durable
   * @param onFault called after a write has failed, with all its calls failed
   * @param pause waits a moment, in which calls may come
   */
  constructor(
    write: (items: Item[]) => Promise<Outcome[]>,
    onFault: (error: unknown) => void,
    pause: () => Promise<unknown>,
  ) {
    this.write = write
    this.onFault = onFault
    this.pause = pause
  }

  commit(item: Item): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject })
      if (!this.isRunning) void this.run()
    })
  }

  private async run(): Promise<void> {
    this.isRunning = true
    // Calls that have arrived already come along.
    await Promise.resolve()
    while (this.waiting.length > 0) {
      if (this.areTogether) await this.gather()
      const group = this.waiting
      this.waiting = []
      this.areTogether = group.length > 1 && countEvents(group) >= LARGE_EVENTS
      try {
        const outcomes = await this.write(group.map(({ item }) => item))
        group.forEach(({ resolve }, i) => resolve(outcomes[i]!))
      } catch (error) {
        for (const { reject } of [...group, ...this.waiting]) reject(error)
        this.waiting = []
        this.onFault(error)
      }
    }
    this.isRunning = false
  }

  private async gather(): Promise<void> {
    for (let pauses = 0; pauses < PAUSES_MAX; pauses++) {
      if (countEvents(this.waiting) >= FULL_EVENTS) return
      const before = this.waiting.length
      await this.pause()
      if (this.waiting.length === before) return
    }
  }
}

function countEvents(calls: { item: { events: readonly unknown[] } }[]): number {
  return calls.reduce((total, { item }) => total + item.events.length, 0)
}
