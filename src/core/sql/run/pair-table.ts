const SLOTS_MIN = 16
/** The table doubles when more than half of it is taken. */
const LOAD_MAX = 0.5
const [MULTIPLIER_A, MULTIPLIER_B] = [0x9e3779b1, 0x85ebca77]
/** A grid may have so many cells for each pair that is in it, and always so many. */
const CELLS_PER_PAIR_MAX = 64
const CELLS_FREE = 1 << 12

/**
 * Numbers pairs of whole numbers from 0, in the order of their first use: groups are looked up once
 * for each row and key. As long as both sides are small, a pair is the place of a cell in a grid,
 * which also keeps together what comes together; else it is hashed, with open addressing.
 */
export class PairTable {
  /** Each pair, by its number. */
  readonly lefts: number[] = []
  readonly rights: number[] = []
  /** One more than a pair's number; 0 marks an empty cell or slot. */
  private cells = new Int32Array(SLOTS_MIN)
  /** How many rows and columns the grid has, powers of two; no columns: there is no grid any more. */
  private rows = 4
  private columns = 4

  get size(): number {
    return this.lefts.length
  }

  /** The pair's number; it equals the size before the call where the pair is new. */
  numberOf(left: number, right: number): number {
    if (left < this.rows && right < this.columns) {
      const at = left * this.columns + right
      const marked = this.cells[at]!
      return marked === 0 ? this.add(at, left, right) : marked - 1
    }
    return this.columns === 0 ? this.find(left, right) : this.outgrow(left, right)
  }

  private find(left: number, right: number): number {
    const { cells, lefts, rights } = this
    const mask = cells.length - 1
    let slot = hash(left, right) & mask
    for (;;) {
      const marked = cells[slot]!
      if (marked === 0) break
      if (lefts[marked - 1] === left && rights[marked - 1] === right) return marked - 1
      slot = (slot + 1) & mask
    }
    const number = this.add(slot, left, right)
    if (this.size > cells.length * LOAD_MAX) this.hashAll(cells.length * 2)
    return number
  }

  private add(at: number, left: number, right: number): number {
    this.lefts.push(left)
    this.cells[at] = this.rights.push(right)
    return this.size - 1
  }

  /** Makes the grid hold a pair, or gives it up where it would be too large. */
  private outgrow(left: number, right: number): number {
    while (this.rows <= left) this.rows *= 2
    while (this.columns <= right) this.columns *= 2
    const { rows, columns } = this
    if (rows * columns > CELLS_FREE + CELLS_PER_PAIR_MAX * this.size) {
      this.rows = 0
      this.columns = 0
      let slots = SLOTS_MIN
      while (slots * LOAD_MAX <= this.size) slots *= 2
      this.hashAll(slots)
    } else {
      this.cells = new Int32Array(rows * columns)
      for (let i = 0; i < this.size; i++) {
        this.cells[this.lefts[i]! * columns + this.rights[i]!] = i + 1
      }
    }
    return this.numberOf(left, right)
  }

  private hashAll(slots: number): void {
    this.cells = new Int32Array(slots)
    const mask = slots - 1
    for (let i = 0; i < this.size; i++) {
      let slot = hash(this.lefts[i]!, this.rights[i]!) & mask
      while (this.cells[slot] !== 0) slot = (slot + 1) & mask
      this.cells[slot] = i + 1
    }
  }
}

function hash(left: number, right: number): number {
  const mixed = Math.imul(Math.imul(left, MULTIPLIER_A) ^ right, MULTIPLIER_B)
  return mixed ^ (mixed >>> 15)
}
