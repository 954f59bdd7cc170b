import {
  decodeState,
  encodeState,
  mergeStates,
  type AggregateState,
} from '../core/metering/aggregate.ts'
import type { CellDeltas } from '../core/metering/cell-deltas.ts'
import type { AggregationType } from '../core/metering/metric.ts'
import { HOUR_MS } from '../core/time.ts'

/** Which cells are asked for. Hours since the epoch, half-open. */
export interface CellRange {
  metricIndex: number
  idIndex: number
  family: number
  hourMin: number
  hourEnd: number
}

/** Adds what events contributed to the stored cells. Belongs into a transaction. */
export function mergeCells(sql: SqlStorage, deltas: CellDeltas): void {
  for (const cell of deltas.cells()) {
    const { metricIndex, ingestIndex, family, hour, group, state } = cell
    const key = [metricIndex, ingestIndex, family, hour, group]
    if (state.type === 'UNIQUE') addValues(sql, key, state.values)
    else mergeCell(sql, key, state)
  }
}

function mergeCell(sql: SqlStorage, key: (string | number)[], state: AggregateState): void {
  const row = sql
    .exec<{ state: string }>(
      `SELECT state FROM cells WHERE metric_index = ? AND id_index = ? AND family = ?
        AND hour = ? AND group_text = ?`,
      ...key,
    )
    .toArray()[0]
  const added = encodeState(state)
  const text = row === undefined ? added : mergeStates(state.type, row.state, added)
  sql.exec('INSERT OR REPLACE INTO cells VALUES (?, ?, ?, ?, ?, ?)', ...key, text)
}

function addValues(sql: SqlStorage, key: (string | number)[], values: Iterable<string>): void {
  for (const value of values) {
    // As JSON, because SQLite's UTF-8 would make different lone surrogates the same.
    const text = JSON.stringify(value)
    sql.exec('INSERT OR IGNORE INTO cell_values VALUES (?, ?, ?, ?, ?, ?)', ...key, text)
  }
}

/**
 * Calls `visit` for every stored state in the range. A cell may be visited in several parts.
 * @param visit receives the hour, the group's text, and a state that it may keep
 */
export function readCells(
  sql: SqlStorage,
  type: AggregationType,
  range: CellRange,
  visit: (hour: number, group: string, state: AggregateState) => void,
): void {
  const query = `
    SELECT hour, group_text, ${type === 'UNIQUE' ? 'value' : 'state'} AS text
    FROM ${type === 'UNIQUE' ? 'cell_values' : 'cells'} ${IN_RANGE}`
  const rows = sql.exec<{ hour: number; group_text: string; text: string }>(
    query,
    ...rangeValues(range),
  )
  for (const { hour, group_text, text } of rows) {
    visit(hour, group_text, decodeState(type, type === 'UNIQUE' ? `[${text}]` : text))
  }
}

/**
 * As `readCells`, but lets SQLite add up the hours: a row that is read costs ten times as much as
 * one that is added. A group may be visited in several parts.
 */
export function readTotals(
  sql: SqlStorage,
  type: AggregationType,
  range: CellRange,
  visit: (group: string, state: AggregateState) => void,
): void {
  if (type === 'COUNT' || type === 'SUM') return readSums(sql, type, range, visit)
  const rows = sql.exec<{ group_text: string; text: string }>(TOTALS[type], ...rangeValues(range))
  for (const { group_text, text } of rows) {
    visit(group_text, decodeState(type, type === 'UNIQUE' ? `[${text}]` : text))
  }
}

const IN_RANGE = 'WHERE metric_index = ? AND id_index = ? AND family = ? AND hour >= ? AND hour < ?'

const TOTALS = {
  MAX: `SELECT DISTINCT group_text, state AS text FROM cells ${IN_RANGE}`,
  // The latest reading lies in the last hour; with a lone max(), SQLite gives the state beside it.
  LATEST: `SELECT group_text, max(hour), state AS text FROM cells ${IN_RANGE} GROUP BY group_text`,
  UNIQUE: `SELECT DISTINCT group_text, value AS text FROM cell_values ${IN_RANGE}`,
}

