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
 * As `readCells`, but lets SQLite add up the hours: a row that is read costs many times as much as
 * one that is added. A group may be visited in several parts.
 */
export function readTotals(
  sql: SqlStorage,
  type: AggregationType,
  range: CellRange,
  visit: (group: string, state: AggregateState) => void,
): void {
  if (type === 'SUM') return readSums(sql, range, visit)
  const rows = sql.exec<{ group_text: string; text: string }>(TOTALS[type], ...rangeValues(range))
  for (const { group_text, text } of rows) {
    visit(group_text, decodeState(type, type === 'UNIQUE' ? `[${text}]` : text))
  }
}

const IN_RANGE = 'WHERE metric_index = ? AND id_index = ? AND family = ? AND hour >= ? AND hour < ?'

const TOTALS: Record<Exclude<AggregationType, 'SUM'>, string> = {
  COUNT: `SELECT group_text, CAST(sum(CAST(state AS INTEGER)) AS TEXT) AS text
    FROM cells ${IN_RANGE} GROUP BY group_text`,
  MAX: `SELECT DISTINCT group_text, state AS text FROM cells ${IN_RANGE}`,
  // The latest reading lies in the last hour; with a lone max(), SQLite gives the state beside it.
  LATEST: `SELECT group_text, max(hour), state AS text FROM cells ${IN_RANGE} GROUP BY group_text`,
  UNIQUE: `SELECT DISTINCT group_text, value AS text FROM cell_values ${IN_RANGE}`,
}

/** As whole numbers of up to so many characters, more sums than a range has hours fit 64 bits. */
const SHORT_SUM_MAX = 12

/**
 * Adds up decimal texts exactly, as whole numbers of the same number of decimals; `decimals` is
 * null for texts that are too long for that.
 */
const SHORT_SUMS = `
  SELECT group_text,
    CASE WHEN length(state) > ${SHORT_SUM_MAX} THEN NULL WHEN instr(state, '.') = 0 THEN 0
      ELSE length(state) - instr(state, '.') END AS decimals,
    CAST(sum(CAST(substr(replace(state, '.', ''), 1, ${SHORT_SUM_MAX}) AS INTEGER)) AS TEXT) AS digits
  FROM cells ${IN_RANGE} GROUP BY group_text, decimals`
const LONG_SUMS = `
  SELECT group_text, state AS text FROM cells ${IN_RANGE} AND length(state) > ${SHORT_SUM_MAX}`

function readSums(
  sql: SqlStorage,
  range: CellRange,
  visit: (group: string, state: AggregateState) => void,
): void {
  const values = rangeValues(range)
  const sums = sql
    .exec<{ group_text: string; decimals: number | null; digits: string }>(SHORT_SUMS, ...values)
    .toArray()
  for (const { group_text, decimals, digits } of sums) {
    if (decimals !== null) visit(group_text, decodeState('SUM', `${digits}e-${decimals}`))
  }
  if (sums.every(({ decimals }) => decimals !== null)) return
  const rows = sql.exec<{ group_text: string; text: string }>(LONG_SUMS, ...values)
  for (const { group_text, text } of rows) visit(group_text, decodeState('SUM', text))
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
