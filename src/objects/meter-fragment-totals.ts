import { listValues, type AggregateState } from '../core/sql/run/aggregate-state.ts'
import type { Budget } from '../core/sql/run/budget.ts'
import { FragmentGroups } from '../core/sql/run/fragment-groups.ts'
import type { Fragment, SqlValue } from '../core/sql/plan.ts'
import { throwLimit } from '../core/sql/sql-error.ts'
import type { CellRange } from './meter-cell-range.ts'
import { recall, remember } from './meter-remembered.ts'
import { readFragmentGroups } from './meter-sql-cells.ts'

/** Larger totals are not remembered. */
const TOTALS_UNITS_MAX = 1024 * 1024
const GROUP_UNITS = 100
const STATE_UNITS = 50
const VALUE_UNITS = 30

/**
 * What the cells of a fragment in a range add up to.
 * @param range its family is the fragment
 * @param budget counts what is not remembered yet
 * @returns whether the groups are remembered too: then nobody may change them
 * @throws SqlLimitError where an event exceeded a limit, or there are too many groups
 */
export function readFragmentTotals(
  sql: SqlStorage,
  fragment: Fragment,
  range: CellRange,
  budget: Budget,
): { groups: FragmentGroups; isShared: boolean } {
  const { metricIndex, idIndex, family, hourMin, hourEnd } = range
  const question = `fragment/${metricIndex}/${family}/${hourMin}/${hourEnd}`
  const known = recall(sql, idIndex, question) as FragmentGroups | undefined
  if (known !== undefined) return { groups: known, isShared: true }
  const groups = new FragmentGroups(fragment, budget)
  readFragmentGroups(sql, fragment, range, (groupText, states) => {
    throwLimit(groupText)
    groups.merge(groupText, states)
  })
  const units = unitsOf(groups)
  const isShared = units <= TOTALS_UNITS_MAX
  if (isShared) remember(sql, idIndex, { question, answer: groups, units })
  return { groups, isShared }
}

/** Roughly; infinite where it is too much anyhow. */
function unitsOf(groups: FragmentGroups): number {
  let units = 0
  for (const { keys, states } of groups.rows()) {
    units += GROUP_UNITS
    for (const key of keys) units += textUnits(key)
    for (const state of states) units += STATE_UNITS + stateUnits(state)
    if (units > TOTALS_UNITS_MAX) return Infinity
  }
  return units
}

function stateUnits(state: AggregateState): number {
  let units = 'value' in state ? textUnits(state.value) : 0
  for (const value of listValues(state)) units += VALUE_UNITS + value.length
  return units
}

function textUnits(value: SqlValue): number {
  return typeof value === 'string' ? value.length : 0
}
