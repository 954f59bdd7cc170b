import {
  parseExpression,
  parseExpressionList,
  parseOrderList,
  takeDirection,
} from './parse-expression.ts'
import type { TokenCursor } from './token-cursor.ts'
import type { CallTree, ExpressionTree, OrderTree, OverTree } from '../tree.ts'

/**
 * Reads F(…) [WITHIN GROUP (…)] [FILTER (…)] [OVER (…)], `COUNT()` too (SQ-40). Which functions there
 * are is the binder's matter.
 */
export function parseCall(cursor: TokenCursor): CallTree {
  const token = cursor.advance()
  cursor.needOperator('(')
  const isStar = cursor.takeOperator('*')
  const isDistinct = !isStar && cursor.takeWords('DISTINCT')
  const args = isStar || cursor.isAtOperator(')') ? [] : parseArguments(cursor)
  if (isDistinct && args.length === 0) throw cursor.expected('an expression')
  cursor.needOperator(')')
  if (cursor.isAtWords('IGNORE', 'NULLS') || cursor.isAtWords('RESPECT', 'NULLS')) {
    throw cursor.unsupported(`${cursor.token.text.toUpperCase()} NULLS`)
  }
  const within = parseWithin(cursor)
  const filter = parseFilter(cursor)
  const over = parseOver(cursor)
  return cursor.node(token.start, {
    kind: 'call',
    name: token.text.toUpperCase(),
    isStar,
    isDistinct,
    arguments: args,
    within,
    filter,
    over,
  })
}

function parseArguments(cursor: TokenCursor): ExpressionTree[] {
  if (cursor.isAtOneOf('SELECT', 'WITH')) {
    const message = 'subqueries in expressions are not supported'
    throw cursor.error('unsupported', message, cursor.token, 'use a subquery in FROM')
  }
  const list = parseExpressionList(cursor)
  if (cursor.isAtWords('ORDER')) throw cursor.unsupported('ORDER BY inside a function')
  return list
}

function parseWithin(cursor: TokenCursor): OrderTree | null {
  if (!cursor.takeWords('WITHIN', 'GROUP')) return null
  cursor.needOperator('(')
  cursor.needWords('ORDER', 'BY')
  const { start } = cursor.token
  const expression = parseExpression(cursor)
  const isDescending = takeDirection(cursor)
  const order = cursor.node(start, { expression, isDescending, nullsFirst: isDescending })
  cursor.needOperator(')')
  return order
}

function parseFilter(cursor: TokenCursor): ExpressionTree | null {
  if (!cursor.isAtWords('FILTER') || !cursor.isAtOperator('(', 1)) return null
  cursor.takeWords('FILTER')
  cursor.needOperator('(')
  cursor.needWords('WHERE')
  const filter = parseExpression(cursor)
  cursor.needOperator(')')
  return filter
}

function parseOver(cursor: TokenCursor): OverTree | null {
  if (!cursor.takeWords('OVER')) return null
  if (cursor.isAtName()) throw cursor.unsupported('a named window', 'write the window in OVER (…)')
  const { start } = cursor.token
  cursor.needOperator('(')
  const partitionBy = cursor.takeWords('PARTITION', 'BY') ? parseExpressionList(cursor) : []
  const orderBy = cursor.takeWords('ORDER', 'BY') ? parseOrderList(cursor) : []
  const frame = parseFrame(cursor) ?? (orderBy.length > 0 ? 'range' : 'all')
  cursor.needOperator(')')
  return cursor.node(start, { partitionBy, orderBy, frame })
}

/** Only frames that begin with the partition: others would need rows to leave them. */
function parseFrame(cursor: TokenCursor): OverTree['frame'] | null {
  const { token } = cursor
  if (!cursor.isAtOneOf('ROWS', 'RANGE', 'GROUPS')) return null
  const isRows = cursor.isAtWords('ROWS')
  const isGroups = cursor.isAtWords('GROUPS')
  cursor.advance()
  if (!isGroups && cursor.takeWords('BETWEEN', 'UNBOUNDED', 'PRECEDING', 'AND')) {
    if (cursor.takeWords('CURRENT', 'ROW')) return isRows ? 'rows' : 'range'
    if (cursor.takeWords('UNBOUNDED', 'FOLLOWING')) return 'all'
  }
  throw cursor.error(
    'unsupported',
    'only ROWS/RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW (or UNBOUNDED FOLLOWING) frames are supported',
    token,
  )
}
