import { HASH_WORDS } from './chunk.ts'

const CAPACITY_MIN = 1 << 4
/** Makes a table of 1,024 slots. */
const ROOM_DEFAULT = 450
/** The table grows when more than this share of it is taken. */
const LOAD_MAX = 0.66
/** After it has grown, no more than this share is taken. */
const LOAD_GROWN = LOAD_MAX / 1.5
const MULTIPLIERS = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f] as const

/**
 * Maps (owner number, 128-bit hash) to a positive 32-bit number. Open addressing in typed arrays:
 * 20 bytes a slot, where a JavaScript `Map` takes ten times as much.
 */
export class HashTable {
  private keys: Uint32Array
  /** 0 marks an empty slot. */
  private values: Uint32Array
  private taken = 0

  /** @param room for so many keys, before `reserve` makes more */
  constructor(room = ROOM_DEFAULT) {
    const capacity = capacityFor(room)
    this.keys = new Uint32Array(capacity * HASH_WORDS)
    this.values = new Uint32Array(capacity)
  }

  get size(): number {
    return this.taken
  }

  /**
   * The value of a key, or 0.
   * @param hashes words of `hash128`, those of this key at `offset`
   */
  get(owner: number, hashes: Uint32Array, offset: number): number {
    return this.values[this.find(owner, hashes, offset)]!
  }

  /** The caller has made room with `reserve`. */
  set(owner: number, hashes: Uint32Array, offset: number, value: number): void {
    const slot = this.find(owner, hashes, offset)
    if (this.values[slot] === 0) {
      this.taken++
      for (let word = 0; word < HASH_WORDS; word++) {
        this.keys[slot * HASH_WORDS + word] = mixed(owner, hashes, offset, word)
      }
    }
    this.values[slot] = value
  }

  /** Makes room for `count` more keys; where the table must grow, only values worth it are kept. */
  reserve(count: number, isKept: (value: number) => boolean = () => true): void {
    if (this.taken + count <= this.values.length * LOAD_MAX) return
    const { keys, values } = this
    let kept = 0
    for (const value of values) if (value !== 0 && isKept(value)) kept++
    const capacity = capacityFor(kept + count)
    this.keys = new Uint32Array(capacity * HASH_WORDS)
    this.values = new Uint32Array(capacity)
    this.taken = 0
    for (const [slot, value] of values.entries()) {
      if (value !== 0 && isKept(value)) this.insert(keys, slot * HASH_WORDS, value)
    }
  }

  /** Puts in a key that is mixed already and not in the table. */
  private insert(keys: Uint32Array, offset: number, value: number): void {
    const mask = this.values.length - 1
    let slot = keys[offset]! & mask
    while (this.values[slot] !== 0) slot = (slot + 1) & mask
    for (let word = 0; word < HASH_WORDS; word++) {
      this.keys[slot * HASH_WORDS + word] = keys[offset + word]!
    }
    this.values[slot] = value
    this.taken++
  }

  /** The slot that holds the key, or the empty one where it belongs. */
  private find(owner: number, hashes: Uint32Array, offset: number): number {
    const { keys, values } = this
    const mask = values.length - 1
    const a = mixed(owner, hashes, offset, 0)
    const b = mixed(owner, hashes, offset, 1)
    const c = mixed(owner, hashes, offset, 2)
    const d = mixed(owner, hashes, offset, 3)
    let slot = a & mask
    while (values[slot] !== 0) {
      const at = slot * HASH_WORDS
      if (keys[at] === a && keys[at + 1] === b && keys[at + 2] === c && keys[at + 3] === d) break
      slot = (slot + 1) & mask
    }
    return slot
  }
}

function capacityFor(count: number): number {
  let capacity = CAPACITY_MIN
  while (count > capacity * LOAD_GROWN) capacity *= 2
  return capacity
}

/** For one owner, different hashes stay different. */
function mixed(owner: number, hashes: Uint32Array, offset: number, word: number): number {
  return (hashes[offset + word]! ^ Math.imul(owner + 1, MULTIPLIERS[word]!)) >>> 0
}
