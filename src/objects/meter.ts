import { DurableObject } from 'cloudflare:workers'
import { refuseAll, type BatchRefusal } from '../core/metering/event-batch.ts'
import type { NewestEvents } from '../core/metering/event-order.ts'
import type { RejectedEvent } from '../core/metering/event.ts'
import { assert, ok, refuse, type Result } from '../core/result.ts'
import { SECOND_MS } from '../core/time.ts'
import { openDatabase } from '../db/database.ts'
import type { Env } from '../env.ts'
import { accountOf } from './account.ts'
import { withArchive } from './meter-archive.ts'
import { listEvents, type EventListQuery, type EventPage } from './meter-event-list.ts'
import { GroupCommit } from './meter-commit.ts'
import { adopt, readKnown, type Adoption, type KnownPage } from './meter-adopted.ts'
import { pullConfig } from './meter-config.ts'
import { doDedupeStep, HOT_IDS_BUSY_MAX, nextDedupeStep } from './meter-dedupe-upkeep.ts'
import {
  beTold,
  closeIds,
  listUntold,
  makeTelling,
  markTold,
  openIds,
  type Opening,
  type Telling,
} from './meter-decide.ts'
import {
  readLogEnd,
  readLogSlice,
  type LogEnd,
  type LogSlice,
  type LogSliceRequest,
} from './meter-log-slice.ts'
import { findLogStart, type FoundLogStart, type LogStartRequest } from './meter-log-start.ts'
import { openMemory, readEnvironmentId, writeCheckpoint, type MeterMemory } from './meter-memory.ts'
import { listNewest } from './meter-newest-events.ts'
import type { NewestQuery } from './meter-newest-slice.ts'
import { findQuarantined, readQuarantine, settleQuarantine } from './meter-quarantine.ts'
import type {
  ConfiguredCall,
  EventSearch,
  FoundEvent,
  IngestBatch,
  IngestBody,
  IngestBodyOutcome,
  IngestOutcome,
  IngestRefusal,
  MeterCall,
  MeterReading,
  MoveCall,
  QuarantinedEvent,
  QuarantineLookup,
  QuarantineQuery,
  QuarantineSettlement,
  RejectedNotice,
  UsageRequest,
} from './meter-rpc.ts'
import { needsLog, readMeterUsage } from './meter-reading.ts'
import { ScanTurns } from './meter-scan-turns.ts'
import { previewSql, type SqlPreviewCall, type SqlPreviewReading } from './meter-sql-preview.ts'
import { retain } from './meter-retention.ts'
import { findEvents } from './meter-search.ts'
import { doUpkeepSlice, isUpkeepDue } from './meter-upkeep.ts'
import { countVolume, type MeterVolume, type VolumeCall } from './meter-volume.ts'
import { Watchers } from './meter-watchers.ts'
import { prepareBatch, prepareBody, writeHome, type PreparedBatch } from './meter-write.ts'

/** Beyond this much that waits to be written, callers are asked to come again later. */
export const WAITING_EVENTS_MAX = 20_000
export const WAITING_UNITS_MAX = 32 * 1024 * 1024

/** Where large calls come together, a write waits so long for the next. */
const PAUSE_MS = 1

/** A checkpoint bounds what a start counts again, and the memory of the deltas … */
export const CHECKPOINT_EVENTS = 100_000
export const CHECKPOINT_BYTES = 24 * 1024 * 1024
/** … also where events come slowly. */
export const CHECKPOINT_AGE_MS = 30 * SECOND_MS

/** An alarm does upkeep for so long before it asks to be called again. */
const UPKEEP_MS = 5 * SECOND_MS

/** While so many events come in so short a time, what can be put off is put off. */
const BUSY_EVENTS = 2_000
const BUSY_MS = 2 * SECOND_MS

/** What remains in the storage of a deleted sandbox's meter. */
const TOMBSTONE = 'deleted'

const BEHIND = refuse('overloaded', 'Too many events are waiting to be written; try again shortly.')

function withNotices({ error }: { error: BatchRefusal }): { ok: false; error: IngestRefusal } {
  return { ok: false, error: { ...error, rejected: error.rejected.map(toNotice) } }
}

/** Without the event itself, which the sender has. */
function toNotice({ index, transactionId, message }: RejectedEvent): RejectedNotice {
  return { index, transactionId, message }
}

