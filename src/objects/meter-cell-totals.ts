import { decodeState, type AggregateState } from '../core/metering/aggregate.ts'
import type { AggregationType } from '../core/metering/metric.ts'
import { IN_RANGE, rangeValues, type CellRange } from './meter-cell-range.ts'
import { recall, remember } from './meter-remembered.ts'

/** What cells of a group add up to, as the text of a state. A group may have several. */
interface Total {
  group: string
  state: string
}

/**
 * As `readCells`, but lets SQLite add up the hours: a row that is read costs ten times as much as
 * one that is added. A group may be visited in several parts. Totals are remembered until a cell
 * of their ingest id changes: drafts are read again and again.
 */
export function readTotals(
  sql: SqlStorage,
  type: AggregationType,
  range: CellRange,
  visit: (group: string, state: AggregateState) => void,
): void {
  if (type === 'MAX' || type === 'UNIQUE') return readDistinct(sql, type, range, visit)
  for (const { group, state } of recallTotals(sql, type, range)) {
    visit(group, decodeState(type, state))
  }
}

/** Longer answers are not remembered. */
const ANSWER_UNITS_MAX = 64 * 1024
const TOTAL_UNITS = 50

function recallTotals(
  sql: SqlStorage,
  type: 'COUNT' | 'SUM' | 'LATEST',
  range: CellRange,
): readonly Total[] {
  const { metricIndex, idIndex, family, hourMin, hourEnd } = range
  const question = `totals/${metricIndex}/${family}/${hourMin}/${hourEnd}`
  const known = recall(sql, idIndex, question) as readonly Total[] | undefined
  if (known !== undefined) return known
  const totals = type === 'LATEST' ? readLatest(sql, range) : readSums(sql, range)
  const units = totals.reduce((sum, { group, state }) => {
    return sum + group.length + state.length + TOTAL_UNITS
  }, TOTAL_UNITS)
  if (units <= ANSWER_UNITS_MAX) remember(sql, idIndex, { question, answer: totals, units })
  return totals
}

function readDistinct(
  sql: SqlStorage,
  type: 'MAX' | 'UNIQUE',
  range: CellRange,
  visit: (group: string, state: AggregateState) => void,
): void {
  const query =
    type === 'MAX'
      ? `SELECT DISTINCT group_text, state AS text FROM cells ${IN_RANGE}`
      : `SELECT DISTINCT group_text, value AS text FROM cell_values ${IN_RANGE}`
  const rows = sql.exec<{ group_text: string; text: string }>(query, ...rangeValues(range))
  for (const { group_text, text } of rows) {
    visit(group_text, decodeState(type, type === 'UNIQUE' ? `[${text}]` : text))
  }
}

/** The latest reading lies in the last hour; with a lone max(), SQLite gives the state beside it. */
function readLatest(sql: SqlStorage, range: CellRange): Total[] {
  const query = `
    SELECT group_text, max(hour), state FROM cells ${IN_RANGE} GROUP BY group_text`
  return sql
    .exec<{ group_text: string; state: string }>(query, ...rangeValues(range))
    .toArray()
    .map(({ group_text: group, state }) => ({ group, state }))
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
  SELECT group_text,
    CASE instr(state, '.') WHEN 0 THEN 0 ELSE length(state) - instr(state, '.') END AS decimals,
    CAST(sum(CAST(replace(state, '.', '') AS INTEGER)) AS TEXT) AS digits
  FROM cells ${IN_RANGE} AND NOT ${IS_LONG} GROUP BY group_text, decimals`
const LONG_STATES = `SELECT group_text, state FROM cells ${IN_RANGE} AND ${IS_LONG}`

/** Sums of decimal texts, for COUNT and SUM: their states are such. */
function readSums(sql: SqlStorage, range: CellRange): Total[] {
  const values = rangeValues(range)
  // The ungrouped family has one group; without sorting for groups, it costs a third.
  const grouping = range.family === 0 ? '' : ' GROUP BY group_text'
  const sums = sql
    .exec<{ group_text: string | null; longest: number; point: number; digits: string }>(
      WHOLE_SUMS + grouping,
      ...values,
    )
    .toArray()
  const totals: Total[] = []
  const others = new Set<string>()
  for (const { group_text: group, longest, point, digits } of sums) {
    if (group === null) continue
    if (longest <= SHORT_MAX && point === 0) totals.push({ group, state: digits })
    else others.add(group)
  }
  if (others.size === 0) return totals
  const decimalSums = sql
    .exec<{ group_text: string; decimals: number; digits: string }>(DECIMAL_SUMS, ...values)
    .toArray()
  for (const { group_text: group, decimals, digits } of decimalSums) {
    if (!others.has(group)) continue
    totals.push({ group, state: decimals === 0 ? digits : `${digits}e-${decimals}` })
  }
  const rows = sql.exec<{ group_text: string; state: string }>(LONG_STATES, ...values)
  for (const { group_text: group, state } of rows) totals.push({ group, state })
  return totals
}
