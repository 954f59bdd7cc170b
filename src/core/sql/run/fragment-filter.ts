import { compileExpression, type Frame } from '../expressions/compile-expression.ts'
import type { Diagnostics } from '../values/diagnostics.ts'
import { columnsOf, conjunctsOf, partsOf } from './expression-columns.ts'
import { aggregatesOf } from './fragment-groups.ts'
import type { Expression, Fragment, SqlValue } from '../plan.ts'

/** One condition of a fragment's filter. */
export interface FilterStep {
  /** Columns that no step before has needed. */
  columns: number[]
  accepts: (row: number) => SqlValue
  /** Set where the condition only compares a column with a text. */
  equality: { column: number; text: string } | null
}

/**
 * A fragment's filter, condition by condition, so that no column is read of rows that an earlier
 * condition has left out.
 */
export function filterSteps(
  fragment: Fragment,
  frame: Frame,
  diagnostics: Diagnostics,
): { steps: FilterStep[]; columnsAfter: number[] } {
  const known = new Set<number>()
  const newColumns = (expressions: Expression[]): number[] => {
    const columns = [...columnsOf(expressions)].filter((column) => !known.has(column))
    for (const column of columns) known.add(column)
    return columns
  }
  const steps = conjunctsOf(fragment.filter).map((condition) => ({
    columns: newColumns([condition]),
    accepts: compileExpression(condition, frame, diagnostics),
    equality: equalityOf(condition),
  }))
  const aggregated = aggregatesOf(fragment).flatMap(partsOf)
  return { steps, columnsAfter: newColumns([...fragment.keys, ...aggregated]) }
}

function equalityOf(condition: Expression): FilterStep['equality'] {
  if (condition.op !== '=') return null
  const [left, right] = condition.args
  if (left?.op !== 'column' || right?.op !== 'text') return null
  return { column: left.index, text: right.value }
}
