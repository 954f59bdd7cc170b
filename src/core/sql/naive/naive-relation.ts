import { unreachable } from '../../result.ts'
import type { Aggregate, Expression, Relation, ScanColumn } from '../plan.ts'
import { aggregateRows } from './naive-aggregate.ts'
import { evaluate, isTrue } from './naive-expression.ts'
import { keyText, type NaiveValue, type NaiveValues } from './naive-value.ts'
import { compareBy, groupPlaces, windowValues } from './naive-window.ts'

/** What a relation's leaves give. */
export interface NaiveLeaves {
  scan(columns: ScanColumn[]): NaiveValues[]
  fragment(index: number): NaiveValues[]
}

/** The rows of a relation: each operator takes all rows of its input and makes all of its own. */
export function evaluateRelation(relation: Relation, leaves: NaiveLeaves): NaiveValues[] {
  const rowsOf = (input: Relation) => evaluateRelation(input, leaves)
  switch (relation.op) {
    case 'scan':
      return leaves.scan(relation.columns)
    case 'fragment':
      return leaves.fragment(relation.index)
    case 'filter':
      return rowsOf(relation.input).filter((row) => isTrue(relation.condition, row))
    case 'project':
      return rowsOf(relation.input).map((row) => evaluateAll(relation.expressions, row))
    case 'aggregate':
      return aggregateGroups(relation.keys, relation.aggregates, rowsOf(relation.input))
    case 'window': {
      const rows = rowsOf(relation.input)
      const columns = relation.functions.map((window) => windowValues(window, rows))
      return rows.map((row, place) => [...row, ...columns.map((values) => values[place] ?? null)])
    }
    case 'sort': {
      const sorted = rowsOf(relation.input).toSorted((a, b) => compareBy(relation.by, a, b))
      return sorted.slice(0, relation.limit ?? sorted.length)
    }
    case 'distinct':
      return [...new Map(rowsOf(relation.input).map((row) => [keyText(row), row])).values()]
    case 'union':
      return [...rowsOf(relation.left), ...rowsOf(relation.right)]
    case 'join':
      return joinRows(relation, rowsOf(relation.left), rowsOf(relation.right))
    default:
      return unreachable(relation)
  }
}

/** A row for each group: its keys, then its aggregates; without keys one row of all. */
export function aggregateGroups(
  keys: Expression[],
  aggregates: Aggregate[],
  rows: readonly NaiveValues[],
): NaiveValues[] {
  const summary = (group: readonly NaiveValues[]) =>
    aggregates.map((aggregate) => aggregateRows(aggregate, group))
  if (keys.length === 0) return [summary(rows)]
  return [...groupPlaces(keys, rows).values()].map((places) => {
    const group = places.map((place) => rows[place]!)
    return [...evaluateAll(keys, group[0]!), ...summary(group)]
  })
}

export function evaluateAll(expressions: Expression[], row: NaiveValues): NaiveValue[] {
  return expressions.map((expression) => evaluate(expression, row))
}

function joinRows(
  { kind, leftKeys, rightKeys, right: { types } }: Relation & { op: 'join' },
  left: readonly NaiveValues[],
  right: readonly NaiveValues[],
): NaiveValues[] {
  const partners = groupPlaces(rightKeys, right)
  return left.flatMap((row) => {
    const keys = evaluateAll(leftKeys, row)
    // A NULL is equal to nothing, not even to another.
    const places = keys.includes(null) ? [] : (partners.get(keyText(keys)) ?? [])
    const joined = places.map((place) => [...row, ...right[place]!])
    return kind === 'left' && joined.length === 0 ? [[...row, ...types.map(() => null)]] : joined
  })
}
