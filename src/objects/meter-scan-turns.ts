/** So many readings of the log may wait for their turn. */
const WAITING_MAX = 100

/**
 * Lets readings of the log run one after the other: each may hold as much memory as one evaluation
 * is allowed, and an object has room for one.
 */
export class ScanTurns {
  private last: Promise<unknown> = Promise.resolve()
  private waiting = 0

  /** @throws with status 503 when too many wait already */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.waiting >= WAITING_MAX) throw tooMany()
    this.waiting++
    const turn = this.last.then(work)
    // Whoever comes next does not care how this one ends.
    this.last = turn.catch(() => null).finally(() => this.waiting--)
    return turn
  }
}

/** Its status makes it a 503 where it reaches a caller of the API. */
function tooMany(): Error {
  const message = 'Too many SQL metrics are being read from the log; try again shortly.'
  return Object.assign(new Error(message), { status: 503 })
}
