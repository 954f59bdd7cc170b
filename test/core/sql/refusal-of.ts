import { parseSql } from '../../../src/core/sql/read/parse-sql.ts'
import { placeError } from '../../../src/core/sql/read/place-error.ts'
import { SqlError } from '../../../src/core/sql/sql-error.ts'

/** How the parser refuses a text: code, place and message; null where it accepts it. */
export function refusalOf(sql: string): string | null {
  try {
    parseSql(sql)
    return null
  } catch (error) {
    // Anything else is a defect, and fails the test.
    if (!(error instanceof SqlError)) throw error
    const { code, message } = placeError(error, sql)
    return `${code} ${message}`
  }
}

/** As `refusalOf`, of an expression in a select list, which begins in column 8. */
export function refusalOfExpression(expression: string): string | null {
  return refusalOf(`SELECT ${expression} AS value FROM events`)
}
