/**
 * An exact decimal: `(wide ?? units) / 10^scale`. Most are safe integers of units; `wide` is set
 * where they would not be safe. Immutable.
 */
export class Numeric {
  readonly units: number
  readonly wide: bigint | null
  readonly scale: number

  constructor(units: number, wide: bigint | null, scale: number) {
    this.units = units
    this.wide = wide
    this.scale = scale
  }
}
