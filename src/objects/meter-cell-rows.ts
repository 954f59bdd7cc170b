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

/** @param values as JSON, because SQLite's UTF-8 would make different lone surrogates the same */
export function addCellValues(sql: SqlStorage, key: CellKey, values: Iterable<string>): void {
  for (const value of values) {
    sql.exec('INSERT OR IGNORE INTO cell_values VALUES (?, ?, ?, ?, ?, ?)', ...key, value)
  }
}
