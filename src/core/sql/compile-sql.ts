import { ok, type Result } from '../result.ts'
import { bindQuery } from './bind/bind-query.ts'
import { parseSql } from './read/parse-sql.ts'
import { placeError, type PlacedError } from './read/place-error.ts'
import { splitPlan } from './run/split-plan.ts'
import { SqlError } from './sql-error.ts'
import type { BoundQuery, SqlPlan } from './plan.ts'
import type { QueryTree } from './tree.ts'

/** A billable metric's SQL in all its forms. */
export interface CompiledSql {
  /** What it says, for a second reader to compare. */
  tree: QueryTree
  query: BoundQuery
  /** What runs. */
  plan: SqlPlan
}

/** Why a metric's SQL is refused, and where (section 4.6). */
export type SqlRefusal = PlacedError

/** Reads a billable metric's SQL and gives it a meaning, or says what is wrong with it. */
export function compileSql(sql: string): Result<CompiledSql, SqlRefusal> {
  try {
    const tree = parseSql(sql)
    const query = bindQuery(tree)
    return ok({ tree, query, plan: splitPlan(query) })
  } catch (error) {
    if (error instanceof SqlError) return { ok: false, error: placeError(error, sql) }
    throw error
  }
}
