import { isAmbient, isReserved } from './keywords.ts'
import { parseCall } from './parse-call.ts'
import { parseExpression } from './parse-expression.ts'
import type { TokenCursor } from './token-cursor.ts'
import { checkName } from './tokens.ts'
import type { ExpressionTree, Name, TypeTree } from '../tree.ts'

/** Reads an operand: a literal, a column, a call, CASE, a cast, or an expression in parentheses. */
export function parsePrimary(cursor: TokenCursor): ExpressionTree {
  const { token } = cursor
  const { start, text } = token
  switch (token.kind) {
    case 'number':
      cursor.advance()
      return cursor.node(start, { kind: 'number', text })
    case 'string':
      cursor.advance()
      return cursor.node(start, { kind: 'string', value: text })
    case 'quoted-name':
      return parseColumn(cursor)
    case 'word':
      return parseWord(cursor, token.upper)
    case 'operator':
      if (text === '(') return parseParentheses(cursor)
      if (text === '*') throw cursor.error('syntax', "'*' is only allowed in COUNT(*)")
      break
    case 'end':
  }
  throw cursor.expected('an expression')
}

export function parseType(cursor: TokenCursor): TypeTree {
  const { token } = cursor
  if (token.kind !== 'word') throw cursor.expected('a type')
  cursor.advance()
  if (token.upper === 'DOUBLE') cursor.takeWords('PRECISION')
  const parameters: number[] = []
  if (cursor.takeOperator('(')) {
    do parameters.push(parseParameter(cursor))
    while (cursor.takeOperator(','))
    cursor.needOperator(')')
  }
  return { name: token.upper, parameters, start: token.start, end: cursor.endBefore }
}

function parseParameter(cursor: TokenCursor): number {
  const { token } = cursor
  if (token.kind !== 'number' || !/^\d{1,4}$/.test(token.text)) {
    throw cursor.expected('a whole number')
  }
  cursor.advance()
  return Number(token.text)
}

function parseParentheses(cursor: TokenCursor): ExpressionTree {
  cursor.needOperator('(')
  if (cursor.isAtOneOf('SELECT', 'WITH')) {
    const message = 'subqueries in expressions are not supported'
    throw cursor.error('unsupported', message, cursor.token, 'use a subquery in FROM')
  }
  const expression = parseExpression(cursor)
  if (cursor.isAtOperator(',')) throw cursor.unsupported('a list of values here')
  cursor.needOperator(')')
  return expression
}

function parseWord(cursor: TokenCursor, word: string): ExpressionTree {
  const { start } = cursor.token
  const isCalled = cursor.isAtOperator('(', 1)
  switch (word) {
    case 'NULL':
      cursor.advance()
      return cursor.node(start, { kind: 'null' })
    case 'TRUE':
    case 'FALSE':
      cursor.advance()
      return cursor.node(start, { kind: 'boolean', value: word === 'TRUE' })
    case 'CASE':
      return parseCase(cursor)
    case 'EXISTS':
      throw cursor.unsupported('EXISTS')
    case 'CAST':
    case 'TRY_CAST':
      return isCalled ? parseCast(cursor, word) : parseColumn(cursor)
    case 'EXTRACT':
      return isCalled ? parseExtract(cursor) : parseColumn(cursor)
    case 'TIMESTAMP':
    case 'DATE':
      if (cursor.peek(1).kind === 'string') return parseTimestamp(cursor, word)
      break
    case 'INTERVAL':
      if (['string', 'number'].includes(cursor.peek(1).kind)) throw cursor.unsupported('INTERVAL')
  }
  if (isReserved(word)) {
    const isName = word !== 'FROM' && word !== 'AS'
    const hint = `${word} is a keyword; write "${cursor.token.text}" if it is a name`
    throw cursor.expected('an expression', isName ? hint : undefined)
  }
  if (isCalled) return parseCall(cursor)
  if (isAmbient(word) && !cursor.isAtOperator('.', 1)) {
    const message = `\`${cursor.token.text}\` is not available in billable metrics: results must depend on events only`
    throw cursor.error(
      'unknown_function',
      message,
      cursor.token,
      'the billing period is applied by itself; write fixed times as TIMESTAMP literals',
    )
  }
  return parseColumn(cursor)
}

function parseCase(cursor: TokenCursor): ExpressionTree {
  const { start } = cursor.advance()
  const subject = cursor.isAtWords('WHEN') ? null : parseExpression(cursor)
  const branches: { when: ExpressionTree; then: ExpressionTree }[] = []
  while (cursor.takeWords('WHEN')) {
    const when = parseExpression(cursor)
    cursor.needWords('THEN')
    // oxlint-disable-next-line unicorn/no-thenable -- the tree speaks SQL
    branches.push({ when, then: parseExpression(cursor) })
  }
  if (branches.length === 0) throw cursor.expected('WHEN')
  const otherwise = cursor.takeWords('ELSE') ? parseExpression(cursor) : null
  if (!cursor.takeWords('END')) {
    throw cursor.expected(otherwise === null ? 'WHEN, ELSE or END' : 'END')
  }
  return cursor.node(start, { kind: 'case', subject, branches, otherwise })
}

function parseCast(cursor: TokenCursor, word: 'CAST' | 'TRY_CAST'): ExpressionTree {
  const { start } = cursor.advance()
  cursor.needOperator('(')
  const operand = parseExpression(cursor)
  cursor.needWords('AS')
  const type = parseType(cursor)
  cursor.needOperator(')')
  return cursor.node(start, { kind: 'cast', operand, type, isTry: word === 'TRY_CAST' })
}

function parseExtract(cursor: TokenCursor): ExpressionTree {
  const { start } = cursor.advance()
  cursor.needOperator('(')
  const field = cursor.needName('a field such as HOUR', { isKeywordAllowed: true })
  cursor.needWords('FROM')
  const operand = parseExpression(cursor)
  cursor.needOperator(')')
  return cursor.node(start, { kind: 'extract', field, operand })
}

function parseTimestamp(cursor: TokenCursor, word: 'TIMESTAMP' | 'DATE'): ExpressionTree {
  const { start } = cursor.advance()
  const { text } = cursor.advance()
  return cursor.node(start, { kind: 'timestamp', text, isDate: word === 'DATE' })
}

/** A column by its path: `x`, `properties.x`, `e.properties."odd-name"`, `properties['odd-name']`. */
function parseColumn(cursor: TokenCursor): ExpressionTree {
  const first = cursor.needName('a column')
  const path = [first]
  for (;;) {
    if (cursor.takeOperator('.')) path.push(parseField(cursor))
    else if (cursor.takeOperator('[')) path.push(parseIndex(cursor))
    else break
  }
  if (cursor.isAtOperator('(') && path.length > 1) {
    throw cursor.unsupported('a function with a schema', undefined, first)
  }
  return cursor.node(first.start, { kind: 'column', path })
}

function parseField(cursor: TokenCursor): Name {
  if (cursor.isAtOperator('*')) throw cursor.unsupported("'.*'", 'list the columns')
  const hint = 'put an odd name in double quotes, as in properties."odd-name"'
  if (!['word', 'quoted-name'].includes(cursor.token.kind)) throw cursor.expected('a name', hint)
  return cursor.needName('a name', { isKeywordAllowed: true })
}

function parseIndex(cursor: TokenCursor): Name {
  const { token } = cursor
  if (token.kind !== 'string') {
    throw cursor.expected("a quoted property name, as in properties['name']")
  }
  checkName(token)
  cursor.advance()
  cursor.needOperator(']')
  return { text: token.text, isQuoted: true, start: token.start, end: token.end }
}
