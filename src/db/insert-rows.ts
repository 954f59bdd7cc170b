import { getTableColumns, sql, type InferInsertModel } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { Database } from './database.ts'

/**
 * Inserts any number of rows as one statement, in their order, with one bound value for all of
 * them: D1 allows only 100 in a statement. Members that a row leaves out are null.
 * @param condition without which none is inserted
 */
export function insertRows<Table extends SQLiteTable>(
  db: Database,
  table: Table,
  rows: InferInsertModel<Table>[],
  condition = sql`true`,
) {
  const columns = Object.entries(getTableColumns(table))
  const values = rows.map((row) =>
    Object.fromEntries(
      columns.map(([name, column]) => {
        const value = (row as Record<string, unknown>)[name] ?? null
        return [name, value === null ? null : column.mapToDriverValue(value)]
      }),
    ),
  )
  const members = columns.map(([name]) => sql`value ->> ${name}`)
  return db.insert(table).select(
    // A WHERE keeps SQLite from reading an ON CONFLICT that follows as part of the join.
    sql`SELECT ${sql.join(members, sql`, `)} FROM json_each(${JSON.stringify(values)}) WHERE ${condition} ORDER BY key`,
  )
}
