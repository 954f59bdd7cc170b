import { HASH_WORDS } from '../core/metering/chunk.ts'
import {
  addToFilter,
  BLOCK_WORDS,
  blockOf,
  DedupeFilter,
  filterBlocks,
} from '../core/metering/dedupe-filter.ts'
import type { IdColumns } from '../core/metering/dedupe-ids.ts'
import type { RunShape } from '../core/metering/dedupe-merge.ts'
import { cutPages, DedupePage } from '../core/metering/dedupe-page.ts'
import { assert } from '../core/result.ts'

/** Ids in the order of their keys, cut into pages. */
export interface StoredRun extends RunShape {
  filterBlocks: number
  /** The first key of each page, four words each. */
  fence: Uint32Array
}

/** A run that is being made of others. */
export interface BuildingRun extends StoredRun {
  mergedRuns: number[]
  /** The last key that was taken over; null before the first. */
  mergedUpTo: Uint32Array | null
}

/** All runs, by what may be done with them. */
export interface StoredRuns {
  live: StoredRun[]
  building: BuildingRun | null
  /** Those whose pages are being deleted. */
  dropped: number[]
}

/** More than a run has pages, or parts of its filter. */
const PLACES = 2 ** 20
/** Blocks in a row of a filter: 128 KB. */
const PART_BLOCKS = 2_048
/** Deleting a page reads it: so many at a time. */
const DELETED_PAGES = 64

type RunRow = {
  run_id: number
  state: 'building' | 'live' | 'dropped'
  level: number
  count: number
  accepted_min: number
  accepted_max: number
  filter_blocks: number
  merged_runs: string
  merged_up_to: ArrayBuffer | null
  fence: ArrayBuffer
}

/** Reads descriptors only: neither pages nor filters. */
export function readRuns(sql: SqlStorage): StoredRuns {
  const runs: StoredRuns = { live: [], building: null, dropped: [] }
  for (const row of sql.exec<RunRow>('SELECT * FROM dedupe_runs ORDER BY run_id').toArray()) {
    if (row.state === 'live') runs.live.push(toRun(row))
    else if (row.state === 'dropped') runs.dropped.push(row.run_id)
    else {
      const { merged_runs, merged_up_to: upTo } = row
      const mergedUpTo = upTo && new Uint32Array(upTo)
      runs.building = { ...toRun(row), mergedRuns: JSON.parse(merged_runs) as number[], mergedUpTo }
    }
  }
  return runs
}

function toRun(row: RunRow): StoredRun {
  return {
    id: row.run_id,
    level: row.level,
    count: row.count,
    acceptedMin: row.accepted_min,
    acceptedMax: row.accepted_max,
    filterBlocks: row.filter_blocks,
    fence: new Uint32Array(row.fence),
  }
}

/** Writes sorted ids, at least one, as a run of its own. Belongs into a transaction. */
export function insertRun(sql: SqlStorage, ids: IdColumns): StoredRun {
  const { count } = ids
  assert(count > 0, 'a run has ids')
  let [acceptedMin, acceptedMax] = [Infinity, 0]
  for (let i = 0; i < count; i++) {
    acceptedMin = Math.min(acceptedMin, ids.seconds[i]!)
    acceptedMax = Math.max(acceptedMax, ids.seconds[i]!)
  }
  const shape = {
    level: 0,
    count,
    acceptedMin,
    acceptedMax,
    filterBlocks: filterBlocks(count),
  }
  const id = insertRow(sql, 'live', shape, [])
  const fence = appendIds(sql, { id, ...shape, fence: new Uint32Array() }, ids)
  sql.exec('UPDATE dedupe_runs SET fence = ? WHERE run_id = ?', fence, id)
  return { id, ...shape, fence }
}

/** Begins a run that will hold the ids of others. Belongs into a transaction. */
export function insertBuilding(sql: SqlStorage, runs: StoredRun[]): BuildingRun {
  const shape = {
    level: Math.max(...runs.map(({ level }) => level)) + 1,
    count: 0,
    acceptedMin: Math.min(...runs.map(({ acceptedMin }) => acceptedMin)),
    acceptedMax: Math.max(...runs.map(({ acceptedMax }) => acceptedMax)),
    filterBlocks: filterBlocks(runs.reduce((sum, { count }) => sum + count, 0)),
  }
  const mergedRuns = runs.map(({ id }) => id)
  const id = insertRow(sql, 'building', shape, mergedRuns)
  return { id, ...shape, fence: new Uint32Array(), mergedRuns, mergedUpTo: null }
}

function insertRow(
  sql: SqlStorage,
  state: RunRow['state'],
  shape: Omit<StoredRun, 'id' | 'fence'>,
  mergedRuns: number[],
): number {
  const { level, count, acceptedMin, acceptedMax, filterBlocks: blocks } = shape
  return sql
    .exec<{ run_id: number }>(
      `INSERT INTO dedupe_runs (state, level, count, accepted_min, accepted_max, filter_blocks,
        merged_runs, fence) VALUES (?, ?, ?, ?, ?, ?, ?, x'') RETURNING run_id`,
      state,
      level,
      count,
      acceptedMin,
      acceptedMax,
      blocks,
      JSON.stringify(mergedRuns),
    )
    .one().run_id
}

