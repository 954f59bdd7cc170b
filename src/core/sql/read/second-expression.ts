import { asNode, asNodes, asText, checkFields, isEmpty, unreadable } from './second-node.ts'
import type { SecondNode } from './second-node.ts'
import type {
  ArithmeticOperator,
  CallTree,
  ComparisonOperator,
  ExpressionTree,
  Name,
  OrderTree,
  OverTree,
  TypeTree,
} from '../tree.ts'

/** Places are not compared. */
export const NOWHERE = { start: 0, end: 0 }
const MARKS = ['type', 'parentheses', 'collate']
const ARITHMETIC = new Set<string>(['+', '-', '*', '/', '%'] satisfies ArithmeticOperator[])
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
 * An expression of the second reader as one of ours. Repairs two faults of that reader: it folds
 * AND and OR from left to right as if they bound alike, and takes `NOT (…)` for a call. Throws
 * UnreadableError for what it knows not.
 */
export function convertExpression(value: unknown): ExpressionTree {
  const node = asNode(value, 'an expression')
  switch (node['type']) {
    case 'number':
    case 'bigint':
      checkFields(node, 'a number', [...MARKS, 'value'])
      return convertNumber(String(node['value']))
    case 'single_quote_string':
      checkFields(node, 'text', [...MARKS, 'value'])
      return { kind: 'string', value: textOf(node), ...NOWHERE }
    case 'bool':
      return { kind: 'boolean', value: node['value'] === true, ...NOWHERE }
    case 'null':
      return { kind: 'null', ...NOWHERE }
    case 'timestamp':
    case 'date':
      return { kind: 'timestamp', text: textOf(node), isDate: node['type'] === 'date', ...NOWHERE }
    case 'column_ref':
      return convertColumn(node)
    case 'unary_expr':
      return convertUnary(node)
    case 'binary_expr':
      return convertBinary(node)
    case 'case':
      return convertCase(node)
    case 'cast':
      return convertCast(node)
    case 'extract':
      return convertExtract(node)
    case 'aggr_func':
      return convertAggregate(node)
    case 'window_func':
    case 'function':
      return convertFunction(node)
    default:
      throw unreadable(`an expression of type ${String(node['type'])}`)
  }
}

export function convertOrder(value: unknown): OrderTree {
  const node = asNode(value, 'an order')
  checkFields(node, 'an order', [...MARKS, 'expr', 'nulls'])
  const isDescending = node['type'] === 'DESC'
  const nulls = isEmpty(node['nulls']) ? null : asText(node['nulls'], 'NULLS').toLowerCase()
  const nullsFirst = nulls === null ? isDescending : nulls === 'nulls first'
  return { expression: convertExpression(node['expr']), isDescending, nullsFirst, ...NOWHERE }
}

export function toName(text: string): Name {
  return { text, isQuoted: false, ...NOWHERE }
}

function convertNumber(text: string): ExpressionTree {
  if (!text.startsWith('-')) return { kind: 'number', text, ...NOWHERE }
  return { kind: 'negate', operand: convertNumber(text.slice(1)), ...NOWHERE }
}

/** Doubled quotes are left doubled. */
function textOf(node: SecondNode): string {
  return asText(node['value'], 'text').replaceAll("''", "'")
}

function convertColumn(node: SecondNode): ExpressionTree {
  checkFields(node, 'a column', [...MARKS, 'schema', 'table', 'column', 'array_index'])
  const path = [node['schema'], node['table']].filter((part) => !isEmpty(part))
  const column = asNode(asNode(node['column'], 'a column')['expr'], 'a column')
  if (!['default', 'double_quote_string'].includes(String(column['type']))) {
    throw unreadable(`a column of type ${String(column['type'])}`)
  }
  path.push(column['value'])
  for (const index of asNodes(node['array_index'] ?? [], 'an index')) {
    const key = asNode(index['index'], 'an index')
    if (key['type'] !== 'single_quote_string') throw unreadable('an index that is no text')
    path.push(textOf(key))
  }
  const names = path.map((part) => toName(asText(part, 'a name')))
  return { kind: 'column', path: names, ...NOWHERE }
}

