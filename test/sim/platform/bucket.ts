import type { Scheduler } from './scheduler.ts'

/** The store of old parts of logs: objects by their keys. */
export class Bucket {
  readonly objects = new Map<string, Uint8Array>()
  private readonly scheduler: Scheduler

  constructor(scheduler: Scheduler) {
    this.scheduler = scheduler
  }

  put(key: string, body: Uint8Array): Promise<void> {
    // A slice of a Buffer would share its memory.
    const copy = new Uint8Array(body)
    return this.scheduler.io(`R2 put ${key}`, () => void this.objects.set(key, copy))
  }

  get(key: string): Promise<{ arrayBuffer: () => Promise<ArrayBuffer> } | null> {
    return this.scheduler.io(`R2 get ${key}`, () => {
      const body = this.objects.get(key)
      if (body === undefined) return null
      return { arrayBuffer: () => Promise.resolve(body.slice().buffer) }
    })
  }

  delete(key: string): Promise<void> {
    return this.scheduler.io(`R2 delete ${key}`, () => void this.objects.delete(key))
  }
}