/**
 * Writes the next ids of a run that is being made. Belongs into a transaction.
 * @returns the run's fence with them
 */
export function appendIds(sql: SqlStorage, run: StoredRun, ids: IdColumns): Uint32Array {
  if (ids.count === 0) return run.fence
  const { pages, fence: added } = cutPages(ids)
  const first = run.id * PLACES + run.fence.length / HASH_WORDS
  for (const [i, words] of pages.entries()) {
    sql.exec('INSERT INTO dedupe_pages (page_id, words) VALUES (?, ?)', first + i, words)
  }
  appendToFilter(sql, run, ids)
  const fence = new Uint32Array(run.fence.length + added.length)
  fence.set(run.fence)
  fence.set(added, run.fence.length)
  return fence
}

/** The ids belong to a few parts of the filter, and the first of those may have been written. */
function appendToFilter(sql: SqlStorage, { id, filterBlocks: blocks }: StoredRun, ids: IdColumns) {
  const partOf = (place: number) =>
    Math.floor(blockOf(ids.keys[place * HASH_WORDS]!, blocks) / PART_BLOCKS)
  const [firstPart, lastPart] = [partOf(0), partOf(ids.count - 1)]
  const firstBlock = firstPart * PART_BLOCKS
  const endBlock = Math.min((lastPart + 1) * PART_BLOCKS, blocks)
  const words = new Uint32Array((endBlock - firstBlock) * BLOCK_WORDS)
  for (const { words: stored } of sql.exec<{ words: ArrayBuffer }>(
    'SELECT words FROM dedupe_filters WHERE part_id = ?',
    id * PLACES + firstPart,
  )) {
    words.set(new Uint32Array(stored))
  }
  addToFilter(words, ids, { blocks, firstBlock })
  for (let part = firstPart; part <= lastPart; part++) {
    const from = (part - firstPart) * PART_BLOCKS * BLOCK_WORDS
    sql.exec(
      'INSERT OR REPLACE INTO dedupe_filters (part_id, words) VALUES (?, ?)',
      id * PLACES + part,
      words.subarray(from, from + PART_BLOCKS * BLOCK_WORDS),
    )
  }
}

export function readFilter(sql: SqlStorage, run: StoredRun): DedupeFilter {
  const words = new Uint32Array(run.filterBlocks * BLOCK_WORDS)
  const first = run.id * PLACES
  // Parts to which no id belongs are not stored.
  for (const part of sql.exec<{ part_id: number; words: ArrayBuffer }>(
    'SELECT part_id, words FROM dedupe_filters WHERE part_id >= ? AND part_id < ?',
    first,
    first + PLACES,
  )) {
    words.set(new Uint32Array(part.words), (part.part_id - first) * PART_BLOCKS * BLOCK_WORDS)
  }
  return new DedupeFilter(words)
}

export function readPage(sql: SqlStorage, runId: number, page: number): DedupePage {
  const { words } = sql
    .exec<{ words: ArrayBuffer }>(
      'SELECT words FROM dedupe_pages WHERE page_id = ?',
      runId * PLACES + page,
    )
    .one()
  return new DedupePage(new Uint32Array(words))
}

/** Moves a merge on. Belongs into the transaction that has written the ids. */
export function updateBuilding(sql: SqlStorage, run: BuildingRun): void {
  sql.exec(
    'UPDATE dedupe_runs SET count = ?, fence = ?, merged_up_to = ? WHERE run_id = ?',
    run.count,
    run.fence,
    run.mergedUpTo,
    run.id,
  )
}

/** Puts a run into use, or out of it. */
export function setRunState(sql: SqlStorage, runId: number, state: 'live' | 'dropped'): void {
  sql.exec('UPDATE dedupe_runs SET state = ? WHERE run_id = ?', state, runId)
}

/**
 * Deletes some of what a dropped run has stored. Belongs into a transaction.
 * @returns whether nothing of it is left
 */
export function deleteRunSlice(sql: SqlStorage, runId: number): boolean {
  const range = [runId * PLACES, (runId + 1) * PLACES]
  for (const [table, key] of [
    ['dedupe_pages', 'page_id'],
    ['dedupe_filters', 'part_id'],
  ]) {
    const deleted = sql.exec(
      `DELETE FROM ${table} WHERE ${key} IN (
        SELECT ${key} FROM ${table} WHERE ${key} >= ? AND ${key} < ? LIMIT ${DELETED_PAGES})`,
      ...range,
    )
    if (deleted.rowsWritten > 0) return false
  }
  sql.exec('DELETE FROM dedupe_runs WHERE run_id = ?', runId)
  return true
}
