import { unreachable } from '../../result.ts'
import type { Diagnostics } from '../values/diagnostics.ts'
import type { Compiled } from './frame.ts'
import { fromInteger, fromUnits, type Numeric } from '../values/numeric.ts'
import type { Expression, TimeUnit } from '../plan.ts'
import {
  boundariesBetween,
  civilDay,
  DAY_MICROS,
  HOUR_MICROS,
  MINUTE_MICROS,
  parseSqlTimestamp,
  remainder,
  SECOND_MICROS,
  truncateMicros,
  unitAfter,
  wholeUnits,
} from '../values/timestamps.ts'

type Time = Extract<Expression, { op: 'truncate' | 'extract' | 'date-diff' | 'parse-timestamp' }>

/** What is made of timestamps, in UTC. All of it is NULL where an argument is. */
export function compileTime(
  expression: Time,
  args: Compiled[],
  diagnostics: Diagnostics,
): Compiled {
  if (expression.op === 'parse-timestamp') {
    return compileParseTimestamp(expression, args[0] as Compiled<string>, diagnostics)
  }
  const [first, second] = args as [Compiled<number>, Compiled<number>]
  switch (expression.op) {
    case 'truncate':
      return compileTruncate(expression.unit, first)
    case 'extract': {
      const { field } = expression
      return (row) => {
        const micros = first(row)
        return micros === null ? null : extractField(micros, field)
      }
    }
    case 'date-diff': {
      const { unit } = expression
      return (row) => {
        const from = first(row)
        const to = second(row)
        if (from === null || to === null) return null
        return fromInteger(boundariesBetween(from, to, unit))
      }
    }
    default:
      return unreachable(expression)
  }
}

/** Most events lie in the same unit as the event before: a calendar is rarely needed. */
function compileTruncate(unit: TimeUnit, operand: Compiled<number>): Compiled {
  let start = 0
  let end = 0
  return (row) => {
    const micros = operand(row)
    if (micros === null) return null
    if (micros < start || micros >= end) {
      start = truncateMicros(micros, unit)
      end = unitAfter(start, unit)
    }
    return start
  }
}

/** Sunday is day 0 of the week; the epoch has a fraction, the second has none. */
function extractField(
  micros: number,
  field: Extract<Expression, { op: 'extract' }>['field'],
): Numeric {
  switch (field) {
    case 'year':
      return fromInteger(civilDay(micros).year)
    case 'month':
      return fromInteger(civilDay(micros).month)
    case 'day':
      return fromInteger(civilDay(micros).day)
    case 'hour':
      return fromInteger(wholeUnits(remainder(micros, DAY_MICROS), HOUR_MICROS))
    case 'minute':
      return fromInteger(wholeUnits(remainder(micros, HOUR_MICROS), MINUTE_MICROS))
    case 'second':
      return fromInteger(wholeUnits(remainder(micros, MINUTE_MICROS), SECOND_MICROS))
    case 'dow':
      // The epoch was a Thursday.
      return fromInteger(remainder(wholeUnits(micros, DAY_MICROS) + 4, 7))
    case 'epoch':
      return fromUnits(BigInt(micros), 6)
    default:
      return unreachable(field)
  }
}

function compileParseTimestamp(
  { isDate, isQuiet }: Extract<Expression, { op: 'parse-timestamp' }>,
  operand: Compiled<string>,
  diagnostics: Diagnostics,
): Compiled {
  return (row) => {
    const text = operand(row)
    if (text === null) return null
    const micros = parseSqlTimestamp(text)
    if (micros !== null) return isDate ? truncateMicros(micros, 'day') : micros
    if (!isQuiet) diagnostics.badText('badTimestamps', text)
    return null
  }
}
