import { isStatement } from './keywords.ts'
import { parseExpression, parseOrderList } from './parse-expression.ts'
import { parseSource } from './parse-source.ts'
import { TokenCursor } from './token-cursor.ts'
import type {
  BodyTree,
  ExpressionTree,
  ItemTree,
  Name,
  OrderTree,
  QueryTree,
  SelectTree,
} from '../tree.ts'

const CLAUSES = ['FROM', 'JOIN', 'WHERE', 'GROUP', 'HAVING', 'QUALIFY', 'UNION', 'ORDER', 'LIMIT']
const CLAUSE_ORDER =
  'clauses come in this order: SELECT, FROM, JOIN, WHERE, GROUP BY, HAVING, QUALIFY, UNION ALL, ORDER BY, LIMIT'

/**
 * Reads the SQL of a billable metric (SQ-20 to SQ-47). Takes time linear in the text's length, and makes a
 * tree of bounded size and depth. Throws SqlError at the first thing that is no part of the grammar:
 * nothing is guessed and nothing is skipped.
 */
export function parseSql(text: string): QueryTree {
  const cursor = new TokenCursor(text)
  if (cursor.isAtEnd()) {
    throw cursor.error('syntax', 'query is empty', cursor.token, 'write SELECT … FROM events')
  }
  refuseStatement(cursor, 'only a single SELECT is allowed')
  const query = parseQuery(cursor)
  if (cursor.takeOperator(';') && !cursor.isAtEnd()) {
    throw cursor.error('forbidden', 'only one statement is allowed')
  }
  if (!cursor.isAtEnd()) {
    const hint = cursor.isAtOneOf(...CLAUSES) ? CLAUSE_ORDER : undefined
    throw cursor.error('syntax', `unexpected ${cursor.shown()}`, cursor.token, hint)
  }
  return query
}

function parseQuery(cursor: TokenCursor): QueryTree {
  return cursor.nest(() => {
    const { start } = cursor.token
    const ctes = parseCtes(cursor)
    const body = parseBody(cursor)
    const orderBy = cursor.takeWords('ORDER', 'BY') ? parseOrderList(cursor) : []
    const limit = parseLimit(cursor, orderBy)
    if (cursor.isAtOneOf('OFFSET', 'FETCH', 'FOR')) throw cursor.unsupported(wordOf(cursor))
    return cursor.node(start, { kind: 'query', ctes, body, orderBy, limit })
  })
}

function parseCtes(cursor: TokenCursor): QueryTree['ctes'] {
  const ctes: QueryTree['ctes'] = []
  if (!cursor.takeWords('WITH')) return ctes
  if (cursor.isAtWords('RECURSIVE')) {
    throw cursor.error('unsupported', 'recursive queries are not supported')
  }
  do {
    const name = cursor.needName('a name')
    if (cursor.isAtOperator('(')) {
      throw cursor.unsupported('a list of column names', 'name the columns by AS in the query')
    }
    cursor.needWords('AS')
    cursor.needOperator('(')
    const query = parseQuery(cursor)
    cursor.needOperator(')')
    ctes.push(cursor.node(name.start, { name, query }))
  } while (cursor.takeOperator(','))
  return ctes
}

function parseBody(cursor: TokenCursor): BodyTree {
  const { start } = cursor.token
  let left: BodyTree = parseArm(cursor)
  while (cursor.isAtOneOf('UNION', 'INTERSECT', 'EXCEPT')) {
    if (!cursor.takeWords('UNION', 'ALL')) {
      const what = cursor.isAtWords('UNION') ? 'UNION without ALL' : wordOf(cursor)
      throw cursor.unsupported(what, 'use UNION ALL')
    }
    const right = parseArm(cursor)
    left = cursor.node(start, { kind: 'union', left, right })
  }
  return left
}

function parseArm(cursor: TokenCursor): SelectTree | QueryTree {
  if (!cursor.takeOperator('(')) return parseSelect(cursor)
  const query = parseQuery(cursor)
  cursor.needOperator(')')
  return query
}

function parseSelect(cursor: TokenCursor): SelectTree {
  const { start } = cursor.token
  refuseStatement(cursor, 'only SELECT is allowed')
  cursor.needWords('SELECT')
  const isDistinct = cursor.takeWords('DISTINCT')
  if (isDistinct && cursor.isAtWords('ON')) throw cursor.unsupported('DISTINCT ON')
  if (!isDistinct) cursor.takeWords('ALL')
  const items = parseItems(cursor)
  if (!cursor.takeWords('FROM')) throw cursor.expected('FROM')
  const from = parseSource(cursor, parseQuery)
  const where = parseClause(cursor, 'WHERE')
  const groupBy = cursor.takeWords('GROUP', 'BY') ? parseGroups(cursor) : []
  const having = parseClause(cursor, 'HAVING')
  if (cursor.isAtWords('WINDOW')) {
    throw cursor.unsupported('WINDOW', 'write the window in OVER (…)')
  }
  const qualify = parseClause(cursor, 'QUALIFY')
  return cursor.node(start, {
    kind: 'select',
    isDistinct,
    items,
    from,
    where,
    groupBy,
    having,
    qualify,
  })
}

function parseItems(cursor: TokenCursor): ItemTree[] {
  const items: ItemTree[] = []
  do {
    if (cursor.isAtOperator('*')) {
      throw cursor.error('unsupported', 'SELECT * is not supported; list the columns')
    }
    const { start } = cursor.token
    const expression = parseExpression(cursor)
    const alias = parseItemAlias(cursor)
    items.push(cursor.node(start, { expression, alias }))
  } while (cursor.takeOperator(','))
  return items
}

function parseItemAlias(cursor: TokenCursor): Name | null {
  if (cursor.takeWords('AS')) {
    // `AS FROM` is an alias that was forgotten rather than one that is named so.
    return cursor.needName('an alias', { isKeywordAllowed: !cursor.isAtWords('FROM') })
  }
  return cursor.isAtName() ? cursor.needName('an alias') : null
}

function parseClause(cursor: TokenCursor, word: 'WHERE' | 'HAVING' | 'QUALIFY') {
  return cursor.takeWords(word) ? parseExpression(cursor) : null
}

function parseGroups(cursor: TokenCursor): ExpressionTree[] {
  const groups: ExpressionTree[] = []
  do {
    if (cursor.isAtOneOf('ROLLUP', 'CUBE', 'GROUPING')) {
      throw cursor.unsupported(`GROUP BY ${wordOf(cursor)}`)
    }
    groups.push(parseExpression(cursor))
  } while (cursor.takeOperator(','))
  return groups
}

/** Without an order, which rows a limit keeps would be a matter of chance. */
function parseLimit(cursor: TokenCursor, orderBy: OrderTree[]): number | null {
  const { token } = cursor
  if (!cursor.takeWords('LIMIT')) return null
  if (orderBy.length === 0) {
    const message = 'LIMIT needs ORDER BY, otherwise the result is not deterministic'
    throw cursor.error('unsupported', message, token)
  }
  const count = cursor.token
  if (count.kind !== 'number' || !/^\d{1,7}$/.test(count.text)) {
    throw cursor.expected('a whole number below 10,000,000')
  }
  cursor.advance()
  return Number(count.text)
}

function refuseStatement(cursor: TokenCursor, rule: string): void {
  const { token } = cursor
  if (token.kind === 'word' && isStatement(token.upper)) {
    throw cursor.error('forbidden', `${rule}; ${token.upper} is not`)
  }
}

function wordOf(cursor: TokenCursor): string {
  return cursor.token.text.toUpperCase()
}
