import { parseSql } from '../../../src/core/sql/read/parse-sql.ts'
import { printExpression, printTree } from '../../../src/core/sql/read/print-tree.ts'

/** The canonical form of a query. */
export function printed(sql: string): string {
  return printTree(parseSql(sql))
}

/** The canonical form of an expression. */
export function printedExpression(expression: string): string {
  const { body } = parseSql(`SELECT ${expression} AS value FROM events`)
  const item = body.kind === 'select' ? body.items[0] : undefined
  if (item === undefined) throw new Error('a select has an item')
  return printExpression(item.expression)
}
