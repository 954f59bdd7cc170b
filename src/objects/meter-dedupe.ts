import { HASH_WORDS } from '../core/metering/chunk.ts'
import type { DedupeFilter } from '../core/metering/dedupe-filter.ts'
import { sortIds, type IdColumns } from '../core/metering/dedupe-ids.ts'
import { pageOf, type DedupePage } from '../core/metering/dedupe-page.ts'
import { DedupeSet } from '../core/metering/dedupe-set.ts'
import { DedupeSummary } from '../core/metering/dedupe-summary.ts'
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

/** With fewer runs than this, their filters are asked as quickly as a summary. */
const SUMMARIZED_RUNS = 3
/** A summary is worth it when there were so many look-ups for each id that it takes in. */
const LOOKUPS_PER_ID = 1 / 4
const SUMMARIZED_PAGES = 16

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
  /** Its ids are in the summary. */
  isSummarized: boolean
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
  private summary: DedupeSummary | null = null
  /** The run whose pages are being added to the summary, and the next of them. */
  private summarized = { runId: 0, page: 0 }
  private lookups = 0
  private readonly pages: (CachedPage | undefined)[] = Array.from({ length: CACHED_PAGES })

  constructor(sql: SqlStorage) {
    const { live, building, dropped } = readRuns(sql)
    this.sql = sql
    this.runs = live.map((run) => ({ ...run, filter: null, isSummarized: false }))
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
    const ofRuns = this.runs.reduce((sum, run) => sum + ofRun(run), 0)
    return ofRuns + ofPages + (this.summary?.bytes ?? 0)
  }

  has(idIndex: number, hashes: Uint32Array, offset: number, afterMs: number): boolean {
    const { key, runs, summary } = this
    if (runs.length === 0) return false
    this.lookups++
    mixKey(idIndex, hashes, offset, key, 0)
    const isInSummary = summary === null || summary.has(key)
    for (let i = 0; i < runs.length; i++) {
      const run = runs[i]!
      if ((!isInSummary && run.isSummarized) || run.acceptedMax * 1_000 <= afterMs) continue
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
    const sorted = sortIds(ids)
    const run = insertRun(this.sql, sorted)
    return () => {
      const { summary } = this
      const isSummarized = summary !== null && !summary.isFull
      this.runs.push({ ...run, filter: null, isSummarized })
      if (!isSummarized) return
      for (let i = 0; i < sorted.count; i++) summary.add(sorted.keys, i * HASH_WORDS)
    }
  }

  /** Puts a run in the place of those that it was made of, in memory. */
  replace(run: BuildingRun): void {
    const merged = this.runs.filter(({ id }) => run.mergedRuns.includes(id))
    const isSummarized = merged.every((input) => input.isSummarized)
    this.building = null
    this.drop(run.mergedRuns)
    if (run.count > 0) this.runs.push({ ...run, filter: null, isSummarized })
    else this.dropped.push(run.id)
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

  /** Whether look-ups are many enough for the ids of all runs to be summarized. */
  get isSummaryDue(): boolean {
    return (
      this.runs.length >= SUMMARIZED_RUNS &&
      this.lookups > this.size * LOOKUPS_PER_ID &&
      this.runs.some(({ isSummarized }) => !isSummarized)
    )
  }

  /** Adds some pages of a run to the summary; begins a new one where it is full. */
  summarizeSlice(): void {
    if (this.summary === null || this.summary.isFull) {
      this.summary = new DedupeSummary(this.size)
      this.summarized = { runId: 0, page: 0 }
      for (const run of this.runs) run.isSummarized = false
    }
    const run = this.runs.find(({ isSummarized }) => !isSummarized)
    if (run === undefined) return
    if (this.summarized.runId !== run.id) this.summarized = { runId: run.id, page: 0 }
    const pages = run.fence.length / HASH_WORDS
    const end = Math.min(this.summarized.page + SUMMARIZED_PAGES, pages)
    for (; this.summarized.page < end; this.summarized.page++) {
      const page = readPage(this.sql, run.id, this.summarized.page)
      for (const place = page.start(); place.index < page.count; page.next(place)) {
        page.copyKey(place, this.key)
        this.summary.add(this.key)
      }
    }
    run.isSummarized = end === pages
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
