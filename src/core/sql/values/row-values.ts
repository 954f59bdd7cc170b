import { compareCodePoints } from '../../metering/code-point.ts'
import { Numeric, compareNumeric, numericText, parseNumeric } from './numeric.ts'
import { assert } from '../../result.ts'
import type { SqlType, SqlValue } from '../plan.ts'

/**
 * A value as JSON holds it: numbers as their canonical text, everything else as it is. Equal values
 * of one type have equal codes.
 */
export type ValueCode = string | number | boolean | null

export function encodeValue(value: SqlValue): ValueCode {
  return value instanceof Numeric ? numericText(value) : value
}

/** @param code what `encodeValue` gave for a value of this type */
export function decodeValue(type: SqlType, code: ValueCode): SqlValue {
  if (type !== 'numeric' || code === null) return code
  return readNumeric(code as string)
}

/** A tuple of values as text: JSON. Equal tuples of the same types have equal texts. */
export function tupleText(values: readonly SqlValue[]): string {
  return JSON.stringify(values.map(encodeValue))
}

export function readTuple(types: readonly SqlType[], text: string): SqlValue[] {
  const codes = JSON.parse(text) as ValueCode[]
  return codes.map((code, i) => decodeValue(types[i]!, code))
}

/** A value that is not NULL as text; among values of one type, equal ones have equal texts. */
export function valueText(value: SqlValue): string {
  return typeof value === 'string' ? value : String(encodeValue(value))
}

/**
 * A value of which nothing tells how it came about: `1.0` and `1` are one number, and which of them
 * a state holds may depend on the order of the events.
 */
export function canonicalValue(value: SqlValue): SqlValue {
  if (!(value instanceof Numeric) || value.scale === 0) return value
  if (value.wide !== null) return readNumeric(numericText(value))
  let { units, scale } = value
  while (scale > 0 && units % 10 === 0) {
    units /= 10
    scale--
  }
  return scale === value.scale ? value : new Numeric(units, null, scale)
}

/**
 * What a map finds equal values of one type by: numbers are numbers where they are whole and safe,
 * which is faster than a text.
 */
export function lookupKey(value: SqlValue): string | number | boolean | null {
  if (!(value instanceof Numeric)) return value
  if (value.scale === 0 && value.wide === null) return value.units
  const text = numericText(value)
  const whole = text.includes('.') ? NaN : Number(text)
  return Number.isSafeInteger(whole) ? whole : text
}

/**
 * Orders two values of one type: numbers by value, text by code point, false before true, NULL
 * after everything.
 */
export function compareValues(a: SqlValue, b: SqlValue): number {
  if (a === b) return 0
  if (a === null) return 1
  if (b === null) return -1
  if (typeof a === 'string') return compareCodePoints(a, b as string)
  if (a instanceof Numeric) return compareNumeric(a, b as Numeric)
  return Number(a) - Number(b)
}

function readNumeric(text: string): Numeric {
  const value = parseNumeric(text)
  assert(value !== null, 'a number is kept as its canonical text')
  return value
}
