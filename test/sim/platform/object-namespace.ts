import type { FaultRates } from './faults.ts'
import { ObjectStorage } from './object-storage.ts'
import type { Random } from './random.ts'
import type { Owner, Scheduler } from './scheduler.ts'

type Methods = Record<string, (...args: unknown[]) => unknown>
export type ObjectClass = new (state: unknown, env: unknown) => Methods

const ALARM_RETRY_MS = 2_000

interface Call {
  reject: (error: Error) => void
}

/** An object in memory. Dead, it takes along all that was under way. */
interface Incarnation extends Owner {
  instance: Methods
  calls: Set<Call>
  hasAborted: boolean
}

interface Host {
  name: string
  storage: ObjectStorage
  incarnation: Incarnation | null
  /** How often it has been brought into memory. */
  starts: number
  cancelAlarm: (() => void) | null
  alarmAt: number | null
  alarmTries: number
}

/** The objects of one class, each with its storage. Calls carry copies, and errors as errors. */
export class ObjectNamespace {
  readonly hosts = new Map<string, Host>()
  private readonly dirty = new Set<Host>()
  private readonly className: string
  private readonly world: {
    scheduler: Scheduler
    random: Random
    faults: () => FaultRates
  }
  private readonly make: (state: unknown) => Methods

  constructor(
    className: string,
    world: ObjectNamespace['world'],
    make: (state: unknown) => Methods,
  ) {
    this.className = className
    this.world = world
    this.make = make
  }

  getByName(name: string): unknown {
    return new Proxy(
      {},
      {
        get: (_, method) => {
          if (typeof method !== 'string' || method === 'then') return undefined
          return (...args: unknown[]) => this.call(name, method, args)
        },
      },
    )
  }

  /** Ends the turns of all objects: what they wrote becomes durable, or they die of it. */
  endTurns(): void {
    const { random, faults } = this.world
    for (const host of this.dirty) {
      const { storage, incarnation } = host
      const mayCrash = storage.isDirty && random.chance(faults().crashAtCommit)
      const isLost = (mayCrash && random.chance(0.5)) || incarnation?.hasAborted === true
      storage.endTurn(isLost ? 'rollback' : 'commit')
      if (mayCrash || incarnation?.hasAborted === true) this.kill(host)
      this.keepAlarm(host)
    }
    this.dirty.clear()
  }

  /** Changes the storage of the first object that has what is to be changed, and forgets its memory. */
  damage(apply: (storage: ObjectStorage) => boolean): boolean {
    for (const host of this.hosts.values()) {
      this.kill(host)
      if (hasTables(host.storage) && apply(host.storage)) return true
    }
    return false
  }

  /** Takes an object out of memory, with whatever it was about to do. */
  kill(host: Host): void {
    const { incarnation } = host
    if (incarnation === null) return
    host.incarnation = null
    incarnation.isDead = true
    for (const { reject } of incarnation.calls) reject(lost(host.name))
    incarnation.calls.clear()
  }

  private async call(name: string, method: string, args: unknown[]): Promise<unknown> {
    const { scheduler, random, faults } = this.world
    const sent = structuredClone(args)
    const label = `${this.className} ${name}.${method}`
    const host = this.host(name)
    // The answer is kept from whoever asked until the turn that made it has ended.
    return scheduler.io(label, () => {
      if (random.chance(faults().crash)) this.kill(host)
      else if (host.incarnation?.calls.size === 0 && random.chance(faults().evict)) this.kill(host)
      const incarnation = this.wake(host)
      return new Promise<unknown>((resolve, reject) => {
        const call: Call = { reject }
        incarnation.calls.add(call)
        const release = (settle: () => void) =>
          scheduler.post(`${label} answers`, () => {
            incarnation.calls.delete(call)
            if (incarnation.isDead || random.chance(faults().callAnswerLost)) reject(lost(name))
            else settle()
          })
        scheduler.owners
          .run(incarnation, async () => invoke(incarnation.instance, method, sent))
          .then(
            (answer) => release(() => resolve(structuredClone(answer))),
            (error: unknown) => release(() => reject(copyError(error))),
          )
      })
    })
  }

  private host(name: string): Host {
    let host = this.hosts.get(name)
    if (host === undefined) {
      const { scheduler } = this.world
      const storage = new ObjectStorage(
        () => this.dirty.add(created),
        () => scheduler.io('sync', () => undefined),
      )
      const created: Host = {
        name,
        storage,
        incarnation: null,
        starts: 0,
        cancelAlarm: null,
        alarmAt: null,
        alarmTries: 0,
      }
      host = created
      this.hosts.set(name, host)
    }
    return host
  }

  private wake(host: Host): Incarnation {
    if (host.incarnation !== null) return host.incarnation
    host.starts += 1
    const incarnation: Incarnation = {
      name: `${this.className}#${host.starts}`,
      isDead: false,
      instance: {},
      calls: new Set(),
      hasAborted: false,
    }
    const state = {
      id: { name: host.name },
      storage: host.storage,
      // Nobody follows drafts here.
      getWebSockets: () => [],
      abort: () => {
        incarnation.hasAborted = true
        this.dirty.add(host)
      },
    }
    this.world.scheduler.owners.run(incarnation, () => {
      incarnation.instance = this.make(state)
    })
    host.incarnation = incarnation
    return incarnation
  }

  /** Sets the timer to the alarm that is stored. */
  private keepAlarm(host: Host): void {
    const { alarm } = host.storage
    if (alarm === host.alarmAt) return
    host.cancelAlarm?.()
    host.alarmAt = alarm
    host.cancelAlarm = null
    if (alarm === null) return
    const label = `${this.className} ${host.name} alarm`
    host.cancelAlarm = this.world.scheduler.at(alarm, label, () => this.runAlarm(host))
  }

  private runAlarm(host: Host): void {
    const { scheduler } = this.world
    host.storage.alarm = null
    host.alarmAt = null
    host.cancelAlarm = null
    const incarnation = this.wake(host)
    const again = () => {
      host.storage.alarm ??= scheduler.nowMs + ALARM_RETRY_MS * 2 ** Math.min(host.alarmTries, 8)
      host.alarmTries += 1
      this.keepAlarm(host)
    }
    const call: Call = { reject: () => scheduler.post('alarm again', again) }
    incarnation.calls.add(call)
    scheduler.owners
      .run(incarnation, async () => invoke(incarnation.instance, 'alarm', []))
      .then(
        () =>
          scheduler.post('alarm ends', () => {
            if (incarnation.calls.delete(call)) host.alarmTries = 0
          }),
        () =>
          scheduler.post('alarm fails', () => {
            if (incarnation.calls.delete(call)) again()
          }),
      )
  }
}

/** An object that was only asked has none. */
function hasTables(storage: ObjectStorage): boolean {
  return storage.run("SELECT 1 FROM sqlite_master WHERE name = 'migrations'").length > 0
}

function invoke(instance: Methods, method: string, args: unknown[]): unknown {
  const found = instance[method]
  if (typeof found !== 'function') throw new TypeError(`The object has no method ${method}`)
  return found.apply(instance, args)
}

function lost(name: string): Error {
  return Object.assign(new Error(`The object ${name} was reset.`), { remote: true })
}

/** What crosses of an error: its message and its own members. */
function copyError(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error))
  const copy = new Error(error.message)
  copy.stack = error.stack ?? ''
  for (const [key, value] of Object.entries(error)) {
    if (typeof value !== 'object') Object.assign(copy, { [key]: value })
  }
  return Object.assign(copy, { remote: true })
}
