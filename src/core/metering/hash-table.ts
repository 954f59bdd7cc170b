import { HASH_WORDS } from './chunk.ts'

const CAPACITY_MIN = 1 << 4
/** Makes a table of 1,024 slots. */
const ROOM_DEFAULT = 450
/** The table grows when more than this share of it is taken. */
const LOAD_MAX = 0.66
/** After it has grown, its share is so much less than what makes it grow again. */
const LOAD_MARGIN = 1.5
const [MULTIPLIER_A, MULTIPLIER_B, MULTIPLIER_C, MULTIPLIER_D] = [
  0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f,
]

/** Words of a slot: the key, and its value beside it, so that a look-up touches memory once. */
const SLOT_WORDS = HASH_WORDS + 1

/**
 * Maps (owner number, 128-bit hash) to a positive 32-bit number. Open addressing in a typed array:
 * 20 bytes a slot, where a JavaScript `Map` takes ten times as much.
 */
export class HashTable {
  /** A value of 0 marks an empty slot. */
  private slots: Int32Array
  private mask: number
  private taken = 0
  private readonly loadMax: number

  /**
   * @param room for so many keys, before `reserve` makes more
   * @param loadMax the share of the slots beyond which the table grows
   */
  constructor(room = ROOM_DEFAULT, loadMax = LOAD_MAX) {
    this.loadMax = loadMax
    const capacity = this.capacityFor(room)
    this.slots = new Int32Array(capacity * SLOT_WORDS)
    this.mask = capacity - 1
  }

  get size(): number {
    return this.taken
  }

  /**
   * The value of a key, or 0.
   * @param hashes words of `hash128`, those of this key at `offset`
   */
  get(owner: number, hashes: Uint32Array, offset: number): number {
    return this.slots[this.find(owner, hashes, offset) + HASH_WORDS]! >>> 0
  }

  /** Gives a key a value, in place of the one that it may have. The caller has made room with `reserve`. */
  set(owner: number, hashes: Uint32Array, offset: number, value: number): void {
    const at = this.find(owner, hashes, offset)
    if (this.slots[at + HASH_WORDS] === 0) this.fill(at, owner, hashes, offset)
    this.slots[at + HASH_WORDS] = value
  }

  /** Removes a key, if its value is this one. */
  delete(owner: number, hashes: Uint32Array, offset: number, value: number): void {
    const { slots, mask } = this
    const at = this.find(owner, hashes, offset)
    if (slots[at + HASH_WORDS]! >>> 0 !== value || value === 0) return
    let hole = at / SLOT_WORDS
    // Those behind move up where they can, so that no search ends at the hole before it finds them.
    for (let slot = (hole + 1) & mask; ; slot = (slot + 1) & mask) {
      const from = slot * SLOT_WORDS
      if (slots[from + HASH_WORDS] === 0) break
      const distance = (slot - (slots[from]! & mask)) & mask
      if (distance < ((slot - hole) & mask)) continue
      const to = hole * SLOT_WORDS
      for (let word = 0; word < SLOT_WORDS; word++) slots[to + word] = slots[from + word]!
      hole = slot
    }
    slots[hole * SLOT_WORDS + HASH_WORDS] = 0
    this.taken--
  }

  /** Makes room for `count` more keys; where the table must grow, values below the least are dropped. */
  reserve(count: number, valueMin = 1): void {
    if (this.taken + count > (this.mask + 1) * this.loadMax) this.rebuild(count, valueMin)
  }

  /** Gives memory back, of a table that most keys were removed from. */
  shrink(): void {
    if (this.mask >= this.capacityFor(this.taken) * 2) this.rebuild(0, 1)
  }

  private rebuild(count: number, valueMin: number): void {
    const { slots } = this
    let kept = 0
    for (let at = 0; at < slots.length; at += SLOT_WORDS) {
      const value = slots[at + HASH_WORDS]! >>> 0
      if (value !== 0 && value >= valueMin) kept++
    }
    const capacity = this.capacityFor(kept + count)
    this.slots = new Int32Array(capacity * SLOT_WORDS)
    this.mask = capacity - 1
    this.taken = kept
    for (let at = 0; at < slots.length; at += SLOT_WORDS) {
      const value = slots[at + HASH_WORDS]! >>> 0
      if (value !== 0 && value >= valueMin) this.copy(slots, at)
    }
  }

  /** Takes over a slot of a table before this one, whose key is not here. */
  private copy(from: Int32Array, fromAt: number): void {
    const { slots, mask } = this
    let slot = from[fromAt]! & mask
    while (slots[slot * SLOT_WORDS + HASH_WORDS] !== 0) slot = (slot + 1) & mask
    const at = slot * SLOT_WORDS
    for (let word = 0; word < SLOT_WORDS; word++) slots[at + word] = from[fromAt + word]!
  }

  private fill(at: number, owner: number, hashes: Uint32Array, offset: number): void {
    mixKey(owner, hashes, offset, this.slots, at)
    this.taken++
  }

  /** Where the slot lies that holds the key, or the empty one where it belongs. */
  private find(owner: number, hashes: Uint32Array, offset: number): number {
    const { slots, mask } = this
    const one = owner + 1
    const a = hashes[offset]! ^ Math.imul(one, MULTIPLIER_A)
    const b = hashes[offset + 1]! ^ Math.imul(one, MULTIPLIER_B)
    const c = hashes[offset + 2]! ^ Math.imul(one, MULTIPLIER_C)
    const d = hashes[offset + 3]! ^ Math.imul(one, MULTIPLIER_D)
    let slot = a & mask
    for (;;) {
      const at = slot * SLOT_WORDS
      if (slots[at + HASH_WORDS] === 0) return at
      if (slots[at] === a && slots[at + 1] === b && slots[at + 2] === c && slots[at + 3] === d) {
        return at
      }
      slot = (slot + 1) & mask
    }
  }

  private capacityFor(count: number): number {
    let capacity = CAPACITY_MIN
    while (count > (capacity * this.loadMax) / LOAD_MARGIN) capacity *= 2
    return capacity
  }
}

/**
 * The 128-bit key of a hash under an owner: for one owner, different hashes stay different.
 * @param out receives four words at `at`
 */
export function mixKey(
  owner: number,
  hashes: Uint32Array,
  offset: number,
  out: Int32Array | Uint32Array,
  at: number,
): void {
  const one = owner + 1
  out[at] = hashes[offset]! ^ Math.imul(one, MULTIPLIER_A)
  out[at + 1] = hashes[offset + 1]! ^ Math.imul(one, MULTIPLIER_B)
  out[at + 2] = hashes[offset + 2]! ^ Math.imul(one, MULTIPLIER_C)
  out[at + 3] = hashes[offset + 3]! ^ Math.imul(one, MULTIPLIER_D)
}