function customersOf({ ids }: MeterMemory, batches: PreparedBatch[]): Set<string | null> {
  const ingestIds = batches.flatMap(({ events }) => events.map(({ event }) => event.ingestId))
  return new Set([...new Set(ingestIds)].map((id) => ids.find(id)?.customerId ?? null))
}

/** Its status makes it a 404 where it reaches a caller of the API. */
function deleted(): Error {
  return Object.assign(new Error('This sandbox has been deleted.'), { status: 404 })
}

/** Serializes dedupe and running aggregates of an environment's events. */
export class MeterObject extends DurableObject<Env> {
  private memory: MeterMemory | null = null
  private pulling: Promise<void> | null = null
  private telling: Promise<void> | null = null
  private alarmAtMs = Infinity
  private waitingEvents = 0
  private waitingUnits = 0
  /** How many events were written since an instant, in real time, that is never long ago. */
  private readonly recent = { events: 0, sinceMs: -Infinity }
  private readonly scans = new ScanTurns()
  private readonly watchers = new Watchers(this.ctx.storage.kv, async (customerId) =>
    accountOf(this.env, readEnvironmentId(this.ctx.storage) ?? '', customerId).touch(),
  )
  private readonly commits = new GroupCommit<PreparedBatch, IngestOutcome>(
    (batches) => this.write(batches),
    (error) => {
      // It may be ahead of what is stored.
      this.memory = null
      this.ctx.abort(`a write failed: ${String(error)}`)
    },
    () => scheduler.wait(PAUSE_MS),
  )

  /** Takes valid events in; when it answers, they are durable. `overloaded` when it is behind. */
  async ingest(batch: IngestBatch): Promise<Result<IngestOutcome>> {
    if (this.isBehind(batch.events.length)) return BEHIND
    return ok(await this.commit(batch, prepareBatch(batch), batch.events.length))
  }

  /** The same for the body of a request, as received: `invalid` where nothing could be taken in. */
  async ingestBody(body: IngestBody): Promise<Result<IngestBodyOutcome, IngestRefusal>> {
    if (this.isBehind(body.text.length))
      return { ok: false, error: { ...BEHIND.error, rejected: [] } }
    const prepared = prepareBody(body)
    if (!prepared.ok) return withNotices(prepared)
    const { batch, rejected } = prepared.value
    const outcome = await this.commit(body, batch, body.text.length)
    if (batch.events.length === 0) return withNotices(refuseAll(rejected))
    return ok({ ...outcome, rejected: rejected.map(toNotice) })
  }

  /** Reads usage of one customer; all queries are answered at one position of the log. */
  async readUsage(request: UsageRequest): Promise<MeterReading> {
    const memory = await this.configured(request)
    const read = () => readMeterUsage(request, this.env.ARCHIVE, () => this.decided(request))
    return needsLog(memory, request.queries) ? this.scans.take(read) : read()
  }

  /** Tries an unsaved SQL metric out on the events that are here. */
  async previewSql(call: SqlPreviewCall): Promise<SqlPreviewReading> {
    return this.scans.take(() => previewSql(call, this.env.ARCHIVE, () => this.decided(call)))
  }

  /** A page of what this meter knows of the events under some ids, for their next home. */
  async readKnown(call: MeterCall & { ingestIds: string[]; page: number }): Promise<KnownPage> {
    const memory = this.open(call.environmentId)
    return this.withLog(memory, () => readKnown(memory, call.ingestIds, call.page))
  }

  /** Stores a page of what the former home of some ids knows of their events. */
  async adopt(call: MeterCall & Adoption): Promise<void> {
    adopt(this.open(call.environmentId), call)
  }

  /**
   * Takes in no events under these ids any more.
   * @returns the configuration that was applied by then
   */
  async closeIds(call: MoveCall): Promise<number> {
    const memory = await this.configured(call)
    closeIds(memory, call.ids)
    return memory.configVersion
  }

  /** Takes in events under these ids from now on; all that was accepted before is adopted. */
  async openIds(call: MoveCall & Opening): Promise<void> {
    const memory = await this.configured(call)
    await this.withLog(memory, () => openIds(memory, call))
    this.watchers.touchAll(Date.now())
    await this.decided(call)
  }

  /** Hears from the present home of some ids which events under them do not count here. */
  async beTold(call: MeterCall & Telling): Promise<void> {
    const memory = this.open(call.environmentId)
    beTold(memory, call)
    this.watchers.touchAll(Date.now())
    if (isUpkeepDue(memory)) await this.wakeAt(Date.now() + SECOND_MS)
  }

