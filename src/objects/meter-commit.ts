interface Waiting<Item, Outcome> {
  item: Item
  resolve: (outcome: Outcome) => void
  reject: (error: unknown) => void
}

/**
 * Group commit: calls that arrive while a write is under way are written together, because a
 * transaction costs more than an event. Writes follow each other: the next begins when the one
 * before it is durable, and calls are answered only then. So a call waits for one write at most,
 * and an idle meter writes at once: the time that durability takes is what gathers the others.
 */
export class GroupCommit<Item, Outcome> {
  private waiting: Waiting<Item, Outcome>[] = []
  private isRunning = false
  private readonly write: (items: Item[]) => Promise<Outcome[]>
  private readonly onFault: (error: unknown) => void

  /**
   * @param write resolves to an outcome for each item once they are durable
   * @param onFault called after a write has failed, with all its calls failed
   */
  constructor(write: (items: Item[]) => Promise<Outcome[]>, onFault: (error: unknown) => void) {
    this.write = write
    this.onFault = onFault
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
      const group = this.waiting
      this.waiting = []
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
}
