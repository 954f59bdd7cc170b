import { evictDurableObject } from 'cloudflare:test'
import { ingestBatch } from '../../src/actions/ingest-batch.ts'
import {
  closeFormerHome,
  copyKnown,
  listMoves,
  openNextHome,
  publish,
  type Move,
} from '../../src/actions/move-ids.ts'
import { readUsage } from '../../src/actions/read-usage.ts'
import { verifyUsage } from '../../src/actions/verify-usage.ts'
import { defineMetric } from '../../src/core/catalog/define-metric.ts'
import { toText } from '../../src/core/decimal.ts'
import { dedupeLifetimeMs, type Environment } from '../../src/core/environment.ts'
import { windowValues } from '../../src/core/metering/increment.ts'
import {
  isSqlMetric,
  type AggregationType,
  type StreamingMetric,
} from '../../src/core/metering/metric.ts'
import { groupMeters, meterNames, ownGroup } from '../../src/core/metering/place.ts'
import { HOUR_MS } from '../../src/core/time.ts'
import { insertMetric, loadMetrics } from '../../src/db/billable-metrics.ts'
import { insertCustomer, replaceAliases } from '../../src/db/customers.ts'
import { findEnvironment } from '../../src/db/environments.ts'
import { findPlacement, listGroups, loadHomes, replacePlacement } from '../../src/db/placements.ts'
import { environments } from '../../src/db/schema.ts'
import { archiveLog, sealLog } from '../objects/meter-fixture.ts'
import { addMetric, bindings, db } from './billing.ts'

/** Readings are over so many hours. */
const HOURS = 20_000

export interface PlacedEvent {
  id: string
  tx: string
  v?: string
}

const START = Date.UTC(2026, 2, 20, 12)

/** An environment whose customers have meters of their own, with what it takes to look at it. */
export class PlacedFixture {
  readonly environmentId = crypto.randomUUID()
  readonly metrics = new Map<AggregationType, string>()
  /** Each query twice: added up while events come in, where it can be, and read from the log. */
  readonly sqlMetrics: string[] = []
  now = START

  static async create(
    sharedMeters: number,
    types: AggregationType[] = ['SUM'],
    queries: string[] = [],
  ) {
    const fixture = new PlacedFixture()
    await db.insert(environments).values({
      id: fixture.environmentId,
      kind: 'PRODUCTION',
      name: 'test',
      settings: { sharedMeters },
      createdAt: 0,
    })
    for (const type of types) await fixture.addMetric(type)
    for (const sql of queries) await fixture.addSqlMetric(sql)
    return fixture
  }

  async addSqlMetric(sql: string): Promise<void> {
    const defined = defineMetric({ name: sql, sql })
    if (!defined.ok || !isSqlMetric(defined.value.metric)) throw new Error(`No metric: ${sql}`)
    const { execution } = defined.value.metric
    for (const way of new Set([execution, 'scan' as const])) {
      const id = crypto.randomUUID()
      const metric = { ...defined.value.metric, id, execution: way }
      await insertMetric(db, this.environmentId, metric, { customFields: {}, createdAt: 0 })
      this.sqlMetrics.push(id)
    }
  }

  private async addMetric(aggregationType: AggregationType): Promise<void> {
    const metric: Partial<StreamingMetric> = {
      aggregationType,
      aggregationKey: 'v',
      eventTypeFilter: undefined,
      propertyFilters: [{ name: 'v' }],
      groupKeys: [],
    }
    this.metrics.set(aggregationType, await addMetric(this.environmentId, metric))
  }

  async addCustomer(): Promise<string> {
    const id = crypto.randomUUID()
    await insertCustomer(db, this.environmentId, {
      id,
      name: 'Acme',
      ingestAliases: [],
      salesforceAccountId: null,
      customFields: {},
      createdAt: 0,
      updatedAt: 0,
      archivedAt: null,
    })
    return id
  }

  async environment(): Promise<Environment> {
    return (await findEnvironment(db, this.environmentId))!
  }

  /** @returns which of the events were accepted, the others being duplicates */
  async ingest(events: PlacedEvent[], environment?: Environment): Promise<boolean[]> {
    const current = environment ?? (await this.environment())
    this.now += 1_000
    const texts = events.map(({ id, tx, v = '1' }) => ({
      transaction_id: tx,
      customer_id: id,
      event_type: 'use',
      timestamp: new Date(this.now).toISOString(),
      // The same by the names that the varied queries have for them.
      properties: { v, zone: tx, n: v, m: v, region: tx, user_id: id },
    }))
    const outcome = await ingestBatch(bindings, current, {
      environmentId: this.environmentId,
      configVersion: current.configVersion,
      acceptedAtMs: this.now,
      dedupeLifetimeMs: dedupeLifetimeMs(current),
      events: JSON.stringify(texts),
      rejected: [],
    })
    if (!outcome.ok) throw new Error(outcome.error.message)
    const duplicates = new Set(outcome.value.duplicates)
    return events.map((_, i) => !duplicates.has(i))
  }