  /** Tells the account of a customer when usage comes, for some minutes. */
  async watch(call: ConfiguredCall & { customerId: string }): Promise<void> {
    await this.configured(call)
    this.watchers.watch(call.customerId, Date.now())
  }

  /** Accepted events and remembered duplicates with these transaction ids. */
  async searchEvents(search: EventSearch): Promise<FoundEvent[]> {
    return findEvents(this.open(search.environmentId), this.env.ARCHIVE, search)
  }

  /** A page of events that fit a filter, as customers and metrics are now. */
  async listEvents(query: EventListQuery): Promise<EventPage> {
    return listEvents(await this.configured(query), this.env.ARCHIVE, query)
  }

  /** The same, newest first. */
  async listNewest(query: NewestQuery): Promise<NewestEvents<FoundEvent>> {
    return listNewest(await this.configured(query), this.env.ARCHIVE, query)
  }

  /** How many events there are over time. */
  async countVolume(call: VolumeCall): Promise<MeterVolume> {
    return countVolume(await this.configured(call), this.env.ARCHIVE, call)
  }

  /** Some chunks of the log as they are stored, for proving what this meter answers. */
  async readLog(request: LogSliceRequest): Promise<LogSlice> {
    const { environmentId, configVersion = 0 } = request
    const memory = await this.configured({ environmentId, configVersion })
    // Sealing waits until nobody is reading on at a place that it would move.
    memory.sealing.readAtMs = Date.now()
    return readLogSlice(memory, this.env.ARCHIVE, request)
  }

  /** From where on the log can matter. */
  async findLogStart(request: LogStartRequest): Promise<FoundLogStart> {
    const memory = this.open(request.environmentId)
    memory.sealing.readAtMs = Date.now()
    return findLogStart(memory, request)
  }

  async readLogEnd({ environmentId }: MeterCall): Promise<LogEnd> {
    return readLogEnd(this.open(environmentId))
  }

  /** Rejected events, newest first. */
  async listQuarantine(query: QuarantineQuery): Promise<QuarantinedEvent[]> {
    return readQuarantine(this.open(query.environmentId).sql, query)
  }

  /** Those of these rejected events that are still there, in no particular order. */
  async findQuarantined(lookup: QuarantineLookup): Promise<QuarantinedEvent[]> {
    return findQuarantined(this.open(lookup.environmentId).sql, lookup)
  }

  /** Removes rejected events, or changes their reasons; answers which it removed. */
  async settleQuarantine(settlement: QuarantineSettlement): Promise<number[]> {
    this.open(settlement.environmentId)
    const { storage } = this.ctx
    return storage.transactionSync(() => settleQuarantine(storage.sql, settlement))
  }

  /** Removes everything, of a sandbox that is deleted; a request that comes too late stores nothing. */
  async deleteAll(): Promise<void> {
    await this.ctx.blockConcurrencyWhile(async () => {
      this.memory = null
      this.watchers.clear()
      this.alarmAtMs = Infinity
      await this.ctx.storage.deleteAlarm()
      await this.ctx.storage.deleteAll()
      this.ctx.storage.kv.put(TOMBSTONE, true)
    })
  }

  override async alarm(): Promise<void> {
    this.alarmAtMs = Infinity
    const environmentId = readEnvironmentId(this.ctx.storage)
    if (environmentId === null) return
    const memory = this.open(environmentId)
    writeCheckpoint(memory)
    const untilMs = Date.now() + UPKEEP_MS
    const isCurrent = () => this.memory === memory
    while (isCurrent()) {
      const step = nextDedupeStep(memory, this.isBusy())
      const isBehind = isUpkeepDue(memory)
      if (step === null && !isBehind) break
      if (Date.now() > untilMs) return this.wakeAt(Date.now())
      if (step !== null) doDedupeStep(memory, step)
      if (isBehind) await withArchive(memory, this.env.ARCHIVE, () => doUpkeepSlice(memory))
      await scheduler.wait(0)
    }
    const retainAtMs = await retain(memory, this.env.ARCHIVE, { untilMs, isCurrent })
    if (retainAtMs < Infinity) await this.wakeAt(retainAtMs)
    // Some of it waits until no events come in; and sealing may have left more to be done.
    if (isCurrent() && nextDedupeStep(memory, false) !== null) {
      await this.wakeAt(Date.now() + (this.isBusy() ? 2 * BUSY_MS : 0))
    }
  }

