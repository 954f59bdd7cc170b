import { AsyncLocalStorage } from 'node:async_hooks'
import type { Random } from './random.ts'
import type { Trace } from './trace.ts'

/** Who waits for something: an incarnation of an object, a request in a Worker, or the simulation. */
export interface Owner {
  name: string
  /** What a dead one waits for never comes, so that its code goes no further. */
  isDead: boolean
  /** Asked before each step of it that anything is waited for: it may die here. */
  beforeStep?: () => void
}

interface Task {
  label: string
  owner: Owner | undefined
  run: () => void
  /** What happens instead where the owner is dead; nothing unless said. */
  drop?: (() => void) | undefined
}

interface Timer {
  atMs: number
  order: number
  task: Task
}

/** Nobody waits longer than this for an answer, so anything beyond is a circle. */
const STEPS_MAX = 100_000

/**
 * Runs everything that is asynchronous, one step after the other, in an order that the seed
 * decides. A step ends when no more code can run without another one; then the turn is over, and
 * what was written in it is committed. Time stands still within a step, moves a little from step to
 * step, and jumps to the next timer when there is nothing to do.
 */
export class Scheduler {
  readonly owners = new AsyncLocalStorage<Owner>()
  /** Called after each step, when no code runs. */
  onTurnEnd: () => void = () => undefined
  nowMs: number
  private readonly random: Random
  private readonly trace: Trace
  private ready: Task[] = []
  private timers: Timer[] = []
  private order = 0

  constructor(random: Random, trace: Trace, nowMs: number) {
    this.random = random
    this.trace = trace
    this.nowMs = nowMs
  }

  /** Does something at a later step, and answers what came of it to whoever asked, if still alive. */
  io<T>(label: string, operation: () => T | Promise<T>): Promise<T> {
    const owner = this.owners.getStore()
    return new Promise((resolve, reject) => {
      this.add({
        label: `${owner?.name ?? ''} ${label}`,
        owner,
        run: () => {
          try {
            resolve(operation())
          } catch (error) {
            reject(error)
          }
        },
        drop: () => {
          if (owner?.beforeStep !== undefined) reject(new Error(`${owner.name} has died`))
        },
      })
    })
  }

  /** Makes something happen at a later step, whoever lives by then. */
  post(label: string, run: () => void): void {
    this.add({ label, owner: undefined, run })
  }

  wait(ms: number): Promise<void> {
    if (ms <= 0) return this.io('wait', () => undefined)
    const owner = this.owners.getStore()
    return new Promise((resolve) => {
      this.addTimer(this.nowMs + ms, { label: `${owner?.name ?? ''} timer`, owner, run: resolve })
    })
  }

  /** @returns what takes it back */
  at(atMs: number, label: string, run: () => void): () => void {
    const timer = this.addTimer(atMs, { label, owner: undefined, run })
    return () => {
      this.timers = this.timers.filter((each) => each !== timer)
    }
  }

  /** Runs until a promise is settled; time jumps where that is what it waits for. */
  async until<T>(work: () => Promise<T>, owner?: Owner): Promise<T> {
    let isSettled = false
    const started = owner === undefined ? work() : this.owners.run(owner, work)
    const settle = () => (isSettled = true)
    started.then(settle, settle)
    for (let steps = 0; ; steps += 1) {
      await this.endTurn()
      if (isSettled) return await started
      if (steps > STEPS_MAX) throw new Error('there is no end to it')
      if (this.step()) continue
      if (!this.jump(Infinity)) throw new Error('nothing is left to wait for')
    }
  }

  /** Runs everything that is left to do before an instant, and sets the clock there. */
  async advanceTo(toMs: number): Promise<void> {
    for (let steps = 0; ; steps += 1) {
      await this.endTurn()
      if (steps > STEPS_MAX) throw new Error('there is no end to it')
      if (!this.step() && !this.jump(toMs)) break
    }
    this.nowMs = Math.max(this.nowMs, toMs)
  }

  private async endTurn(): Promise<void> {
    await drain()
    // Streams of the platform take a few turns of the real event loop; nothing else may.
    for (let more = 0; more < 3 && this.ready.length === 0; more += 1) await drain()
    this.onTurnEnd()
    await Promise.resolve()
  }

  private step(): boolean {
    if (this.ready.length === 0) return false
    const index = this.random.integer(0, this.ready.length - 1)
    const task = this.ready[index]!
    this.ready[index] = this.ready.at(-1)!
    this.ready.pop()
    this.nowMs += this.random.integer(0, 2)
    task.owner?.beforeStep?.()
    this.trace.add(`${this.nowMs} ${task.label}${task.owner?.isDead === true ? ' †' : ''}`)
    if (task.owner?.isDead === true) task.drop?.()
    else task.run()
    return true
  }

  /** Goes to the next timer that is due by an instant. */
  private jump(byMs: number): boolean {
    let next: Timer | undefined
    for (const timer of this.timers) {
      if (timer.atMs > byMs) continue
      if (next === undefined || timer.atMs < next.atMs) next = timer
      else if (timer.atMs === next.atMs && timer.order < next.order) next = timer
    }
    if (next === undefined) return false
    this.timers = this.timers.filter((each) => each !== next)
    this.nowMs = Math.max(this.nowMs, next.atMs)
    this.ready.push(next.task)
    return true
  }

  private add(task: Task): void {
    this.ready.push(task)
  }

  private addTimer(atMs: number, task: Task): Timer {
    this.order += 1
    const timer = { atMs, order: this.order, task }
    this.timers.push(timer)
    return timer
  }
}

// The real one, whatever the code that is simulated sees under this name.
const { setImmediate: nextTurn } = globalThis

function drain(): Promise<void> {
  return new Promise((resolve) => nextTurn(resolve))
}
