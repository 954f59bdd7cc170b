/** Five words an id: three of its hash, and the two of an instant. */
const WORDS = 5
/** A table is at most so full. */
const LOAD_MAX = 0.75
/** With more ids, they are divided among so many tables, of which only one at a time grows. */
const DIVIDED_FROM = 16_384
const TABLES = 256

/**
 * An instant for each of many transaction ids, in some 40 bytes each: of ids it has 96 bits of a
 * hash. Two ids are taken for one less often than once in 10^16 proofs of a million ids each, and
 * then an invoice is held back, no more.
 */
export class NaiveIdTimes {
  private tables = [new Table()]
  private size = 0

  /** What it takes in memory. */
  get bytes(): number {
    return this.tables.reduce((sum, table) => sum + table.bytes, 0)
  }

  get(id: string): number | undefined {
    const hash = hashOf(id)
    return this.tableOf(hash).get(hash)
  }

  set(id: string, ms: number): void {
    const hash = hashOf(id)
    if (this.tableOf(hash).set(hash, ms)) this.size += 1
    if (this.size === DIVIDED_FROM && this.tables.length === 1) this.divide()
  }

  clear(): void {
    this.tables = [new Table()]
    this.size = 0
  }

  private divide(): void {
    const [whole] = this.tables
    this.tables = Array.from({ length: TABLES }, () => new Table())
    whole!.forEach((hash, ms) => this.tableOf(hash).set(hash, ms))
  }

  private tableOf([word]: Hash): Table {
    return this.tables[word & (this.tables.length - 1)]!
  }
}

/** Which of n parts an id is in. */
export function partOf(id: string, parts: number): number {
  return hashOf(id)[2] % parts
}

type Hash = [number, number, number]

/** Open addressing; a place is free where its instant is NaN. */
class Table {
  private words = new Uint32Array(0)
  private times = new Float64Array(0)
  private capacity = 0
  private size = 0

  get bytes(): number {
    return this.capacity * WORDS * 4
  }

  get(hash: Hash): number | undefined {
    const ms = this.capacity === 0 ? NaN : this.times[this.find(hash)]!
    return Number.isNaN(ms) ? undefined : ms
  }

  /** True where the id is new. */
  set(hash: Hash, ms: number): boolean {
    if (this.size >= this.capacity * LOAD_MAX) this.grow()
    const place = this.find(hash)
    const isNew = Number.isNaN(this.times[place])
    if (isNew) {
      this.words.set(hash, place * 3)
      this.size += 1
    }
    this.times[place] = ms
    return isNew
  }

  forEach(visit: (hash: Hash, ms: number) => void): void {
    for (const [place, ms] of this.times.entries()) {
      if (Number.isNaN(ms)) continue
      const [a, b, c] = this.words.subarray(place * 3, place * 3 + 3)
      visit([a!, b!, c!], ms)
    }
  }

  private find([a, b, c]: Hash): number {
    const { words, times, capacity } = this
    let place = b & (capacity - 1)
    while (!Number.isNaN(times[place])) {
      const at = place * 3
      if (words[at] === a && words[at + 1] === b && words[at + 2] === c) break
      place = (place + 1) & (capacity - 1)
    }
    return place
  }

  private grow(): void {
    const former = new Table()
    Object.assign(former, this)
    this.capacity = Math.max(16, this.capacity * 2)
    this.words = new Uint32Array(this.capacity * 3)
    this.times = new Float64Array(this.capacity).fill(NaN)
    this.size = 0
    former.forEach((hash, ms) => this.set(hash, ms))
  }
}

/** Three lanes of multiply and rotate over the code units: spread well, and not for secrets. */
function hashOf(text: string): Hash {
  let [a, b, c] = [0x9e3779b9, 0x85ebca6b, 0xc2b2ae35]
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i)
    a = Math.imul(a ^ unit, 0x27d4eb2f)
    b = Math.imul(b ^ unit, 0x165667b1)
    c = Math.imul(c ^ unit, 0x9e3779b1)
    a ^= b >>> 15
    b ^= c >>> 13
    c ^= a >>> 16
  }
  return [finish(a ^ text.length), finish(b), finish(c)]
}

function finish(word: number): number {
  const once = Math.imul(word ^ (word >>> 16), 0x7feb352d)
  const twice = Math.imul(once ^ (once >>> 15), 0x846ca68b)
  return (twice ^ (twice >>> 16)) >>> 0
}
