import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env as bindings } from 'cloudflare:workers'
import { sql } from 'drizzle-orm'
import { defineMetric } from '../../src/core/catalog/define-metric.ts'
import { toText } from '../../src/core/decimal.ts'
import { windowValues } from '../../src/core/metering/increment.ts'
import type { StreamingMetric } from '../../src/core/metering/metric.ts'
import { quarantineMeterName } from '../../src/core/metering/place.ts'
import { DAY_MS, parseTimestamp } from '../../src/core/time.ts'
import { openDatabase } from '../../src/db/database.ts'
import { billableMetrics, ingestIds } from '../../src/db/schema.ts'
import type { Env } from '../../src/env.ts'
import { archiveBlock } from '../../src/objects/meter-archive.ts'
import { openMemory, writeCheckpoint } from '../../src/objects/meter-memory.ts'
import type { IngestBatch, IngestOutcome } from '../../src/objects/meter-rpc.ts'
import { sealBlock } from '../../src/objects/meter-seal.ts'
import { SEAL_POLICY } from '../../src/objects/meter-seal-plan.ts'

const env = bindings as unknown as Env

export const NOW = '2026-03-20T12:00:00Z'
export const LIFETIME_MS = 35 * DAY_MS

export interface SentEvent {
  transaction_id: string
  customer_id: string
  event_type: string
  timestamp: string
  properties?: Record<string, unknown>
}

export function sent(
  transaction_id: string,
  customer_id: string,
  properties?: Record<string, unknown>,
  part: Partial<SentEvent> = {},
): SentEvent {
  return {
    transaction_id,
    customer_id,
    event_type: 'call',
    timestamp: '2026-03-02T10:30:00Z',
    ...(properties && { properties }),
    ...part,
  }
}

export function at(timestamp: string): number {
  return parseTimestamp(timestamp)!.ms
}

/** Blocks and segments of a few events, so that small logs have several. */
export const TINY_BLOCKS = { ...SEAL_POLICY, blockEvents: 5, segmentEvents: 2 }

/**
 * Seals what a meter's log has, block by block, and ends the object: its memory knows nothing of it.
 * @returns how many blocks were written
 */
export async function sealLog(
  stub: DurableObjectStub,
  environmentId: string,
  policy = TINY_BLOCKS,
): Promise<number> {
  const blocks = await runInDurableObject(stub, async (_, { storage }) => {
    const memory = openMemory(storage, environmentId)
    writeCheckpoint(memory)
    let sealed = 0
    while (await sealBlock(memory, () => true, policy)) sealed++
    return sealed
  })
  await evictDurableObject(stub)
  return blocks
}

/**
 * Moves what is old enough to the archive, as often as it is asked to, and ends the object.
 * @returns how many blocks were moved
 */
export async function archiveLog(stub: DurableObjectStub, environmentId: string): Promise<number> {
  const blocks = await runInDurableObject(stub, async (_, { storage }) => {
    const memory = openMemory(storage, environmentId)
    let moved = 0
    while (await archiveBlock(memory, env.ARCHIVE, () => true)) moved++
    return moved
  })
  await evictDurableObject(stub)
  return blocks
}

interface Question {
  groupKey?: string[]
  from?: string
  to?: string
  /** The length of the windows; one for the whole range if omitted. */
  windowMs?: number
}

/** A meter of an environment of its own, and the configuration that it pulls. */
export class MeterFixture {
  readonly environmentId = crypto.randomUUID()
  readonly types = new Map<string, StreamingMetric['aggregationType']>()
  version = 0
  now = at(NOW)

  /** A new stub each time: one that saw the object fail stays broken. */
  get stub() {
    return env.METER.getByName(this.name)
  }

  get name(): string {
    return quarantineMeterName(this.environmentId)
  }

