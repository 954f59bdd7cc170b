import { bindExpression, bindingOfRows } from '../../../src/core/sql/bind/bind-expression.ts'
import { bindQuery } from '../../../src/core/sql/bind/bind-query.ts'
import { placed } from '../../../src/core/sql/bind/bind-source.ts'
import { compileSql } from '../../../src/core/sql/compile-sql.ts'
import { parseSql } from '../../../src/core/sql/read/parse-sql.ts'
import type { BoundQuery, Expression, SqlType } from '../../../src/core/sql/plan.ts'
import type { Scope } from '../../../src/core/sql/bind/scope.ts'
import type { ExpressionTree, SelectTree } from '../../../src/core/sql/tree.ts'

export function bound(sql: string): BoundQuery {
  return bindQuery(parseSql(sql))
}

/** `code line:column`, or what went well where it should not have. */
export function refusal(sql: string): string {
  const result = compileSql(sql)
  if (result.ok) return `accepted: ${JSON.stringify(result.value.query)}`
  return `${result.error.code} ${result.error.line}:${result.error.column}`
}

export function refusalText(sql: string): string {
  const result = compileSql(sql)
  return result.ok ? 'accepted' : result.error.message
}

/** `event_type` is column 0, `timestamp` 1, `properties.p` 2, `properties.q` 3. */
export function eventScope(): Scope & { kind: 'events' } {
  return {
    kind: 'events',
    alias: 'events',
    usage: { operators: 0, nodes: 0, properties: new Set() },
    columns: [
      { kind: 'event_type' },
      { kind: 'timestamp' },
      { kind: 'property', name: 'p' },
      { kind: 'property', name: 'q' },
    ],
  }
}

export function treeOf(text: string): ExpressionTree {
  const { body } = parseSql(`SELECT ${text} FROM events`)
  return (body as SelectTree).items[0]!.expression
}

/** An expression over one event of `eventScope`. */
export function expressionOf(text: string): Expression {
  const scope = eventScope()
  return placed(bindExpression(treeOf(text), bindingOfRows(scope, scope.usage, 'are not here')), 0)
}

/** `code: message` by which an expression is refused, or its plan. */
export function expressionRefusal(text: string): string {
  try {
    return JSON.stringify(expressionOf(text))
  } catch (error) {
    const { code, message } = error as { code: string; message: string }
    return `${code}: ${message}`
  }
}

export const column = (index: number, type: SqlType): Expression => ({ op: 'column', type, index })
export const number = (text: string): Expression => ({ op: 'numeric', type: 'numeric', text })
export const textLiteral = (value: string): Expression => ({ op: 'text', type: 'text', value })
export const EVENT_TYPE = column(0, 'text')
export const TIMESTAMP = column(1, 'timestamp')
export const P = column(2, 'property')
export const Q = column(3, 'property')
export const parsed = (inner: Expression): Expression => ({
  op: 'parse',
  type: 'numeric',
  args: [inner],
  isQuiet: false,
})