function convertUnary(node: SecondNode): ExpressionTree {
  checkFields(node, 'a sign', [...MARKS, 'operator', 'expr'])
  const operand = convertExpression(node['expr'])
  if (node['operator'] === 'NOT') return { kind: 'not', operand, ...NOWHERE }
  if (node['operator'] === '-') return { kind: 'negate', operand, ...NOWHERE }
  if (node['operator'] === '+') return operand
  throw unreadable(`the sign ${String(node['operator'])}`)
}

function convertBinary(node: SecondNode): ExpressionTree {
  checkFields(node, 'an operation', [...MARKS, 'operator', 'left', 'right'])
  if (isLogic(node)) return convertLogic(node)
  const lifted = liftNot(node)
  if (lifted !== null) return { kind: 'not', operand: convertExpression(lifted), ...NOWHERE }
  const operator = String(node['operator']).toUpperCase()
  const left = convertExpression(node['left'])
  const comparison = COMPARISONS.get(operator)
  if (comparison !== undefined || ARITHMETIC.has(operator) || operator === '||') {
    const sides = { left, right: convertExpression(node['right']), ...NOWHERE }
    if (comparison !== undefined) return { kind: 'comparison', operator: comparison, ...sides }
    if (operator === '||') return { kind: 'concat', ...sides }
    return { kind: 'arithmetic', operator: operator as ArithmeticOperator, ...sides }
  }
  return convertPredicate(left, operator, asNode(node['right'], 'an operand'))
}

function convertPredicate(
  operand: ExpressionTree,
  operator: string,
  right: SecondNode,
): ExpressionTree {
  const isNegated = /\bNOT\b/.test(operator)
  const common = { operand, isNegated, ...NOWHERE }
  switch (operator.replace(/ ?\bNOT\b ?/, '')) {
    case 'IN':
      return { kind: 'in', values: convertList(right), ...common }
    case 'BETWEEN': {
      const [low, high, ...rest] = convertList(right)
      if (low === undefined || high === undefined || rest.length > 0) throw unreadable('BETWEEN')
      return { kind: 'between', low, high, ...common }
    }
    case 'LIKE':
      checkFields(right, 'a pattern', [...MARKS, 'value'])
      if (right['type'] !== 'single_quote_string') throw unreadable('a pattern that is no text')
      return { kind: 'like', pattern: textOf(right), ...common }
    case 'IS':
      if (right['type'] === 'null') return { kind: 'is-null', ...common }
      if (right['type'] !== 'bool') throw unreadable(`IS ${String(right['type'])}`)
      return { kind: 'is-boolean', value: right['value'] === true, ...common }
    default:
      throw unreadable(`the operator ${operator}`)
  }
}

function isLogic(node: SecondNode): boolean {
  const isPair = node['operator'] === 'AND' || node['operator'] === 'OR'
  return node['type'] === 'binary_expr' && isPair
}

/** In order, a chain of AND and OR is as written; from that, AND is made to bind tighter again. */
function convertLogic(root: SecondNode): ExpressionTree {
  const disjuncts: ExpressionTree[] = []
  let conjunction: ExpressionTree | null = null
  for (const { operator, operand } of flatten(root)) {
    const right = convertExpression(operand)
    if (conjunction === null) conjunction = right
    else if (operator === 'AND') {
      conjunction = { kind: 'and', left: conjunction, right, ...NOWHERE }
    } else {
      disjuncts.push(conjunction)
      conjunction = right
    }
  }
  if (conjunction !== null) disjuncts.push(conjunction)
  return disjuncts.reduce((left, right) => ({ kind: 'or', left, right, ...NOWHERE }))
}

/** The operands of a chain with the operator before each, down to what stands in parentheses. */
function flatten(root: SecondNode): { operator: string; operand: SecondNode }[] {
  const flat: { operator: string; operand: SecondNode }[] = []
  const pending = [{ operator: '', operand: root }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { operator, operand } = next
    if (isLogic(operand) && (operand === root || operand['parentheses'] !== true)) {
      const [left, right] = [operand['left'], operand['right']]
      const own = String(operand['operator'])
      pending.push({ operator: own, operand: asNode(right, 'an operand') })
      pending.push({ operator, operand: asNode(left, 'an operand') })
    } else flat.push(next)
  }
  return flat
}