  /** Whether many events come in, or did a moment ago: those of one sender come in waves. */
  private isBusy(): boolean {
    const { events, sinceMs } = this.recent
    return events >= BUSY_EVENTS && Date.now() < sinceMs + 2 * BUSY_MS
  }

  private isBehind(units: number): boolean {
    return this.waitingEvents >= WAITING_EVENTS_MAX || this.waitingUnits + units > WAITING_UNITS_MAX
  }

  private async commit(
    call: ConfiguredCall,
    prepared: PreparedBatch,
    units: number,
  ): Promise<IngestOutcome> {
    const events = prepared.events.length
    this.waitingEvents += events
    this.waitingUnits += units
    try {
      await this.configured(call)
      return await this.commits.commit(prepared)
    } finally {
      this.waitingEvents -= events
      this.waitingUnits -= units
    }
  }

  /** The meter's memory, at the configuration that the call asks for or a later one. */
  private async configured(call: ConfiguredCall): Promise<MeterMemory> {
    const memory = this.open(call.environmentId)
    while (memory.configVersion < call.configVersion) {
      this.pulling ??= this.pull(memory, call.configVersion).finally(() => (this.pulling = null))
      await this.pulling
    }
    return memory
  }

  /** As `configured`, with what was decided by then told to the meters that it concerns. */
  private async decided(call: ConfiguredCall): Promise<MeterMemory> {
    for (;;) {
      const memory = await this.configured(call)
      if (listUntold(memory).length === 0) return memory
      this.telling ??= this.tellOthers(memory).finally(() => (this.telling = null))
      await this.telling
    }
  }

  /** Does synchronous work that may need ids of events that are in the archive. */
  private async withLog<T>(memory: MeterMemory, work: () => T): Promise<T> {
    try {
      return await withArchive(memory, this.env.ARCHIVE, work)
    } finally {
      memory.archive.forgetIds()
    }
  }

  private async tellOthers(memory: MeterMemory): Promise<void> {
    const { environmentId } = memory
    for (const origin of listUntold(memory)) {
      const telling = makeTelling(memory, origin)
      await this.env.METER.getByName(origin).beTold({ environmentId, ...telling })
      markTold(memory, origin, telling)
    }
  }

  private async pull(memory: MeterMemory, version: number): Promise<void> {
    const { DB, ARCHIVE: bucket } = this.env
    await pullConfig(memory, { db: openDatabase(DB), bucket }, version)
    this.watchers.touchAll(Date.now())
    // Work that the change left behind begins soon, though nobody may ask for its result.
    if (isUpkeepDue(memory)) await this.wakeAt(Date.now() + SECOND_MS)
  }

  private open(environmentId: string): MeterMemory {
    if (this.memory === null) {
      if (this.ctx.storage.kv.get(TOMBSTONE) === true) throw deleted()
      this.memory = openMemory(this.ctx.storage, environmentId, this.ctx.id.name)
    }
    assert(this.memory.environmentId === environmentId, 'a meter belongs to one environment')
    return this.memory
  }

  private async write(batches: PreparedBatch[]): Promise<IngestOutcome[]> {
    const memory = this.open(batches[0]!.call.environmentId)
    const outcomes = writeHome(memory, batches)
    this.noteWritten(batches)
    if (memory.deltaEvents >= CHECKPOINT_EVENTS || memory.deltas.bytes >= CHECKPOINT_BYTES) {
      writeCheckpoint(memory)
    } else if (memory.deltaEvents > 0) {
      await this.wakeAt(Date.now() + CHECKPOINT_AGE_MS)
    }
    if (memory.dedupe.hot.size > HOT_IDS_BUSY_MAX) await this.wakeAt(Date.now())
    await this.ctx.storage.sync()
    if (!this.watchers.isEmpty) this.watchers.touch(customersOf(memory, batches), Date.now())
    return outcomes
  }

  private noteWritten(batches: PreparedBatch[]): void {
    const nowMs = Date.now()
    if (nowMs >= this.recent.sinceMs + BUSY_MS) {
      this.recent.sinceMs = nowMs
      this.recent.events = 0
    }
    for (const { events } of batches) this.recent.events += events.length
  }

  /** There is one alarm: the earliest that was asked for. */
  private async wakeAt(atMs: number): Promise<void> {
    if (atMs >= this.alarmAtMs) return
    this.alarmAtMs = atMs
    await this.ctx.storage.setAlarm(atMs)
  }
}
