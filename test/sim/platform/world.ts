import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { compileFunction } from 'node:vm'
import { Bucket } from './bucket.ts'
import { Database } from './database.ts'
import { NO_FAULTS, type FaultRates } from './faults.ts'
import { ObjectNamespace, type ObjectClass } from './object-namespace.ts'
import { Queue } from './queue.ts'
import { createRandom, type Random } from './random.ts'
import { Scheduler, type Owner } from './scheduler.ts'
import { Trace } from './trace.ts'

interface Worker {
  fetch: (request: Request, env: unknown, context: unknown) => Promise<Response> | Response
  queue: (batch: unknown, env: unknown) => Promise<void>
  scheduled: (controller: unknown, env: unknown) => Promise<void>
}

interface Bundle {
  default: Worker
  MeterObject: ObjectClass
  AccountObject: ObjectClass
}

/** A whole installation in this process: the real code on a platform in memory. */
export interface World {
  scheduler: Scheduler
  trace: Trace
  database: Database
  meters: ObjectNamespace
  accounts: ObjectNamespace
  bucket: Bucket
  queue: Queue
  /** The rates that hold from now on. */
  setFaults: (rates: FaultRates) => void
  /** Asks the Worker; the answer may be lost on its way. Only within `scheduler.until`. */
  fetch: (request: Request) => Promise<{ status: number; text: string }>
  /** A run of cron at the present instant. Only within `scheduler.until`. */
  runScheduled: () => Promise<void>
  /** What the code has printed. */
  printed: string[]
}

const PRINTED_MAX = 200

export function createWorld(bundle: string, seed: string, startMs: number): World {
  const random = createRandom(`${seed}/platform`)
  const trace = new Trace()
  const scheduler = new Scheduler(random.fork('scheduler'), trace, startMs)
  let rates = NO_FAULTS
  const shared = { scheduler, random: random.fork('faults'), faults: () => rates }
  const printed: string[] = []
  const { default: worker, ...classes } = evaluate(bundle, scheduler, random, printed)
  const makeOf = (ObjectOf: ObjectClass) => (state: unknown) => new ObjectOf(state, env)
  const database = new Database(shared)
  const meters = new ObjectNamespace('METER', shared, makeOf(classes.MeterObject))
  const accounts = new ObjectNamespace('ACCOUNT', shared, makeOf(classes.AccountObject))
  const bucket = new Bucket(scheduler)
  let invocations = 0
  const invoke = <T>(label: string, work: () => Promise<T> | T): Promise<T> => {
    invocations += 1
    const owner: Owner = {
      name: `${label}#${invocations}`,
      isDead: false,
      beforeStep: () => (owner.isDead ||= shared.random.chance(rates.workerDies)),
    }
    return scheduler.owners.run(owner, async () => work())
  }
  const deliver = (batch: unknown) => invoke('queue', () => worker.queue(batch, env))
  const dead = new Queue('tactus-ingest-dead', shared, deliver, null)
  const queue = new Queue('tactus-ingest', shared, deliver, dead)
  const env = {
    DB: database,
    METER: meters,
    ACCOUNT: accounts,
    ARCHIVE: bucket,
    INGEST_QUEUE: queue,
    INGEST_OVERFLOW: 'queue',
  }
  scheduler.onTurnEnd = () => {
    meters.endTurns()
    accounts.endTurns()
  }
  const context = { waitUntil: () => undefined, passThroughOnException: () => undefined }
  return {
    scheduler,
    trace,
    database,
    meters,
    accounts,
    bucket,
    queue,
    printed,
    setFaults: (to) => (rates = to),
    fetch: async (request) => {
      await scheduler.io('request', () => undefined)
      const answer = await invoke('fetch', async () => {
        const response = await worker.fetch(request, env, context)
        return { status: response.status, text: await response.text() }
      })
      trace.add(`${answer.status} ${answer.text}`)
      await scheduler.io('answer', () => undefined)
      if (shared.random.chance(rates.answerLost)) throw new Error('the answer was lost')
      return answer
    },
    runScheduled: () => {
      const controller = { scheduledTime: scheduler.nowMs }
      return invoke('scheduled', () => worker.scheduled(controller, env))
    },
  }
}

/** Runs the bundle with clock, timers and random numbers of the simulation in their global names. */
function evaluate(bundle: string, scheduler: Scheduler, random: Random, printed: string[]): Bundle {
  const module = { exports: {} as Bundle }
  const print = (...parts: unknown[]) => {
    if (printed.length >= PRINTED_MAX) printed.shift()
    printed.push(parts.map((part) => (part instanceof Error ? part.stack : String(part))).join(' '))
  }
  const globals = {
    module,
    exports: module.exports,
    require: createRequire(import.meta.url),
    Date: dateOf(scheduler),
    crypto: cryptoOf(random.fork('crypto')),
    scheduler: { wait: (ms: number) => scheduler.wait(ms) },
    setTimeout: (work: () => void, ms = 0) => void scheduler.wait(ms).then(work),
    clearTimeout: () => {
      throw new Error('no timer is ever taken back')
    },
    console: { error: print, warn: print, log: print, info: print },
  }
  const run = compileFunction(bundle, Object.keys(globals), { filename: 'worker.cjs' })
  run(...Object.values(globals))
  return module.exports
}

function dateOf(scheduler: Scheduler): DateConstructor {
  class SimulatedDate extends Date {
    constructor(...values: [] | [number]) {
      if (values.length === 0) super(scheduler.nowMs)
      else super(...values)
    }
    static override now = () => scheduler.nowMs
  }
  return SimulatedDate as unknown as DateConstructor
}

/** As the platform's, except that digests are made at once: theirs come when a thread is done. */
function cryptoOf(random: Random) {
  const fill = (bytes: Uint8Array) => bytes.map(() => random.integer(0, 255))
  return {
    getRandomValues: (bytes: Uint8Array) => {
      bytes.set(fill(bytes))
      return bytes
    },
    randomUUID: () => {
      const hex = Buffer.from(fill(new Uint8Array(16))).toString('hex')
      const variant = '89ab'[Number.parseInt(hex.slice(16, 17), 16) % 4]!
      return [
        hex.slice(0, 8),
        hex.slice(8, 12),
        `4${hex.slice(13, 16)}`,
        `${variant}${hex.slice(17, 20)}`,
        hex.slice(20),
      ].join('-')
    },
    subtle: {
      digest: (name: string, data: ArrayBuffer | Uint8Array) => {
        const bytes = data instanceof Uint8Array ? data : new Uint8Array(data)
        const digest = createHash(name.replace('-', '').toLowerCase()).update(bytes).digest()
        return Promise.resolve(new Uint8Array(digest).buffer)
      },
    },
  }
}
