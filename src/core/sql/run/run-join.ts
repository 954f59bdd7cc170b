import { compileExpression, type Frame } from '../expressions/compile-expression.ts'
import type { Expression, Relation, SqlValue } from '../plan.ts'
import { RowBuffer, type RowBatch, type RowSink } from './row-batch.ts'
import { tupleText } from '../values/row-values.ts'
import type { RunContext } from './run-relation.ts'

/**
 * Joins rows by equal keys. NULL equals nothing.
 * @param right the right side's rows
 * @returns what takes the left side's rows, and gives joined rows to `sink`
 */
export function runJoin(
  { kind, types, leftKeys, rightKeys }: Extract<Relation, { op: 'join' }>,
  right: RowBatch,
  context: RunContext,
  sink: RowSink,
): RowSink {
  const { budget } = context
  const partners = indexRows(right, rightKeys, context)
  const noPartner = right.columns.map(() => null)
  const frame: Frame = { columns: [] }
  const textOf = compileKeys(leftKeys, frame, context)
  return ({ count, columns }) => {
    frame.columns = columns
    budget.burn(count)
    const joined = new RowBuffer(types.length, sink)
    for (let row = 0; row < count; row++) {
      const text = textOf(row)
      const found = text === null ? undefined : partners.get(text)
      if (found === undefined && kind === 'inner') continue
      const times = found?.length ?? 1
      budget.join(times)
      budget.burn(times * 2)
      const left = columns.map((column) => column[row]!)
      if (found === undefined) joined.add(left, noPartner)
      else for (const partner of found) joined.add(left, rowOf(right, partner))
    }
    joined.flush()
  }
}

function indexRows(
  batch: RowBatch,
  keys: readonly Expression[],
  context: RunContext,
): Map<string, number[]> {
  const textOf = compileKeys(keys, { columns: batch.columns }, context)
  const index = new Map<string, number[]>()
  context.budget.burn(batch.count)
  for (let row = 0; row < batch.count; row++) {
    const text = textOf(row)
    if (text === null) continue
    const rows = index.get(text)
    if (rows === undefined) index.set(text, [row])
    else rows.push(row)
  }
  return index
}

/** Gives the text of a row's keys; null where one of them is NULL. */
function compileKeys(
  keys: readonly Expression[],
  frame: Frame,
  { diagnostics }: RunContext,
): (row: number) => string | null {
  const reads = keys.map((key) => compileExpression(key, frame, diagnostics))
  return (row) => {
    const values = reads.map((read) => read(row))
    return values.includes(null) ? null : tupleText(values)
  }
}

function rowOf({ columns }: RowBatch, row: number): SqlValue[] {
  return columns.map((column) => column[row]!)
}
