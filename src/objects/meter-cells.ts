import {
  decodeState,
  encodeState,
  mergeStates,
  type AggregateState,
} from '../core/metering/aggregate.ts'
import type { CellDeltas } from '../core/metering/cell-deltas.ts'
import type { AggregationType } from '../core/metering/metric.ts'
import { HOUR_MS } from '../core/time.ts'
import { IN_RANGE, rangeValues, type CellRange } from './meter-cell-range.ts'
import { addCellValues, readCell, writeCell } from './meter-cell-rows.ts'
import { forgetCells } from './meter-remembered.ts'
import { mergeFragmentCell } from './meter-sql-cells.ts'

/** Adds what events contributed to the stored cells. Belongs into a transaction. */
export function mergeCells(sql: SqlStorage, deltas: CellDeltas): void {
  for (const cell of deltas.cells()) {
    const { metricIndex, ingestIndex, family, hour, group, state } = cell
    forgetCells(sql, ingestIndex)
    const key = [metricIndex, ingestIndex, family, hour, group]
    if (state.type === 'UNIQUE') {
      addCellValues(
        sql,
        key,
        [...state.values].map((value) => JSON.stringify(value)),
      )
    } else if (state.type === 'SQL') mergeFragmentCell(sql, key, state)
    else mergeCell(sql, key, state)
  }
}

function mergeCell(sql: SqlStorage, key: (string | number)[], state: AggregateState): void {
  const stored = readCell(sql, key)
  const added = encodeState(state)
  const text = stored === null ? added : mergeStates(state.type, stored, added)
  writeCell(sql, key, text)
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

/** Drops the cells of an ingest id for hours `hourMin` to `hourMax`, both included. */
export function dropCells(
  sql: SqlStorage,
  idIndex: number,
  { hourMin, hourMax }: { hourMin: number; hourMax: number },
): void {
  forgetCells(sql, idIndex)
  // Metric and family come first in the key: naming them all lets SQLite seek instead of scan.
  const families = sql
    .exec<{ metric_index: number; families: number }>(
      `SELECT metric_index, coalesce(json_array_length(definition, '$.groupKeys') + 1,
        json_array_length(definition, '$.plan.fragments')) AS families FROM metrics`,
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
