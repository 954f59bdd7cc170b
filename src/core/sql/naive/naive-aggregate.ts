import { Decimal, sum } from '../../decimal.ts'
import { unreachable } from '../../result.ts'
import type { Aggregate, Expression } from '../plan.ts'
import { divideNaively, limitNumber, roundNaively } from './naive-arithmetic.ts'
import { evaluate, isTrue } from './naive-expression.ts'
import { compareNullable, compareValues, keyText } from './naive-value.ts'
import type { NaiveValue, NaiveValues } from './naive-value.ts'

type Present = Exclude<NaiveValue, null>

/**
 * What an aggregate function gives for the rows of a group, from the list of them.
 * @throws SqlLimitError `number` where a sum has more than 100 digits
 */
export function aggregateRows(aggregate: Aggregate, rows: readonly NaiveValues[]): NaiveValue {
  const counted = rows.filter((row) => isTrue(aggregate.filter, row))
  switch (aggregate.fn) {
    case 'count-rows':
      return new Decimal(counted.length)
    case 'count':
      return new Decimal(presentValues(aggregate.arg, counted).length)
    case 'count-distinct': {
      const values = presentValues(aggregate.arg, counted)
      return new Decimal(new Set(values.map((value) => keyText([value]))).size)
    }
    case 'sum':
    case 'avg':
    case 'min':
    case 'max':
      return summarize(aggregate.fn, presentValues(aggregate.arg, counted))
    case 'latest':
    case 'earliest':
      return readingOf(aggregate, counted)
    case 'percentile-disc':
    case 'percentile-cont':
      return percentileOf(aggregate, presentValues(aggregate.arg, counted) as Decimal[])
    default:
      return unreachable(aggregate)
  }
}

/** NULL of no values. */
export function summarize(
  fn: 'sum' | 'avg' | 'min' | 'max',
  values: readonly Present[],
): NaiveValue {
  if (values.length === 0) return null
  switch (fn) {
    case 'sum':
      return limitNumber(sum(values as Decimal[]))
    case 'avg':
      return divideNaively(limitNumber(sum(values as Decimal[])), new Decimal(values.length))
    case 'min':
      return values.reduce((least, value) => (compareValues(value, least) < 0 ? value : least))
    case 'max':
      return values.reduce((most, value) => (compareValues(value, most) > 0 ? value : most))
    default:
      return unreachable(fn)
  }
}

function presentValues(arg: Expression, rows: readonly NaiveValues[]): Present[] {
  return rows.map((row) => evaluate(arg, row)).filter((value) => value !== null)
}

/** Of the last or first row by time, then by its tie, then by its value. */
function readingOf(
  { fn, arg, at, tie }: Aggregate & { fn: 'latest' | 'earliest' },
  rows: readonly NaiveValues[],
): NaiveValue {
  const readings = rows
    .map((row) => ({
      at: evaluate(at, row),
      tie: tie === null ? null : evaluate(tie, row),
      value: evaluate(arg, row),
    }))
    .filter((reading) => reading.at !== null && reading.value !== null)
    .toSorted(
      (a, b) =>
        compareNullable(a.at, b.at, true) ||
        compareNullable(a.tie, b.tie, false) ||
        compareNullable(a.value, b.value, true),
    )
  return readings.at(fn === 'latest' ? -1 : 0)?.value ?? null
}

/** The value at a place in the order, or for `cont` what lies between the two next to it. */
function percentileOf(
  { fn, fraction, isDescending }: Aggregate & { fn: 'percentile-disc' | 'percentile-cont' },
  values: Decimal[],
): Decimal | null {
  if (values.length === 0) return null
  const ascending = values.toSorted((a, b) => a.comparedTo(b))
  const ordered = isDescending ? ascending.toReversed() : ascending
  if (fn === 'percentile-disc') {
    const rank = roundNaively(new Decimal(fraction).times(values.length), 0, 'up').toNumber()
    return ordered[Math.max(1, rank) - 1]!
  }
  const place = new Decimal(fraction).times(values.length - 1)
  const below = place.floor()
  const low = ordered[below.toNumber()]!
  const high = ordered[place.ceil().toNumber()]!
  return limitNumber(low.plus(limitNumber(high.minus(low).times(place.minus(below)))))
}
