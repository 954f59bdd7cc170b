import type { FaultRates } from './faults.ts'
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'

const BATCH_MAX = 20
const RETRIES_MAX = 100
const BATCH_WAIT_MS = 1_000

interface Stored {
  id: string
  body: unknown
  attempts: number
}

/** Delivers messages at least once, in any order, in batches of any size. */
export class Queue {
  private readonly stored = new Map<string, Stored>()
  /** How many messages came. */
  sent = 0
  private isDelivering = false
  private readonly name: string
  private readonly world: { scheduler: Scheduler; random: Random; faults: () => FaultRates }
  private readonly deliver: (batch: unknown) => Promise<void>
  private readonly dead: Queue | null

  /** @param dead takes what was tried too often; null: it is tried for ever */
  constructor(
    name: string,
    world: Queue['world'],
    deliver: (batch: unknown) => Promise<void>,
    dead: Queue | null,
  ) {
    this.name = name
    this.world = world
    this.deliver = deliver
    this.dead = dead
  }

  get size(): number {
    return this.stored.size
  }

  send(body: unknown): Promise<void> {
    const copy = structuredClone(body)
    return this.world.scheduler.io(`queue ${this.name}`, () => this.keep(copy))
  }

  private keep(body: unknown): void {
    this.sent += 1
    const id = `${this.name}-${this.sent}`
    this.stored.set(id, { id, body, attempts: 0 })
    this.arrange(BATCH_WAIT_MS)
  }

  private arrange(ms: number): void {
    const { scheduler } = this.world
    scheduler.at(scheduler.nowMs + ms, `queue ${this.name} delivers`, () => {
      if (this.stored.size > 0 && !this.isDelivering) void this.deliverSome()
    })
  }

  private async deliverSome(): Promise<void> {
    const { scheduler, random, faults } = this.world
    this.isDelivering = true
    const batch = random.shuffle([...this.stored.values()]).slice(0, BATCH_MAX)
    const settled = new Set<string>()
    let delayMs = BATCH_WAIT_MS
    const messages = batch.map((message) => ({
      id: message.id,
      timestamp: new Date(scheduler.nowMs),
      body: structuredClone(message.body),
      attempts: message.attempts + 1,
      ack: () => settled.add(message.id),
      retry: ({ delaySeconds = 0 }: { delaySeconds?: number } = {}) => {
        delayMs = Math.max(delayMs, delaySeconds * 1_000)
      },
    }))
    await this.deliver({ queue: this.name, messages }).catch(() => settled.clear())
    for (const message of batch) {
      message.attempts += 1
      if (settled.has(message.id) && !random.chance(faults().redelivery)) {
        this.stored.delete(message.id)
      } else if (message.attempts > RETRIES_MAX && this.dead !== null) {
        this.stored.delete(message.id)
        this.dead.keep(message.body)
      }
    }
    this.isDelivering = false
    if (this.stored.size > 0) this.arrange(delayMs)
  }
}
