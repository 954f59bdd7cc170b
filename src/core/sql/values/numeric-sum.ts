import { fromUnits, isSafe, Numeric, unitsAt, widePower } from './numeric.ts'

/**
 * An exact sum, the same in any order of additions and mergings: nothing is rounded, and only the
 * final value is held to 100 digits. Most sums stay within safe integers; what would not goes over
 * to a big integer.
 */
export class NumericSum {
  #units = 0
  #scale = 0
  #wide = 0n
  #wideScale = 0

  /** The sum that `text` was written from. */
  static fromText(text: string): NumericSum {
    const sum = new NumericSum()
    const point = text.indexOf('e')
    sum.#addWide(BigInt(text.slice(0, point)), -Number(text.slice(point + 1)))
    return sum
  }

  add({ units, wide, scale }: Numeric): void {
    if (wide !== null) {
      this.#addWide(wide, scale)
      return
    }
    const target = scale > this.#scale ? scale : this.#scale
    const total = unitsAt(this.#units, this.#scale, target)
    const added = unitsAt(units, scale, target)
    const sum = total + added
    if (isSafe(total) && isSafe(added) && isSafe(sum)) {
      this.#units = sum
      this.#scale = target
      return
    }
    this.#addWide(BigInt(this.#units), this.#scale)
    this.#units = units
    this.#scale = scale
  }

  addSum(other: NumericSum): void {
    if (other.#wide !== 0n) this.#addWide(other.#wide, other.#wideScale)
    this.add(new Numeric(other.#units, null, other.#scale))
  }

  /** @throws SqlLimitError `number` where the sum has more than 100 digits */
  value(): Numeric {
    if (this.#wide === 0n) return new Numeric(this.#units, null, this.#scale)
    const { units, scale } = this.#total()
    return fromUnits(units, scale)
  }

  /** All digits of the sum, however many: units, then the power of ten they are counted in. */
  text(): string {
    const { units, scale } = this.#total()
    return `${units}e${-scale}`
  }

  #total(): { units: bigint; scale: number } {
    const scale = Math.max(this.#scale, this.#wideScale)
    const narrow = BigInt(this.#units) * widePower(scale - this.#scale)
    return { units: this.#wide * widePower(scale - this.#wideScale) + narrow, scale }
  }

  #addWide(units: bigint, scale: number): void {
    if (scale > this.#wideScale) {
      this.#wide *= widePower(scale - this.#wideScale)
      this.#wideScale = scale
    }
    this.#wide += scale < this.#wideScale ? units * widePower(this.#wideScale - scale) : units
  }
}