  async total(customerId: string, type: AggregationType = 'SUM'): Promise<string | null> {
    const from = START - 1_000 * HOUR_MS
    const boundaries = [from, from + HOURS * HOUR_MS]
    const query = { metricId: this.metrics.get(type)!, groupKey: null, boundaries }
    const reading = await readUsage(bindings, await this.environment(), customerId, [query])
    const shape = { aggregationType: type, windowCount: 1 }
    const value = windowValues(reading.usage[0]!, shape)[0]?.values[0] ?? null
    return value === null ? null : toText(value)
  }

  /** What the naive evaluation finds to be otherwise than usage says. */
  async verify(customerId: string): Promise<unknown[]> {
    const from = START - 1_000 * HOUR_MS
    const boundaries = [from, from + HOURS * HOUR_MS]
    const ids = [...this.metrics.values(), ...this.sqlMetrics]
    const metrics = await loadMetrics(db, this.environmentId, ids)
    const subjects = [{ customerId, metrics, boundaries }]
    const verified = await verifyUsage(bindings, db, await this.environment(), subjects)
    if (!verified.ok) throw new Error(verified.error.message)
    return [...verified.value.differences, ...verified.value.findings]
  }

  /** Begins to give a customer so many meters; nothing else is done. */
  async beginPlacement(customerId: string, meters: number): Promise<void> {
    const { environmentId } = this
    const before = await findPlacement(db, environmentId, customerId)
    const epoch = (before?.epoch ?? 0) + 1
    const group = ownGroup(customerId, epoch, meters)
    await replacePlacement(db, { customerId, environmentId, epoch, meters, group }, before)
  }

  /** Begins to give aliases to a customer, and to free its others; nothing else is done. */
  async beginAliases(customerId: string, aliases: string[]): Promise<void> {
    await replaceAliases(db, this.environmentId, customerId, aliases, 0)
  }

  async moves(): Promise<Move[]> {
    const loaded = await loadHomes(db, this.environmentId)
    return listMoves(loaded!.environment, loaded!.homes)
  }

  /** Does the first steps of a move; between every two of them, all meters lose their memory. */
  async doSteps(move: Move, count: number, between: () => Promise<unknown> = async () => null) {
    const environment = await this.environment()
    let pages = new Map<string, number>()
    let version = 0
    const steps = [
      async () => (pages = await copyKnown(bindings, environment, move)),
      async () => (version = await closeFormerHome(bindings, environment, move)),
      async () => copyKnown(bindings, environment, move, pages),
      async () => openNextHome(bindings, environment, { ...move, to: move.to }, version),
      async () => publish(bindings, environment, move),
    ]
    for (const step of steps.slice(0, count)) {
      await step()
      await this.evictAll()
      await between()
    }
  }

  async meterNames(): Promise<string[]> {
    const environment = await this.environment()
    const groups = await listGroups(db, this.environmentId)
    return [
      ...meterNames(environment),
      ...groups.flatMap((group) => groupMeters(environment, group)),
    ]
  }

  /** Ends all meters, as a crash does: what is in memory is gone. */
  async evictAll(): Promise<void> {
    const { environmentId } = this
    for (const name of await this.meterNames()) {
      // An object that is not running cannot be evicted.
      await bindings.METER.getByName(name).readLogEnd({ environmentId })
      await evictDurableObject(bindings.METER.getByName(name))
    }
  }

  /** Seals what all meters have, and moves to the archive what is old enough. */
  async sealAll(): Promise<void> {
    const { environmentId } = this
    for (const name of await this.meterNames()) {
      await bindings.METER.getByName(name).readLogEnd({ environmentId })
      await sealLog(bindings.METER.getByName(name), environmentId)
      await archiveLog(bindings.METER.getByName(name), environmentId)
    }
  }

  /** How many events each meter has, without those that have none. */
  async counts(): Promise<Record<string, number>> {
    const { environmentId } = this
    const counts: Record<string, number> = {}
    for (const name of await this.meterNames()) {
      const end = await bindings.METER.getByName(name).readLogEnd({ environmentId })
      if (end.acceptedEvents > 0) counts[name.slice(environmentId.length + 1)] = end.acceptedEvents
    }
    return counts
  }
}
