import { compileExpression, type Frame } from '../expressions/compile-expression.ts'
import type { Relation, SortKey, SqlValue } from '../plan.ts'
import type { RowBatch } from './row-batch.ts'
import { compareValues } from '../values/row-values.ts'
import type { RunContext } from './run-relation.ts'

/** Steps that the sorting of so many rows counts as, beside those of comparing them. */
const SORT_STEPS = 20

/** Sorts rows, by all columns where the keys are equal, and keeps the first ones of them. */
export function sortRows(
  { by, limit }: Extract<Relation, { op: 'sort' }>,
  batch: RowBatch,
  context: RunContext,
): RowBatch {
  const compareKeys = compileOrder(by, batch, context)
  const settle = tieBreaker(batch)
  context.budget.burn(batch.count * SORT_STEPS)
  const rows = Array.from({ length: batch.count }, (_, row) => row)
  rows.sort((a, b) => compareKeys(a, b) || settle(a, b))
  if (limit !== null && limit < rows.length) rows.length = limit
  const columns = batch.columns.map((column) => rows.map((row) => column[row]!))
  return { count: rows.length, columns }
}

/** Orders rows of a batch by sort keys. */
export function compileOrder(
  by: readonly SortKey[],
  { count, columns }: RowBatch,
  { budget, diagnostics }: RunContext,
): (a: number, b: number) => number {
  const frame: Frame = { columns }
  budget.burn(count * by.length)
  const keys = by.map((key) => {
    const read = compileExpression(key.by, frame, diagnostics)
    return { ...key, values: Array.from({ length: count }, (_, row) => read(row)) }
  })
  return (a, b) => {
    for (const { values, isDescending, nullsFirst } of keys) {
      const [left, right] = [values[a]!, values[b]!]
      const order = compareNulls(left, right, nullsFirst)
      if (order !== null && order !== 0) return order
      if (order === 0) continue
      const compared = compareValues(left, right)
      if (compared !== 0) return isDescending ? -compared : compared
    }
    return 0
  }
}

/** Orders rows of a batch by all columns: only rows that are the same are equal. */
export function tieBreaker({ columns }: RowBatch): (a: number, b: number) => number {
  return (a, b) => {
    for (const column of columns) {
      const order = compareValues(column[a]!, column[b]!)
      if (order !== 0) return order
    }
    return 0
  }
}

/** Orders whole rows in the same way. */
export function compareRows(a: readonly SqlValue[], b: readonly SqlValue[]): number {
  for (let i = 0; i < a.length; i++) {
    const order = compareValues(a[i]!, b[i]!)
    if (order !== 0) return order
  }
  return 0
}

/** Null where neither is NULL. */
function compareNulls(left: SqlValue, right: SqlValue, nullsFirst: boolean): number | null {
  if (left !== null && right !== null) return null
  if (left === right) return 0
  return (left === null) === nullsFirst ? -1 : 1
}
