const SLOTS_MIN = 16
/** The table doubles when more than half of it is taken. */
const LOAD_MAX = 0.5
const [MULTIPLIER_A, MULTIPLIER_B] = [0x9e3779b1, 0x85ebca77]
/** Words of a slot: the pair, and one more than its number; 0 marks an empty slot. */
const SLOT_WORDS = 3

/**
 * Numbers pairs of whole numbers from 0, in the order of their first use. Open addressing in a
 * typed array: groups are looked up once for each row and key.
 */
export class PairTable {
  private slots = new Int32Array(SLOTS_MIN * SLOT_WORDS)
  private mask = SLOTS_MIN - 1
  private count = 0

  get size(): number {
    return this.count
  }

  /** The pair's number; it equals the size before the call where the pair is new. */
  numberOf(left: number, right: number): number {
    const { slots, mask } = this
    let slot = hash(left, right) & mask
    for (;;) {
      const at = slot * SLOT_WORDS
      const marked = slots[at + 2]!
      if (marked === 0) break
      if (slots[at] === left && slots[at + 1] === right) return marked - 1
      slot = (slot + 1) & mask
    }
    return this.add(slot, left, right)
  }

  private add(slot: number, left: number, right: number): number {
    const at = slot * SLOT_WORDS
    this.slots[at] = left
    this.slots[at + 1] = right
    this.slots[at + 2] = ++this.count
    if (this.count > (this.mask + 1) * LOAD_MAX) this.grow()
    return this.count - 1
  }

  private grow(): void {
    const old = this.slots
    this.slots = new Int32Array(old.length * 2)
    this.mask = this.mask * 2 + 1
    for (let at = 0; at < old.length; at += SLOT_WORDS) {
      if (old[at + 2] === 0) continue
      let slot = hash(old[at]!, old[at + 1]!) & this.mask
      while (this.slots[slot * SLOT_WORDS + 2] !== 0) slot = (slot + 1) & this.mask
      for (let word = 0; word < SLOT_WORDS; word++) {
        this.slots[slot * SLOT_WORDS + word] = old[at + word]!
      }
    }
  }
}

function hash(left: number, right: number): number {
  const mixed = Math.imul(Math.imul(left, MULTIPLIER_A) ^ right, MULTIPLIER_B)
  return mixed ^ (mixed >>> 15)
}
