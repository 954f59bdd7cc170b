import { assert } from '../result.ts'
import { HASH_WORDS } from './chunk.ts'

/** Transaction ids that were accepted, in columns: `mixKey` words, and `acceptedSecond`. */
export interface IdColumns {
  count: number
  /** Four words an id. */
  keys: Uint32Array
  seconds: Uint32Array
}

/** So many ids at most are sorted: beside a word of 32 bits, a number has room for 21. */
const SORTED_MAX = 2 ** 21

/** Room for so many ids; `count` is 0 until they come. */
export function roomForIds(room: number): IdColumns {
  return { count: 0, keys: new Uint32Array(room * HASH_WORDS), seconds: new Uint32Array(room) }
}

/** Compares two keys, word by word as unsigned numbers: negative if the first is the lesser. */
export function compareKeys(a: Uint32Array, aAt: number, b: Uint32Array, bAt: number): number {
  return (
    a[aAt]! - b[bAt]! ||
    a[aAt + 1]! - b[bAt + 1]! ||
    a[aAt + 2]! - b[bAt + 2]! ||
    a[aAt + 3]! - b[bAt + 3]!
  )
}

/** The ids in the order of their keys; of equal keys, the one that was accepted last remains. */
export function sortIds(ids: IdColumns): IdColumns {
  const { count, keys, seconds } = ids
  const order = orderByFirstWord(ids)
  orderTies(ids, order)
  const sorted = roomForIds(count)
  for (let i = 0; i < count; i++) {
    const at = order[i]! * HASH_WORDS
    const second = seconds[order[i]!]!
    const last = sorted.count - 1
    if (last < 0 || compareKeys(sorted.keys, last * HASH_WORDS, keys, at) !== 0) {
      addId(sorted, keys, at, second)
    } else if (second > sorted.seconds[last]!) sorted.seconds[last] = second
  }
  return sorted
}

/** Adds an id, for which there is room. */
export function addId(ids: IdColumns, keys: Uint32Array, at: number, second: number): void {
  const to = ids.count * HASH_WORDS
  ids.keys[to] = keys[at]!
  ids.keys[to + 1] = keys[at + 1]!
  ids.keys[to + 2] = keys[at + 2]!
  ids.keys[to + 3] = keys[at + 3]!
  ids.seconds[ids.count++] = second
}

/** By the first word, which is nearly all of the order, since hashes spread evenly. */
function orderByFirstWord({ count, keys }: IdColumns): Uint32Array {
  assert(count <= SORTED_MAX, 'ids are sorted by numbers that are exact')
  const order = new Float64Array(count)
  for (let i = 0; i < count; i++) order[i] = keys[i * HASH_WORDS]! * SORTED_MAX + i
  // Without a comparison of ours, this is many times as fast.
  order.sort()
  const places = new Uint32Array(count)
  for (let i = 0; i < count; i++) places[i] = order[i]! & (SORTED_MAX - 1)
  return places
}

function orderTies({ count, keys }: IdColumns, order: Uint32Array): void {
  let start = 0
  for (let end = 1; end <= count; end++) {
    const isTie = end < count && keys[order[end]! * HASH_WORDS] === keys[order[start]! * HASH_WORDS]
    if (isTie) continue
    if (end - start > 1) {
      const ties = order.subarray(start, end)
      ties.sort((a, b) => compareKeys(keys, a * HASH_WORDS, keys, b * HASH_WORDS))
    }
    start = end
  }
}
