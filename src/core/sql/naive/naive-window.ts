import { Decimal } from '../../decimal.ts'
import { unreachable } from '../../result.ts'
import type { SortKey, WindowFunction } from '../plan.ts'
import { summarize } from './naive-aggregate.ts'
import { evaluate, isTrue } from './naive-expression.ts'
import { compareNullable, compareRows, keyText } from './naive-value.ts'
import type { NaiveValue, NaiveValues } from './naive-value.ts'

/** What a window function gives, for each row at the row's place. */
export function windowValues(window: WindowFunction, rows: readonly NaiveValues[]): NaiveValue[] {
  const values: NaiveValue[] = rows.map(() => null)
  for (const places of groupPlaces(window.partitionBy, rows).values()) {
    const ordered = places.toSorted((a, b) => compareBy(window.orderBy, rows[a]!, rows[b]!))
    const partition = ordered.map((place) => rows[place]!)
    const counted = countedValues(window, partition)
    for (const [at, place] of ordered.entries()) {
      values[place] = valueAt(window, { partition, counted }, at)
    }
  }
  return values
}

/** Negative, zero or positive: by the keys, then by all columns, nulls last. */
export function compareBy(keys: SortKey[], a: NaiveValues, b: NaiveValues): number {
  return compareByKeys(keys, a, b) || compareRows(a, b)
}

/** The places of the rows of each group, by the group's key; null is a value of a key. */
export function groupPlaces(
  keys: WindowFunction['partitionBy'],
  rows: readonly NaiveValues[],
): Map<string, number[]> {
  const groups = new Map<string, number[]>()
  for (const [place, row] of rows.entries()) {
    const key = keyText(keys.map((expression) => evaluate(expression, row)))
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [place])
    else group.push(place)
  }
  return groups
}

function compareByKeys(keys: SortKey[], a: NaiveValues, b: NaiveValues): number {
  for (const { by, isDescending, nullsFirst } of keys) {
    const [left, right] = [evaluate(by, a), evaluate(by, b)]
    const hasNull = left === null || right === null
    const order = compareNullable(left, right, nullsFirst)
    if (order !== 0) return isDescending && !hasNull ? -order : order
  }
  return 0
}

interface Ordered {
  partition: readonly NaiveValues[]
  /** What each row adds to an aggregate; null where it adds nothing. */
  counted: readonly NaiveValue[]
}

function countedValues(window: WindowFunction, partition: readonly NaiveValues[]): NaiveValue[] {
  if (!('filter' in window)) return []
  const { filter, arg } = window
  return partition.map((row) => {
    if (!isTrue(filter, row)) return null
    return arg === null ? true : evaluate(arg, row)
  })
}

function valueAt(window: WindowFunction, { partition, counted }: Ordered, at: number): NaiveValue {
  const row = partition[at]!
  const isPeer = (other: NaiveValues) => compareByKeys(window.orderBy, other, row) === 0
  switch (window.fn) {
    case 'row-number':
      return new Decimal(at + 1)
    case 'rank':
      return new Decimal(partition.findIndex(isPeer) + 1)
    case 'dense-rank': {
      const starts = partition.filter(
        (other, i) =>
          i <= at && (i === 0 || compareByKeys(window.orderBy, partition[i - 1]!, other) !== 0),
      )
      return new Decimal(starts.length)
    }
    case 'lag':
    case 'lead': {
      const other = partition[window.fn === 'lag' ? at - window.offset : at + window.offset]
      if (other !== undefined) return evaluate(window.arg, other)
      return window.otherwise === null ? null : evaluate(window.otherwise, row)
    }
    case 'first-value':
      return evaluate(window.arg, partition[0]!)
    case 'last-value':
      return evaluate(window.arg, partition[frameEnd(window, partition, at) - 1]!)
    case 'count':
    case 'sum':
    case 'avg':
    case 'min':
    case 'max': {
      const frame = counted.slice(0, frameEnd(window, partition, at))
      const present = frame.filter((value) => value !== null)
      return window.fn === 'count' ? new Decimal(present.length) : summarize(window.fn, present)
    }
    default:
      return unreachable(window)
  }
}

/** How many rows of the partition the frame of a row has. */
function frameEnd(
  { frame, orderBy }: WindowFunction,
  partition: readonly NaiveValues[],
  at: number,
): number {
  if (frame === 'all') return partition.length
  if (frame === 'rows') return at + 1
  const isPeer = (other: NaiveValues) => compareByKeys(orderBy, other, partition[at]!) === 0
  const next = partition.findIndex((other, i) => i > at && !isPeer(other))
  return next < 0 ? partition.length : next
}