/**
 * `NOT (a) > 1` comes as `(NOT (a)) > 1`. If the leftmost operand is such a call, gives the whole
 * without it; null otherwise.
 */
function liftNot(node: SecondNode): SecondNode | null {
  const left = asNode(node['left'], 'an operand')
  if (left['parentheses'] === true) return null
  const bare = isNot(left)
    ? { ...argumentOfNot(left), parentheses: true }
    : left['type'] === 'binary_expr' && !isLogic(left)
      ? liftNot(left)
      : null
  return bare === null ? null : { ...node, left: bare }
}

function isNot(node: SecondNode): boolean {
  return node['type'] === 'function' && nameOf(node) === 'NOT'
}

function argumentOfNot(node: SecondNode): SecondNode {
  const [operand, ...rest] = argumentsOf(node)
  if (operand === undefined || rest.length > 0) throw unreadable('NOT of several')
  return operand
}

function convertCase(node: SecondNode): ExpressionTree {
  checkFields(node, 'CASE', [...MARKS, 'expr', 'args'])
  const args = asNodes(node['args'], 'CASE')
  const branches = args
    .filter((branch) => branch['type'] === 'when')
    .map((branch) => ({
      when: convertExpression(branch['cond']),
      // oxlint-disable-next-line unicorn/no-thenable -- the tree speaks SQL
      then: convertExpression(branch['result']),
    }))
  const last = args.find((branch) => branch['type'] === 'else')
  return {
    kind: 'case',
    subject: isEmpty(node['expr']) ? null : convertExpression(node['expr']),
    branches,
    otherwise: last === undefined ? null : convertExpression(last['result']),
    ...NOWHERE,
  }
}

function convertCast(node: SecondNode): ExpressionTree {
  checkFields(node, 'CAST', [...MARKS, 'keyword', 'symbol', 'expr', 'target'])
  if (node['keyword'] !== 'cast') throw unreadable(String(node['keyword']))
  return asNodes(node['target'], 'CAST').reduce<ExpressionTree>(
    (operand, target) => ({
      kind: 'cast',
      operand,
      type: convertType(target),
      isTry: false,
      ...NOWHERE,
    }),
    convertExpression(node['expr']),
  )
}

function convertType(node: SecondNode): TypeTree {
  checkFields(node, 'a type', [...MARKS, 'dataType', 'length', 'scale', 'suffix'])
  const name = asText(node['dataType'], 'a type')
    .toUpperCase()
    .replace(/ PRECISION$/, '')
  const parameters = [node['length'], node['scale']].filter((part) => !isEmpty(part)).map(Number)
  return { name, parameters, ...NOWHERE }
}

function convertExtract(node: SecondNode): ExpressionTree {
  checkFields(node, 'EXTRACT', [...MARKS, 'args'])
  const args = asNode(node['args'], 'EXTRACT')
  checkFields(args, 'EXTRACT', ['field', 'source'])
  const field = toName(asText(args['field'], 'a field'))
  return { kind: 'extract', field, operand: convertExpression(args['source']), ...NOWHERE }
}

function convertAggregate(node: SecondNode): CallTree {
  const known = [...MARKS, 'name', 'args', 'over', 'filter', 'within_group_orderby']
  checkFields(node, 'an aggregate', known)
  const args = asNode(node['args'], 'an aggregate')
  checkFields(args, 'an aggregate', ['expr', 'distinct'])
  const operand = asNode(args['expr'], 'an aggregate')
  const isStar = operand['type'] === 'star'
  const orders = asNodes(node['within_group_orderby'] ?? [], 'WITHIN GROUP')
  if (orders.length > 1) throw unreadable('WITHIN GROUP with several orders')
  return {
    kind: 'call',
    name: asText(node['name'], 'a name').toUpperCase(),
    isStar,
    isDistinct: args['distinct'] === 'DISTINCT',
    arguments: isStar
      ? []
      : operand['type'] === 'expr_list'
        ? convertList(operand)
        : [convertExpression(operand)],
    within: orders[0] === undefined ? null : convertOrder(orders[0]),
    filter: convertFilter(node),
    over: convertOver(node),
    ...NOWHERE,
  }
}

