const SLOTS_MIN = 8
/** The table doubles when more than half of it is taken. */
const LOAD_MAX = 0.5
const HALF = 2 ** 32
const [MULTIPLIER_A, MULTIPLIER_B] = [0x9e3779b1, 0x85ebca77]

/**
 * How often each of some safe integers occurs. Open addressing in typed arrays: an addition is one
 * look-up, where a `Map` takes two.
 */
export class CountTable {
  private keys = new Float64Array(SLOTS_MIN)
  /** 0 marks an empty slot. */
  private counts = new Float64Array(SLOTS_MIN)
  private taken = 0

  /** How many different integers there are. */
  get size(): number {
    return this.taken
  }

  /** @param times more than 0 */
  add(key: number, times: number): void {
    const slot = this.find(key)
    if (this.counts[slot] === 0) {
      this.keys[slot] = key
      this.taken++
    }
    this.counts[slot]! += times
    if (this.taken > this.keys.length * LOAD_MAX) this.grow()
  }

  countOf(key: number): number {
    return this.counts[this.find(key)]!
  }

  /** Ascending. */
  sortedKeys(): Float64Array {
    return this.keys.filter((_, slot) => this.counts[slot] !== 0).sort()
  }

  *entries(): IterableIterator<[key: number, count: number]> {
    const { keys, counts } = this
    for (let slot = 0; slot < keys.length; slot++) {
      if (counts[slot] !== 0) yield [keys[slot]!, counts[slot]!]
    }
  }

  /** The slot that has the key, or is where it would go. */
  private find(key: number): number {
    const { keys, counts } = this
    const mask = keys.length - 1
    let slot = hash(key) & mask
    while (counts[slot] !== 0 && keys[slot] !== key) slot = (slot + 1) & mask
    return slot
  }

  private grow(): void {
    const { keys, counts } = this
    this.keys = new Float64Array(keys.length * 2)
    this.counts = new Float64Array(keys.length * 2)
    for (let old = 0; old < keys.length; old++) {
      if (counts[old] === 0) continue
      const slot = this.find(keys[old]!)
      this.keys[slot] = keys[old]!
      this.counts[slot] = counts[old]!
    }
  }
}

function hash(key: number): number {
  const mixed = Math.imul(Math.imul(key | 0, MULTIPLIER_A) ^ (key / HALF), MULTIPLIER_B)
  return mixed ^ (mixed >>> 15)
}
