import { unreachable } from '../../result.ts'
import { compareCodePoints } from '../../metering/code-point.ts'
import { compareNumeric } from './numeric.ts'
import type { SqlType, SqlValue } from '../plan.ts'

/**
 * The order of values of a type, none of them NULL: numbers by value, text by code point, false
 * before true. Negative, zero or positive, as sort functions want it.
 */
export function comparatorOf(type: SqlType): (a: SqlValue, b: SqlValue) => number {
  switch (type) {
    case 'numeric':
      return compareNumeric as (a: SqlValue, b: SqlValue) => number
    case 'text':
    case 'property':
      return compareTexts as (a: SqlValue, b: SqlValue) => number
    case 'timestamp':
    case 'boolean':
    case 'null':
      return (a, b) => Number(a) - Number(b)
    default:
      return unreachable(type)
  }
}

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : compareCodePoints(a, b)
}

/** Equal texts of this type are equal values: whether `===` tells equality. */
export function isIdentity(type: SqlType): boolean {
  return type !== 'numeric'
}
