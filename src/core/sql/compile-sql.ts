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
    const plan = splitPlan(query)
    checkSize(plan, sql)
    return ok({ tree, query, plan })
  } catch (error) {
    if (error instanceof SqlError) return { ok: false, error: placeError(error, sql) }
    throw error
  }
}

/** A plan is kept in one row, of two million bytes at most, and is sent to every meter. */
const PLAN_BYTES_MAX = 1_000_000

/** Literals and names are written out with the CTEs that have them. */
function checkSize(plan: SqlPlan, sql: string): void {
  const bytes = new TextEncoder().encode(JSON.stringify(plan)).length
  if (bytes <= PLAN_BYTES_MAX) return
  const message = `query expands to a plan of more than ${PLAN_BYTES_MAX} bytes`
  throw new SqlError('too_complex', message, { start: 0, end: sql.length })
}
