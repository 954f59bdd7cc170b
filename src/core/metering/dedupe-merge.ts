import { HASH_WORDS } from './chunk.ts'
import { addId, compareKeys, roomForIds, type IdColumns } from './dedupe-ids.ts'
import type { DedupePage, PagePlace } from './dedupe-page.ts'

/** Goes through the ids of a run in the order of their keys. */
export class IdCursor {
  readonly key = new Uint32Array(HASH_WORDS)
  /** When the id at hand was accepted; 0 at the end. */
  second = 0
  private readonly nextPage: () => DedupePage | null
  private page: DedupePage | null
  private place: PagePlace | null

  /**
   * @param nextPage the pages in order, from the one on which the first id after `after` is; null
   *   at the end
   * @param after begins behind this key; null: at the first
   */
  constructor(nextPage: () => DedupePage | null, after: Uint32Array | null) {
    this.nextPage = nextPage
    this.page = nextPage()
    const { page } = this
    this.place = page && (after === null ? page.start() : page.lowerBound(after))
    this.load()
    if (after !== null && this.second !== 0 && compareKeys(this.key, 0, after, 0) === 0) this.next()
  }

  next(): void {
    this.page!.next(this.place!)
    this.load()
  }

  private load(): void {
    while (this.page !== null && this.place!.index >= this.page.count) {
      this.page = this.nextPage()
      this.place = this.page && this.page.start()
    }
    this.second = this.page === null ? 0 : this.page.second(this.place!.index)
    this.page?.copyKey(this.place!, this.key)
  }
}

/** What is known of a run without reading it. */
export interface RunShape {
  id: number
  /** How often its ids were written again by merges. */
  level: number
  count: number
  /** `acceptedSecond` of its first and last id. */
  acceptedMin: number
  acceptedMax: number
}

/** So many runs become one, when there are as many of a level … */
const MERGED_RUNS = 4
/** … up to this level: no id is written again more often. */
const LEVEL_MAX = 3

/**
 * The runs to merge next, or none. They are neighbours in time, and together span no more than
 * `spanMaxSeconds`: a run is dropped as a whole, when its last id has expired.
 */
export function pickMerge<Run extends RunShape>(runs: Run[], spanMaxSeconds: number): Run[] {
  const inOrder = runs.toSorted((a, b) => a.acceptedMax - b.acceptedMax || a.id - b.id)
  for (let level = 0; level < LEVEL_MAX; level++) {
    const peers = inOrder.filter((run) => run.level === level)
    for (let from = 0; from + MERGED_RUNS <= peers.length; from++) {
      const picked = peers.slice(from, from + MERGED_RUNS)
      const acceptedMin = Math.min(...picked.map((run) => run.acceptedMin))
      if (picked.at(-1)!.acceptedMax - acceptedMin <= spanMaxSeconds) return picked
    }
  }
  return []
}

export interface MergedSlice {
  /** Sorted; of equal keys the one accepted last, without those that have expired. */
  ids: IdColumns
  /** The last key that was taken from the runs; null where they are at their end. */
  upTo: Uint32Array | null
}

/**
 * Takes ids out of several runs, in the order of their keys.
 * @param takenMax so many are taken at most; of those, what is accepted before `secondMin` is left out
 */
export function mergeIds(
  cursors: IdCursor[],
  { takenMax, secondMin }: { takenMax: number; secondMin: number },
): MergedSlice {
  const ids = roomForIds(takenMax)
  const upTo = new Uint32Array(HASH_WORDS)
  for (let taken = 0; taken < takenMax; taken++) {
    const least = leastOf(cursors)
    if (least === null) return { ids, upTo: null }
    upTo.set(least.key)
    let second = 0
    for (const cursor of cursors) {
      if (cursor.second === 0 || compareKeys(cursor.key, 0, upTo, 0) !== 0) continue
      second = Math.max(second, cursor.second)
      cursor.next()
    }
    if (second >= secondMin) addId(ids, upTo, 0, second)
  }
  return { ids, upTo }
}

function leastOf(cursors: IdCursor[]): IdCursor | null {
  let least: IdCursor | null = null
  for (const cursor of cursors) {
    if (cursor.second === 0) continue
    if (least === null || compareKeys(cursor.key, 0, least.key, 0) < 0) least = cursor
  }
  return least
}
