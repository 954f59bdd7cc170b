import type { Budget } from './budget.ts'
import type { Diagnostics } from '../values/diagnostics.ts'
import type { FragmentGroups } from './fragment-groups.ts'
import type { Relation, SqlPlan, SqlValue } from '../plan.ts'
import { runRelation } from './run-relation.ts'
import { compareRows } from './sort-rows.ts'

/**
 * The rows of a query, given what its fragments found. They come in one order, whatever order the
 * events came in: the query's own, else by all columns.
 * @param fragments one for each of the plan's, in their order; without groups where nothing was found
 * @throws SqlLimitError where the budget is exceeded, or a number has too many digits
 */
export function runPlan(
  { relation }: SqlPlan,
  fragments: readonly FragmentGroups[],
  budget: Budget,
  diagnostics: Diagnostics,
): SqlValue[][] {
  const rows: SqlValue[][] = []
  const heldBefore = budget.held
  runRelation(relation, { fragments, budget, diagnostics }, ({ count, columns }) => {
    budget.limitResults(rows.length + count)
    for (let row = 0; row < count; row++) rows.push(columns.map((column) => column[row] ?? null))
  })
  // Nothing but the rows outlives the run: another one, as of the next hour, may hold as much.
  budget.release(budget.held - heldBefore)
  return isOrdered(relation) ? rows : rows.sort(compareRows)
}

function isOrdered(relation: Relation): boolean {
  if (relation.op === 'filter' || relation.op === 'project') return isOrdered(relation.input)
  return relation.op === 'sort'
}
