import type { FragmentState } from '../core/metering/cell-deltas.ts'
import {
  addValue,
  decodeState,
  encodeState,
  listValues,
  mergeState,
  newState,
  type AggregateState,
} from '../core/sql/run/aggregate-state.ts'
import type { Aggregate, Fragment } from '../core/sql/plan.ts'
import { limitText, SqlLimitError } from '../core/sql/sql-error.ts'
import { IN_RANGE, rangeValues, type CellRange } from './meter-cell-range.ts'
import { addCellValues, insertCell, readCell, writeCell, type CellKey } from './meter-cell-rows.ts'

/** With the group's keys, so much fits into a row; three bytes at most are one character's. */
const STATES_CHARACTERS_MAX = 400_000
/** In the place of a group: whoever asks for the hour is refused. */
const TOO_LONG = limitText(
  new SqlLimitError('memory', `a group holds more than ${STATES_CHARACTERS_MAX} characters`),
)

/**
 * Adds what events contributed to a cell of a SQL metric. Distinct values are rows of their own, so
 * that one more costs one row, whatever their number.
 */
export function mergeFragmentCell(
  sql: SqlStorage,
  key: CellKey,
  { fragment, states }: FragmentState,
): void {
  const text = stateText(states)
  if (isTooLong(text)) return writeTooLong(sql, key, states)
  if (!insertCell(sql, key, text)) {
    const merged = decodeStates(fragment.aggregates ?? [], readCell(sql, key)!)
    merged.forEach((target, i) => mergeState(target, states[i]!))
    const mergedText = stateText(merged)
    if (isTooLong(mergedText)) return writeTooLong(sql, key, states)
    writeCell(sql, key, mergedText)
  }
  for (const [i, state] of states.entries()) {
    const values = listValues(state)
    if (values.length > 0)
      addCellValues(
        sql,
        key,
        values.map((value) => JSON.stringify([i, value])),
      )
  }
}

function isTooLong(text: string): boolean {
  return text.length > STATES_CHARACTERS_MAX
}

function writeTooLong(sql: SqlStorage, key: CellKey, states: readonly AggregateState[]): void {
  writeCell(sql, [...key.slice(0, -1), TOO_LONG], stateText(states.map(newState)))
}

/**
 * Calls `visit` for every stored cell of a fragment in the range. A cell may be visited in several
 * parts.
 * @param range its family is the fragment
 */
export function readFragmentCells(
  sql: SqlStorage,
  { aggregates }: Fragment,
  range: CellRange,
  visit: (hour: number, groupText: string, states: AggregateState[]) => void,
): void {
  const known = aggregates ?? []
  const cells = sql.exec<{ hour: number; group_text: string; state: string }>(
    `SELECT hour, group_text, state FROM cells ${IN_RANGE}`,
    ...rangeValues(range),
  )
  for (const { hour, group_text, state } of cells)
    visit(hour, group_text, decodeStates(known, state))
  if (!known.some(({ fn }) => fn === 'count-distinct')) return
  const values = sql.exec<{ hour: number; group_text: string; value: string }>(
    `SELECT hour, group_text, value FROM cell_values ${IN_RANGE}`,
    ...rangeValues(range),
  )
  for (const { hour, group_text, value } of values) visit(hour, group_text, stateOf(known, value))
}

/**
 * The same where the hours do not matter: values that occur in several of them are visited once,
 * because a row that is read costs much more than one that SQLite leaves out.
 */
export function readFragmentGroups(
  sql: SqlStorage,
  { aggregates }: Fragment,
  range: CellRange,
  visit: (groupText: string, states: AggregateState[]) => void,
): void {
  const known = aggregates ?? []
  const cells = sql.exec<{ group_text: string; state: string }>(
    `SELECT group_text, state FROM cells ${IN_RANGE}`,
    ...rangeValues(range),
  )
  for (const { group_text, state } of cells) visit(group_text, decodeStates(known, state))
  if (!known.some(({ fn }) => fn === 'count-distinct')) return
  const values = sql.exec<{ group_text: string; value: string }>(
    `SELECT DISTINCT group_text, value FROM cell_values ${IN_RANGE}`,
    ...rangeValues(range),
  )
  for (const { group_text, value } of values) visit(group_text, stateOf(known, value))
}

/** States that have one distinct value. */
function stateOf(aggregates: readonly Aggregate[], stored: string): AggregateState[] {
  const [i, text] = JSON.parse(stored) as [number, string]
  const states = aggregates.map((aggregate) => newState(aggregate))
  addValue(states[i]!, text)
  return states
}

function stateText(states: readonly AggregateState[]): string {
  return JSON.stringify(states.map((state) => encodeState(state, { withoutValues: true })))
}

function decodeStates(aggregates: readonly Aggregate[], text: string): AggregateState[] {
  const encoded = JSON.parse(text) as unknown[]
  return aggregates.map((aggregate, i) => decodeState(aggregate, encoded[i]))
}
