import { HashTable } from './hash-table.ts'

const SECOND_MAX = 0xffff_ffff

/**
 * Remembers which transaction ids were accepted, and when.
 *
 * A key mixes the hash of the transaction id with the number of the ingest id it came under, so
 * that an ingest id which moves to another customer needs no change here: whoever asks, asks for
 * every ingest id of the customer.
 */
export class DedupeSet {
  /** To the second of acceptance, rounded up. */
  private readonly accepted = new HashTable()

  /** How many ids are held, expired ones included until the table next grows. */
  get size(): number {
    return this.accepted.size
  }

  /**
   * Whether the id was accepted after the instant.
   * @param hashes words of `hash128`, those of this id at `offset`
   */
  has(idIndex: number, hashes: Uint32Array, offset: number, afterMs: number): boolean {
    const second = this.accepted.get(idIndex, hashes, offset)
    return second !== 0 && second * 1_000 > afterMs
  }

  /** Remembers an id; one that is there already takes the new time. */
  add(idIndex: number, hashes: Uint32Array, offset: number, acceptedAtMs: number): void {
    const second = Math.min(Math.max(Math.ceil(acceptedAtMs / 1_000), 1), SECOND_MAX)
    this.accepted.set(idIndex, hashes, offset, second)
  }

  /** Makes room for `count` more ids; may drop those that were accepted at `afterMs` or before. */
  reserve(count: number, afterMs: number): void {
    this.accepted.reserve(count, (second) => second * 1_000 > afterMs)
  }
}