  /** Creates a metric, as a change of the configuration. */
  async addMetric(part: Partial<StreamingMetric>): Promise<string> {
    const id = part.id ?? crypto.randomUUID()
    const { aggregationType = 'COUNT', name = 'Metric', ...rest } = part
    const definition = { aggregationType, propertyFilters: [], groupKeys: [], ...rest }
    this.version++
    await openDatabase(env.DB).insert(billableMetrics).values({
      id,
      name,
      environmentId: this.environmentId,
      definition,
      version: this.version,
      createdAt: this.now,
    })
    this.types.set(id, aggregationType)
    return id
  }

  async addSqlMetric(text: string): Promise<string> {
    const defined = defineMetric({ name: 'Metric', sql: text })
    if (!defined.ok) throw new Error(defined.error.message)
    return this.addMetric(defined.value.metric)
  }

  /** Gives an ingest id to a customer, or to nobody. */
  async bind(ingestId: string, customerId: string | null): Promise<void> {
    this.version++
    const { environmentId, version } = this
    await openDatabase(env.DB)
      .insert(ingestIds)
      .values({ environmentId, ingestId, customerId, kind: 'alias', ordinal: 0, version })
      .onConflictDoUpdate({
        target: [ingestIds.environmentId, ingestIds.ingestId],
        set: { customerId, version: sql`excluded.version` },
      })
  }

  ingestResult(events: SentEvent[] | string, part: Partial<IngestBatch> = {}) {
    return this.stub.ingest(this.batch(events, part))
  }

  batch(events: SentEvent[] | string, part: Partial<IngestBatch> = {}): IngestBatch {
    return {
      environmentId: this.environmentId,
      configVersion: this.version,
      acceptedAtMs: this.now,
      dedupeLifetimeMs: LIFETIME_MS,
      events: typeof events === 'string' ? events : JSON.stringify(events),
      rejected: [],
      ...part,
    }
  }

  async ingest(...events: SentEvent[]): Promise<IngestOutcome> {
    const result = await this.ingestResult(events)
    if (!result.ok) throw new Error(result.error.message)
    return result.value
  }

  /** Ends the object, as a crash does: what is in memory is gone. */
  async evict(): Promise<void> {
    // An object that is not running cannot be evicted.
    await this.search()
    await evictDurableObject(this.stub)
  }

  async seal(policy = TINY_BLOCKS): Promise<number> {
    return sealLog(this.stub, this.environmentId, policy)
  }

  async archive(): Promise<number> {
    return archiveLog(this.stub, this.environmentId)
  }

  /** Runs a query on the meter's storage. */
  async query<Row extends Record<string, SqlStorageValue>>(text: string): Promise<Row[]> {
    return runInDurableObject(this.stub, (_, { storage }) => storage.sql.exec<Row>(text).toArray())
  }

  /** Values by group (joined with `/`) and window; the group is empty when ungrouped. */
  async usage(
    customerId: string,
    metricId: string,
    question: Question = {},
  ): Promise<Record<string, (string | null)[]>> {
    const { groupKey = null, from = '2026-03-01T00:00:00Z', to = '2026-04-01T00:00:00Z' } = question
    const windowMs = question.windowMs ?? at(to) - at(from)
    const boundaries: number[] = []
    for (let ms = at(from); ms <= at(to); ms += windowMs) boundaries.push(ms)
    const reading = await this.stub.readUsage({
      environmentId: this.environmentId,
      configVersion: this.version,
      customerId,
      queries: [{ metricId, groupKey, boundaries }],
    })
    const shape = {
      aggregationType: this.types.get(metricId)!,
      windowCount: boundaries.length - 1,
    }
    const groups = windowValues(reading.usage[0]!, shape).map(({ group, values }) => [
      group.join('/'),
      values.map((value) => (value === null ? null : toText(value))),
    ])
    return Object.fromEntries(groups) as Record<string, (string | null)[]>
  }

  /** The value of one metric over the whole of March, ungrouped; null without usage. */
  async total(customerId: string, metricId: string): Promise<string | null> {
    return (await this.usage(customerId, metricId))['']?.[0] ?? null
  }

  async search(...transactionIds: string[]) {
    const { environmentId } = this
    return this.stub.searchEvents({ environmentId, transactionIds, sinceMs: 0 })
  }
}