function convertFunction(node: SecondNode): ExpressionTree {
  if (isNot(node))
    return { kind: 'not', operand: convertExpression(argumentOfNot(node)), ...NOWHERE }
  checkFields(node, 'a function', [...MARKS, 'name', 'args', 'over', 'filter', 'consider_nulls'])
  if (!isEmpty(node['consider_nulls'])) throw unreadable('IGNORE NULLS')
  const name = nameOf(node)
  // It takes `COUNT(DISTINCT (a) + b)` for the sum of a call and `b`.
  if (name === 'DISTINCT') throw unreadable('DISTINCT before parentheses')
  return {
    kind: 'call',
    name,
    isStar: false,
    isDistinct: false,
    arguments: argumentsOf(node).map(convertExpression),
    within: null,
    filter: convertFilter(node),
    over: convertOver(node),
    ...NOWHERE,
  }
}

function nameOf(node: SecondNode): string {
  const { name } = node as { name: unknown }
  if (typeof name === 'string') return name.toUpperCase()
  const [part, ...rest] = asNodes(asNode(name, 'a function')['name'], 'a function')
  if (part === undefined || rest.length > 0 || !isEmpty(asNode(name, 'a function')['schema'])) {
    throw unreadable('a function with a schema')
  }
  return asText(part['value'], 'a function').toUpperCase()
}

function argumentsOf(node: SecondNode): SecondNode[] {
  if (isEmpty(node['args'])) return []
  return asNodes(asNode(node['args'], 'arguments')['value'], 'arguments')
}

function convertList(node: SecondNode): ExpressionTree[] {
  if (node['type'] !== 'expr_list') throw unreadable(`a list of type ${String(node['type'])}`)
  return asNodes(node['value'], 'a list').map(convertExpression)
}

function convertFilter(node: SecondNode): ExpressionTree | null {
  if (isEmpty(node['filter'])) return null
  return convertExpression(asNode(node['filter'], 'FILTER')['where'])
}

function convertOver(node: SecondNode): OverTree | null {
  if (isEmpty(node['over'])) return null
  const over = asNode(node['over'], 'OVER')
  checkFields(over, 'OVER', [...MARKS, 'as_window_specification'])
  const specification = asNode(over['as_window_specification'], 'OVER')
  const window = asNode(specification['window_specification'], 'OVER')
  checkFields(window, 'OVER', ['partitionby', 'orderby', 'window_frame_clause'])
  const partitionBy = asNodes(window['partitionby'] ?? [], 'PARTITION BY').map((part) =>
    convertExpression(part['expr']),
  )
  const orderBy = asNodes(window['orderby'] ?? [], 'ORDER BY').map(convertOrder)
  const frame =
    convertFrame(window['window_frame_clause']) ?? (orderBy.length > 0 ? 'range' : 'all')
  return { partitionBy, orderBy, frame, ...NOWHERE }
}

function convertFrame(value: unknown): OverTree['frame'] | null {
  if (isEmpty(value)) return null
  const frame = asNode(value, 'a frame')
  const mode = String(asNode(frame['left'], 'a frame')['value']).toUpperCase()
  const bounds = asNodes(asNode(frame['right'], 'a frame')['value'], 'a frame')
  const range = bounds.map((bound) => String(bound['value']).toUpperCase()).join(' AND ')
  if (range === 'UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING') return 'all'
  if (range !== 'UNBOUNDED PRECEDING AND CURRENT ROW') throw unreadable(`the frame ${range}`)
  if (mode === 'ROWS') return 'rows'
  if (mode === 'RANGE') return 'range'
  throw unreadable(`the frame ${mode}`)
}
