import { HASH_WORDS } from '../core/metering/chunk.ts'
import type { DedupeFilter } from '../core/metering/dedupe-filter.ts'
import { sortIds, type IdColumns } from '../core/metering/dedupe-ids.ts'
import { pageOf, type DedupePage } from '../core/metering/dedupe-page.ts'
import { DedupeSet } from '../core/metering/dedupe-set.ts'
import { mixKey } from '../core/metering/hash-table.ts'
import {
  insertRun,
  readFilter,
  readPage,
  readRuns,
  type BuildingRun,
  type StoredRun,
} from './meter-dedupe-runs.ts'
import { readMetaNumber } from './meter-meta.ts'

/**
 * So many of the pages that were read are kept, at 33 KB each: senders that repeat themselves ask
 * for the same again. Pages that share a place in the cache displace each other.
 */
const CACHED_PAGES = 96

/**
 * Remembers which transaction ids were accepted, and when: hot ones, of the chunks after `coldSeq`,
 * in memory; cold ones in sorted runs in storage, of which memory holds filters, at two bytes an id.
 */
export class DedupeMemory {
  hot = new DedupeSet()
  readonly cold: ColdDedupe
  /** The ids of chunks up to here are cold. */
  coldSeq: number
  /** Cold ids that were accepted at this instant or before may be forgotten. */
  forgottenBeforeMs: number
  /** No batch has asked for ids accepted at this instant or before, but late ones. */
  neededFromMs = -Infinity

  constructor(sql: SqlStorage) {
    this.cold = new ColdDedupe(sql)
    this.coldSeq = readMetaNumber(sql, 'dedupe_cold_seq')
    this.forgottenBeforeMs = readMetaNumber(sql, 'dedupe_forgotten_before_ms')
  }

  /** Whether the id was accepted after the instant (as `DedupeSet.has`). */
  has(idIndex: number, hashes: Uint32Array, offset: number, afterMs: number): boolean {
    return (
      this.hot.has(idIndex, hashes, offset, afterMs) ||
      this.cold.has(idIndex, hashes, offset, afterMs)
    )
  }

  /** Remembers an id that is in the log now (as `DedupeSet.add`). */
  add(idIndex: number, hashes: Uint32Array, offset: number, acceptedAtMs: number): void {
    this.hot.add(idIndex, hashes, offset, acceptedAtMs)
  }

  /**
   * Says which ids are needed: those accepted after `neededFromMs`. Memory need not hold those
   * accepted at `untilMs` or before.
   */
  forget(neededFromMs: number, untilMs: number): void {
    this.hot.forget(untilMs)
    if (neededFromMs <= this.neededFromMs) return
    this.neededFromMs = neededFromMs
    this.cold.unload(untilMs)
  }
}

interface ColdRun extends StoredRun {
  /** Null while nobody asks for ids as old as those of this run. */
  filter: DedupeFilter | null
}

interface CachedPage {
  runId: number
  number: number
  page: DedupePage
}

/** The ids in sorted runs. What it holds in memory is what storage has, or less. */
export class ColdDedupe {
  runs: ColdRun[]
  building: BuildingRun | null
  dropped: number[]
  private readonly sql: SqlStorage
  private readonly key = new Uint32Array(HASH_WORDS)
  private readonly pages: (CachedPage | undefined)[] = Array.from({ length: CACHED_PAGES })

  constructor(sql: SqlStorage) {
    const { live, building, dropped } = readRuns(sql)
    this.sql = sql
    this.runs = live.map((run) => ({ ...run, filter: null }))
    this.building = building
    this.dropped = dropped
  }

  get size(): number {
    return this.runs.reduce((sum, { count }) => sum + count, 0)
  }

  /** How much memory is taken, by what grows with the number of ids or is bounded. */
  get bytes(): number {
    const ofRun = ({ filter, fence }: ColdRun) => (filter?.bytes ?? 0) + fence.byteLength
    const ofPages = this.pages.reduce((sum, cached) => sum + (cached?.page.bytes ?? 0), 0)
    return this.runs.reduce((sum, run) => sum + ofRun(run), ofPages)
  }

  has(idIndex: number, hashes: Uint32Array, offset: number, afterMs: number): boolean {
    const { key, runs } = this
    if (runs.length === 0) return false
    mixKey(idIndex, hashes, offset, key, 0)
    for (let i = 0; i < runs.length; i++) {
      const run = runs[i]!
      if (run.acceptedMax * 1_000 <= afterMs) continue
      run.filter ??= readFilter(this.sql, run)
      if (run.filter.has(key, 0) && this.find(run) * 1_000 > afterMs) return true
    }
    return false
  }

  /**
   * Stores ids as a run. Belongs into a transaction, which may also fail: memory changes only when
   * the function that this returns is called, after it.
   * @param ids in any order, at least one
   */
  append(ids: IdColumns): () => void {
    const run = insertRun(this.sql, sortIds(ids))
    return () => this.runs.push({ ...run, filter: null })
  }

  /** Takes runs out of use, in memory. */
  drop(runIds: number[]): void {
    this.runs = this.runs.filter(({ id }) => !runIds.includes(id))
    this.dropped = [...this.dropped, ...runIds]
    this.pages.fill(undefined)
  }

  /** Gives memory back, of runs whose ids were all accepted at the instant or before. */
  unload(untilMs: number): void {
    for (const run of this.runs) if (run.acceptedMax * 1_000 <= untilMs) run.filter = null
  }

  /** When the id at `key` was accepted, if it is in the run; else 0. */
  private find({ id, fence }: ColdRun): number {
    const number = pageOf(fence, this.key)
    return number < 0 ? 0 : this.page(id, number).find(this.key)
  }

  private page(runId: number, number: number): DedupePage {
    const place = (runId * 31 + number) % CACHED_PAGES
    const cached = this.pages[place]
    if (cached?.runId === runId && cached.number === number) return cached.page
    const page = readPage(this.sql, runId, number)
    this.pages[place] = { runId, number, page }
    return page
  }
}
