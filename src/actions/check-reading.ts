import type { SqlRefusal } from '../core/sql/compile-sql.ts'
import { placeError } from '../core/sql/read/place-error.ts'
import { SqlError } from '../core/sql/sql-error.ts'
import type { QueryTree } from '../core/sql/tree.ts'

/**
 * Has a query read by a second, independent parser: what the two understand differently is refused
 * with both readings, so that no misreading can reach a bill.
 * @param tree what our parser made of it
 * @returns null when they agree, or the second one cannot read it, which is logged
 */
export async function checkReading(sql: string, tree: QueryTree): Promise<SqlRefusal | null> {
  // Loaded when it is needed: it is large, and requests other than this never need it.
  const { crossCheck } = await import('../core/sql/read/cross-check.ts')
  const check = crossCheck(sql, tree)
  if (check.verdict === 'same') return null
  if (check.verdict !== 'different') {
    // Such a query has one reading only: whoever runs this should be able to see which those are.
    console.warn(`SQL without a second reading (${check.verdict}: ${check.reason}): ${sql}`)
    return null
  }
  const { ours, theirs } = check.difference
  const message = `the query can be read in two ways; add parentheses to say which is meant: ${ours} or ${theirs}`
  return placeError(new SqlError('ambiguous_sql', message, check.difference), sql)
}
