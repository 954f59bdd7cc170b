import { hintOfOperator } from './keywords.ts'
import { parsePrimary, parseType } from './parse-primary.ts'
import { IN_VALUES_MAX, NESTING_MAX } from './text-limits.ts'
import type { TokenCursor } from './token-cursor.ts'
import type { Token } from './tokens.ts'
import type { ArithmeticOperator, ComparisonOperator, ExpressionTree, OrderTree } from '../tree.ts'

const COMPARISONS = new Map<string, ComparisonOperator>([
  ['=', '='],
  ['!=', '!='],
  ['<>', '!='],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
])

/**
 * Reads an expression. From loose to tight: OR, AND, NOT, comparisons, `||`, `+ -`, `* / %`, signs,
 * `::type`. Comparisons do not chain: dialects differ on what `a = b IS NULL` means.
 */
export function parseExpression(cursor: TokenCursor): ExpressionTree {
  return cursor.nest(() => {
    const { start } = cursor.token
    let left = parseConjunction(cursor)
    while (cursor.takeWords('OR')) {
      const right = parseConjunction(cursor)
      left = cursor.node(start, { kind: 'or', left, right })
    }
    return left
  })
}

export function parseExpressionList(cursor: TokenCursor): ExpressionTree[] {
  const list: ExpressionTree[] = []
  do list.push(parseExpression(cursor))
  while (cursor.takeOperator(','))
  return list
}

export function parseOrderList(cursor: TokenCursor): OrderTree[] {
  const list: OrderTree[] = []
  do {
    const { start } = cursor.token
    const expression = parseExpression(cursor)
    const isDescending = takeDirection(cursor)
    const nullsFirst = takeNulls(cursor) ?? isDescending
    list.push(cursor.node(start, { expression, isDescending, nullsFirst }))
  } while (cursor.takeOperator(','))
  return list
}

/** True for DESC. */
export function takeDirection(cursor: TokenCursor): boolean {
  if (cursor.takeWords('DESC')) return true
  cursor.takeWords('ASC')
  return false
}

function takeNulls(cursor: TokenCursor): boolean | null {
  if (!cursor.takeWords('NULLS')) return null
  if (cursor.takeWords('FIRST')) return true
  if (cursor.takeWords('LAST')) return false
  throw cursor.expected('FIRST or LAST')
}

function parseConjunction(cursor: TokenCursor): ExpressionTree {
  const { start } = cursor.token
  let left = parseNegation(cursor)
  while (cursor.takeWords('AND')) {
    const right = parseNegation(cursor)
    left = cursor.node(start, { kind: 'and', left, right })
  }
  return left
}

function parseNegation(cursor: TokenCursor): ExpressionTree {
  const { start } = cursor.token
  if (!cursor.takeWords('NOT')) return parsePredicate(cursor)
  const operand = cursor.nest(() => parseNegation(cursor))
  return cursor.node(start, { kind: 'not', operand })
}

function parsePredicate(cursor: TokenCursor): ExpressionTree {
  const { start } = cursor.token
  const operand = parseConcatenation(cursor)
  const predicate =
    parseComparison(cursor, operand, start) ??
    parseIs(cursor, operand, start) ??
    parseRange(cursor, operand, start)
  if (predicate === null) return operand
  if (startsPredicate(cursor.token)) {
    const hint = 'use parentheses, or AND between two comparisons'
    throw cursor.error('syntax', 'comparisons cannot be chained', cursor.token, hint)
  }
  return predicate
}

function startsPredicate(token: Token): boolean {
  if (token.kind === 'operator') return COMPARISONS.has(token.text)
  return token.kind === 'word' && ['IS', 'IN', 'NOT', 'BETWEEN', 'LIKE'].includes(token.upper)
}

function parseComparison(
  cursor: TokenCursor,
  left: ExpressionTree,
  start: number,
): ExpressionTree | null {
  const { token } = cursor
  const operator = token.kind === 'operator' ? COMPARISONS.get(token.text) : undefined
  if (operator === undefined) return null
  cursor.advance()
  // `==` and `>>` are two tokens here, as are the arrows of JSON.
  if (cursor.isAtOperator('='))
    throw cursor.error('syntax', "unexpected '='", cursor.token, 'use =')
  if (cursor.isAtOneOf('ANY', 'ALL', 'SOME')) {
    throw cursor.unsupported(cursor.token.text.toUpperCase(), 'use IN')
  }
  const right = parseConcatenation(cursor)
  return cursor.node(start, { kind: 'comparison', operator, left, right })
}

function parseIs(
  cursor: TokenCursor,
  operand: ExpressionTree,
  start: number,
): ExpressionTree | null {
  if (!cursor.takeWords('IS')) return null
  const isNegated = cursor.takeWords('NOT')
  if (cursor.takeWords('NULL')) return cursor.node(start, { kind: 'is-null', operand, isNegated })
  for (const value of [true, false]) {
    if (cursor.takeWords(value ? 'TRUE' : 'FALSE')) {
      return cursor.node(start, { kind: 'is-boolean', operand, value, isNegated })
    }
  }
  if (!cursor.takeWords('DISTINCT', 'FROM')) {
    throw cursor.expected('NULL, TRUE, FALSE or DISTINCT FROM')
  }
  const right = parseConcatenation(cursor)
  return cursor.node(start, { kind: 'distinct-from', left: operand, right, isNegated })
}