/** Sums of whole numbers of so many characters stay within 64 bits, over a thousand years of hours. */
const SHORT_MAX = 12
const IS_LONG = `length(state) > ${SHORT_MAX}`

/** Right where a group's states are short whole numbers, which `longest` and `point` tell. */
const WHOLE_SUMS = `
  SELECT group_text, max(length(state)) AS longest, max(instr(state, '.')) AS point,
    CAST(sum(CAST(substr(state, 1, ${SHORT_MAX}) AS INTEGER)) AS TEXT) AS digits
  FROM cells ${IN_RANGE}`
/** Adds up short states exactly, as whole numbers of units: those with as many decimals together. */
const DECIMAL_SUMS = `
  SELECT group_text, CASE instr(state, '.') WHEN 0 THEN 0 ELSE length(state) - instr(state, '.') END AS decimals,
    CAST(sum(CAST(replace(state, '.', '') AS INTEGER)) AS TEXT) AS digits
  FROM cells ${IN_RANGE} AND NOT ${IS_LONG} GROUP BY group_text, decimals`
const LONG_STATES = `SELECT group_text, state FROM cells ${IN_RANGE} AND ${IS_LONG}`

function readSums(
  sql: SqlStorage,
  type: 'COUNT' | 'SUM',
  range: CellRange,
  visit: (group: string, state: AggregateState) => void,
): void {
  const values = rangeValues(range)
  // The ungrouped family has one group; without sorting for groups, it costs a third.
  const grouping = range.family === 0 ? '' : ' GROUP BY group_text'
  const sums = sql
    .exec<{ group_text: string | null; longest: number; point: number; digits: string }>(
      WHOLE_SUMS + grouping,
      ...values,
    )
    .toArray()
  const others = new Set<string>()
  for (const { group_text: group, longest, point, digits } of sums) {
    if (group === null) continue
    if (longest <= SHORT_MAX && point === 0) visit(group, decodeState(type, digits))
    else others.add(group)
  }
  if (others.size === 0) return
  const decimalSums = sql
    .exec<{ group_text: string; decimals: number; digits: string }>(DECIMAL_SUMS, ...values)
    .toArray()
  for (const { group_text: group, decimals, digits } of decimalSums) {
    if (!others.has(group)) continue
    visit(group, decodeState(type, decimals === 0 ? digits : `${digits}e-${decimals}`))
  }
  const rows = sql.exec<{ group_text: string; state: string }>(LONG_STATES, ...values)
  for (const { group_text: group, state } of rows) visit(group, decodeState(type, state))
}

function rangeValues(range: CellRange): number[] {
  const { metricIndex, idIndex, family, hourMin, hourEnd } = range
  return [metricIndex, idIndex, family, hourMin, hourEnd]
}

/** Drops the cells of an ingest id for hours `hourMin` to `hourMax`, both included. */
export function dropCells(
  sql: SqlStorage,
  idIndex: number,
  { hourMin, hourMax }: { hourMin: number; hourMax: number },
): void {
  // Metric and family come first in the key: naming them all lets SQLite seek instead of scan.
  const families = sql
    .exec<{ metric_index: number; families: number }>(
      `SELECT metric_index, json_array_length(definition, '$.groupKeys') + 1 AS families
        FROM metrics`,
    )
    .toArray()
  for (const { metric_index, families: count } of families) {
    for (let family = 0; family < count; family++) {
      for (const table of ['cells', 'cell_values']) {
        sql.exec(
          `DELETE FROM ${table} WHERE metric_index = ? AND id_index = ? AND family = ?
            AND hour BETWEEN ? AND ?`,
          metric_index,
          idIndex,
          family,
          hourMin,
          hourMax,
        )
      }
    }
  }
}

export function hourOf(timestampMs: number): number {
  return Math.floor(timestampMs / HOUR_MS)
}
