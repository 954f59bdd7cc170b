import { Decimal } from '../../decimal.ts'
import { Temporal } from '../../time.ts'

/** A value of a row: plain, and of one kind within a column. */
export type NaiveValue = string | Decimal | boolean | Temporal.Instant | null

export type NaiveValues = readonly NaiveValue[]

/**
 * Negative, zero or positive: numbers by value, texts by code point, false before true. Both are
 * of one kind, and neither is null.
 */
export function compareValues(a: Exclude<NaiveValue, null>, b: Exclude<NaiveValue, null>): number {
  if (a instanceof Decimal && b instanceof Decimal) return a.comparedTo(b)
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b)
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  if (a instanceof Temporal.Instant && b instanceof Temporal.Instant) {
    return Temporal.Instant.compare(a, b)
  }
  throw new Error('values of different kinds are compared')
}

/** As `compareValues`, with nulls before or after everything else. */
export function compareNullable(a: NaiveValue, b: NaiveValue, nullsFirst: boolean): number {
  if (a === null && b === null) return 0
  if (a === null) return nullsFirst ? -1 : 1
  if (b === null) return nullsFirst ? 1 : -1
  return compareValues(a, b)
}

/** By all columns in their order, nulls last: what settles ties. */
export function compareRows(a: NaiveValues, b: NaiveValues): number {
  for (const [column, value] of a.entries()) {
    const order = compareNullable(value, b[column] ?? null, false)
    if (order !== 0) return order
  }
  return 0
}

/** The same text for the same values, and for no others; null is a value here. */
export function keyText(values: NaiveValues): string {
  return JSON.stringify(
    values.map((value) =>
      value instanceof Temporal.Instant ? String(value.epochNanoseconds) : plainValue(value),
    ),
  )
}

/** A value as it is written: numbers as plain decimals, instants in RFC 3339. */
export function plainValue(value: NaiveValue): string | boolean | null {
  if (value instanceof Decimal) return numberText(value)
  if (value instanceof Temporal.Instant) return instantText(value)
  return value
}

/** Plain: no exponent, no trailing zeros, no negative zero. */
export function numberText(value: Decimal): string {
  return value.isZero() ? '0' : value.toFixed()
}

/** In UTC with three digits of a second, and more only where they are not zeros. */
export function instantText(instant: Temporal.Instant): string {
  const text = instant.toString({ smallestUnit: 'microsecond' })
  return text.replace(/0{1,3}Z$/, 'Z')
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0
  const [left, right] = [[...a], [...b]]
  for (const [i, character] of left.entries()) {
    const other = right[i]
    if (other === undefined) return 1
    if (character !== other) return codePoint(character) - codePoint(other)
  }
  return -1
}

function codePoint(character: string): number {
  return character.codePointAt(0) ?? 0
}
