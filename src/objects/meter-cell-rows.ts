/** Metric, ingest id, family, hour and group. */
export type CellKey = (string | number)[]

/** The state of a cell as text; null where there is no such cell. */
export function readCell(sql: SqlStorage, key: CellKey): string | null {
  const row = sql
    .exec<{ state: string }>(
      `SELECT state FROM cells WHERE metric_index = ? AND id_index = ? AND family = ?
        AND hour = ? AND group_text = ?`,
      ...key,
    )
    .toArray()[0]
  return row?.state ?? null
}

export function writeCell(sql: SqlStorage, key: CellKey, text: string): void {
  sql.exec('INSERT OR REPLACE INTO cells VALUES (?, ?, ?, ?, ?, ?)', ...key, text)
}

/** Most cells are new when they are first stored. @returns false, and nothing is done, where there is one */
export function insertCell(sql: SqlStorage, key: CellKey, text: string): boolean {
  const { rowsWritten } = sql.exec(
    'INSERT OR IGNORE INTO cells VALUES (?, ?, ?, ?, ?, ?)',
    ...key,
    text,
  )
  return rowsWritten > 0
}

/** So many units of text go into one statement, where a value is not longer itself. */
const VALUES_UNITS_MAX = 100_000

/** @param values as JSON, because SQLite's UTF-8 would make different lone surrogates the same */
export function addCellValues(sql: SqlStorage, key: CellKey, values: Iterable<string>): void {
  let waiting: string[] = []
  let units = 0
  const flush = () => {
    sql.exec(
      'INSERT OR IGNORE INTO cell_values SELECT ?, ?, ?, ?, ?, value FROM json_each(?)',
      ...key,
      JSON.stringify(waiting),
    )
    waiting = []
    units = 0
  }
  for (const value of values) {
    if (units > 0 && units + value.length > VALUES_UNITS_MAX) flush()
    waiting.push(value)
    units += value.length
  }
  if (waiting.length > 0) flush()
}
