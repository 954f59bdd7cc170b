import { parseExpression } from './parse-expression.ts'
import type { TokenCursor } from './token-cursor.ts'
import type { Name, QueryTree, SourceTree } from '../tree.ts'

/** Reads what follows FROM: a table or subquery, and what is joined to it. */
export function parseSource(
  cursor: TokenCursor,
  parseQuery: (cursor: TokenCursor) => QueryTree,
): SourceTree {
  let left = parseTable(cursor, parseQuery)
  for (;;) {
    if (cursor.isAtOperator(',')) {
      throw cursor.error(
        'unsupported',
        'comma joins are not supported',
        cursor.token,
        'use JOIN ... ON',
      )
    }
    const joinStart = cursor.token.start
    const type = takeJoin(cursor)
    if (type === null) return left
    if (cursor.isAtWords('LATERAL')) throw cursor.unsupported('LATERAL')
    const right = parseTable(cursor, parseQuery)
    if (cursor.isAtWords('USING')) throw cursor.unsupported('USING', 'use ON a.x = b.x')
    cursor.needWords('ON')
    const on = parseExpression(cursor)
    left = cursor.node(joinStart, { kind: 'join', type, left, right, on })
  }
}

function takeJoin(cursor: TokenCursor): 'inner' | 'left' | null {
  if (cursor.takeWords('JOIN') || cursor.takeWords('INNER', 'JOIN')) return 'inner'
  if (cursor.takeWords('LEFT', 'JOIN') || cursor.takeWords('LEFT', 'OUTER', 'JOIN')) return 'left'
  if (cursor.isAtOneOf('RIGHT', 'FULL', 'CROSS', 'NATURAL')) {
    const kind = cursor.token.text.toUpperCase()
    throw cursor.unsupported(`${kind} JOIN`, 'use JOIN or LEFT JOIN')
  }
  return null
}

function parseTable(
  cursor: TokenCursor,
  parseQuery: (cursor: TokenCursor) => QueryTree,
): SourceTree {
  const { start } = cursor.token
  if (cursor.takeOperator('(')) {
    const query = parseQuery(cursor)
    cursor.needOperator(')')
    const alias = parseAlias(cursor)
    return cursor.node(start, { kind: 'subquery', query, alias })
  }
  const name = cursor.needName('a table or a subquery')
  if (cursor.isAtOperator('.')) {
    const message = 'tables with a schema are not supported'
    throw cursor.error('unknown_table', message, name, "the only table is 'events'")
  }
  if (cursor.isAtOperator('(')) {
    throw cursor.unsupported(`table function '${name.text}'`, "the only table is 'events'", name)
  }
  const alias = parseAlias(cursor)
  return cursor.node(start, { kind: 'table', name, alias })
}

/** An alias is optional for subqueries too: the original's own examples have none (SQ-42). */
function parseAlias(cursor: TokenCursor): Name | null {
  const isAnnounced = cursor.takeWords('AS')
  const alias = isAnnounced || cursor.isAtName() ? cursor.needName('an alias') : null
  if (cursor.isAtWords('TABLESAMPLE')) throw cursor.unsupported('TABLESAMPLE')
  if (alias !== null && cursor.isAtOperator('(')) {
    throw cursor.unsupported('a list of column names', 'name the columns by AS in the query')
  }
  return alias
}
