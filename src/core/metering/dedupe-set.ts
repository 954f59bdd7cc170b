import { HASH_WORDS } from './chunk.ts'
import { HashTable } from './hash-table.ts'

const SECOND_MAX = 0xffff_ffff

/**
 * Ids are spread over so many tables, by the upper bits of the hash's last word: each grows by
 * itself, so that no event waits until a table of all of them has grown.
 */
const TABLE_BITS = 6
/** Tables become full at different loads, from the least to the most: they do not grow all at once. */
const LOAD_LEAST = 0.5
const LOAD_MOST = 0.75
/** Of each table at first. */
const ROOM = 32

/**
 * Remembers which transaction ids were accepted, and when.
 *
 * A key mixes the hash of the transaction id with the number of the ingest id it came under, so
 * that an ingest id which moves to another customer needs no change here: whoever asks, asks for
 * every ingest id of the customer.
 */
export class DedupeSet {
  /** To the second of acceptance, rounded up. */
  private readonly tables = Array.from({ length: 1 << TABLE_BITS }, (_, i) => {
    const load = LOAD_LEAST + ((LOAD_MOST - LOAD_LEAST) * (i + 0.5)) / (1 << TABLE_BITS)
    return new HashTable(ROOM, load)
  })
  private secondMin = 1

  /** How many ids are held, expired ones included until the table that they are in next grows. */
  get size(): number {
    let size = 0
    for (const table of this.tables) size += table.size
    return size
  }

  /**
   * Whether the id was accepted after the instant.
   * @param hashes words of `hash128`, those of this id at `offset`
   */
  has(idIndex: number, hashes: Uint32Array, offset: number, afterMs: number): boolean {
    const second = this.tableOf(hashes, offset).get(idIndex, hashes, offset)
    return second !== 0 && second * 1_000 > afterMs
  }

  /** Remembers an id; one that is there already takes the new time. */
  add(idIndex: number, hashes: Uint32Array, offset: number, acceptedAtMs: number): void {
    const table = this.tableOf(hashes, offset)
    table.reserve(1, this.secondMin)
    table.set(idIndex, hashes, offset, acceptedSecond(acceptedAtMs))
  }

  /** Forgets an id that was accepted at this instant, though not if it was accepted again later. */
  delete(idIndex: number, hashes: Uint32Array, offset: number, acceptedAtMs: number): void {
    const second = acceptedSecond(acceptedAtMs)
    this.tableOf(hashes, offset).delete(idIndex, hashes, offset, second)
  }

  /** From now on, ids that were accepted at this instant or before may be dropped. */
  forget(untilMs: number): void {
    this.secondMin = Math.max(1, Math.floor(untilMs / 1_000) + 1)
  }

  /** Gives memory back after many ids were deleted. */
  shrink(): void {
    for (const table of this.tables) table.shrink()
  }

  private tableOf(hashes: Uint32Array, offset: number): HashTable {
    return this.tables[hashes[offset + HASH_WORDS - 1]! >>> (32 - TABLE_BITS)]!
  }
}

/** An instant as dedupe keeps it: rounded up to a second, so that no id is forgotten too early. */
export function acceptedSecond(acceptedAtMs: number): number {
  return Math.min(Math.max(Math.ceil(acceptedAtMs / 1_000), 1), SECOND_MAX)
}