/** IN, BETWEEN and LIKE, each of which may follow NOT. */
function parseRange(
  cursor: TokenCursor,
  operand: ExpressionTree,
  start: number,
): ExpressionTree | null {
  const word = cursor.peek(cursor.isAtWords('NOT') ? 1 : 0)
  if (word.kind !== 'word') return null
  const hint = hintOfOperator(word.upper)
  if (hint !== undefined) throw cursor.unsupported(word.upper, hint, word)
  if (!['IN', 'BETWEEN', 'LIKE'].includes(word.upper)) return null
  const isNegated = cursor.takeWords('NOT')
  if (cursor.takeWords('IN')) {
    const values = parseValues(cursor)
    return cursor.node(start, { kind: 'in', operand, values, isNegated })
  }
  if (cursor.takeWords('BETWEEN')) {
    const low = parseConcatenation(cursor)
    cursor.needWords('AND')
    const high = parseConcatenation(cursor)
    return cursor.node(start, { kind: 'between', operand, low, high, isNegated })
  }
  cursor.needWords('LIKE')
  const pattern = cursor.token
  if (pattern.kind !== 'string') throw cursor.error('syntax', 'LIKE takes a literal pattern')
  cursor.advance()
  if (cursor.isAtWords('ESCAPE')) throw cursor.unsupported('ESCAPE')
  return cursor.node(start, { kind: 'like', operand, pattern: pattern.text, isNegated })
}

function parseValues(cursor: TokenCursor): ExpressionTree[] {
  cursor.needOperator('(')
  if (cursor.isAtOneOf('SELECT', 'WITH')) {
    throw cursor.error('unsupported', 'subqueries in expressions are not supported')
  }
  const values: ExpressionTree[] = []
  do {
    if (values.length === IN_VALUES_MAX) {
      throw cursor.error('too_complex', `IN takes at most ${IN_VALUES_MAX} values`)
    }
    values.push(parseExpression(cursor))
  } while (cursor.takeOperator(','))
  cursor.needOperator(')')
  return values
}

function parseConcatenation(cursor: TokenCursor): ExpressionTree {
  const { start } = cursor.token
  let left = parseSum(cursor)
  while (cursor.takeOperator('||')) {
    const right = parseSum(cursor)
    left = cursor.node(start, { kind: 'concat', left, right })
  }
  return left
}

function parseSum(cursor: TokenCursor): ExpressionTree {
  return parseArithmetic(cursor, ['+', '-'], parseProduct)
}

function parseProduct(cursor: TokenCursor): ExpressionTree {
  return parseArithmetic(cursor, ['*', '/', '%'], parseSigned)
}

function parseArithmetic(
  cursor: TokenCursor,
  operators: ArithmeticOperator[],
  parseOperand: (cursor: TokenCursor) => ExpressionTree,
): ExpressionTree {
  const { start } = cursor.token
  let left = parseOperand(cursor)
  for (;;) {
    const operator = operators.find((candidate) => cursor.takeOperator(candidate))
    if (operator === undefined) return left
    refuseOperator(cursor, operator)
    const right = parseOperand(cursor)
    left = cursor.node(start, { kind: 'arithmetic', operator, left, right })
  }
}

/** What seems to be two operators is one of another dialect. */
function refuseOperator(cursor: TokenCursor, operator: ArithmeticOperator): void {
  const { token } = cursor
  if (token.start !== cursor.endBefore) return
  if (operator === '-' && cursor.isAtOperator('>')) {
    const arrow = { start: token.start - 1, end: token.end }
    throw cursor.unsupported('->', 'name a property as in properties.user_id', arrow)
  }
  if (operator === '/' && cursor.isAtOperator('/')) {
    throw cursor.error('syntax', "unexpected '/'", token, 'a comment begins by --')
  }
}

/** A sign before a sign nests. A plus changes nothing and leaves no trace in the tree. */
function parseSigned(cursor: TokenCursor): ExpressionTree {
  const { start } = cursor.token
  if (cursor.takeOperator('-')) {
    const operand = cursor.nest(() => parseSigned(cursor))
    return cursor.node(start, { kind: 'negate', operand })
  }
  if (cursor.takeOperator('+')) return cursor.nest(() => parseSigned(cursor))
  return parseCasted(cursor)
}

function parseCasted(cursor: TokenCursor): ExpressionTree {
  const { start } = cursor.token
  let operand = parsePrimary(cursor)
  for (let casts = 0; cursor.takeOperator('::'); casts += 1) {
    if (casts === NESTING_MAX)
      throw cursor.error('too_complex', `more than ${NESTING_MAX} casts in a row`)
    const type = parseType(cursor)
    operand = cursor.node(start, { kind: 'cast', operand, type, isTry: false })
  }
  return operand
}
