import { and, eq, gt, or, sql, type AnyColumn, type SQL } from 'drizzle-orm'

/** The place of a row in a list that is ordered by creation. */
export interface RowKey {
  createdAt: number
  id: string
}

/** The condition that a row comes after another one in the order of creation, ids deciding ties. */
export function after(
  table: { createdAt: AnyColumn; id: AnyColumn },
  from: RowKey | null,
): SQL | undefined {
  if (from === null) return undefined
  return or(
    gt(table.createdAt, from.createdAt),
    and(eq(table.createdAt, from.createdAt), gt(table.id, from.id)),
  )
}

/** `column IN (…)` with one bound value: D1 allows only 100 of them in a statement. */
export function inJson(column: AnyColumn, values: readonly string[]): SQL {
  return sql`${column} IN (SELECT value FROM json_each(${JSON.stringify(values)}))`
}
