import { unreachable } from '../../result.ts'
import { numericText, parseNumeric } from '../values/numeric.ts'
import type {
  BodyTree,
  CallTree,
  ExpressionTree,
  ItemTree,
  Name,
  OrderTree,
  OverTree,
  QueryTree,
  SelectTree,
  SourceTree,
  TypeTree,
} from '../tree.ts'

/**
 * Prints what a query says in one canonical form, so that two readings of a text can be compared:
 * `a OR b AND c` is `(or a (and b c))`. Two trees print alike exactly if they mean the same to the
 * binder: spelling of numbers and operators, needless parentheses and places in the text are gone.
 */
export function printTree(query: QueryTree): string {
  const { ctes, orderBy, limit } = query
  const body = printBody(query.body)
  // Parentheses around a query are no query of their own.
  if (ctes.length === 0 && orderBy.length === 0 && limit === null) return body
  return group('query', [
    ...section(
      'with',
      ctes.map((cte) => group(printName(cte.name), [printTree(cte.query)])),
    ),
    body,
    ...section('order', orderBy.map(printOrder)),
    ...(limit === null ? [] : [group('limit', [String(limit)])]),
  ])
}

/** As `printTree`, of an expression. */
export function printExpression(tree: ExpressionTree): string {
  switch (tree.kind) {
    case 'number':
      return printNumber(tree.text)
    case 'string':
      return printText(tree.value)
    case 'boolean':
      return String(tree.value)
    case 'null':
      return 'null'
    case 'timestamp':
      return group(tree.isDate ? 'date' : 'timestamp', [printText(tree.text)])
    case 'column':
      return tree.path.map(printName).join('.')
    case 'and':
    case 'or':
    case 'concat':
      return printPair(tree.kind, tree)
    case 'arithmetic':
    case 'comparison':
      return printPair(tree.operator, tree)
    case 'distinct-from':
      return printPair(tree.isNegated ? 'same' : 'distinct', tree)
    case 'not':
    case 'negate':
      return group(tree.kind, [printExpression(tree.operand)])
    case 'cast':
      return group(tree.isTry ? 'try-cast' : 'cast', [
        printExpression(tree.operand),
        printType(tree.type),
      ])
    case 'extract':
      return group('extract', [tree.field.text.toUpperCase(), printExpression(tree.operand)])
    case 'case':
      return printCase(tree)
    case 'call':
      return printCall(tree)
    case 'is-null':
    case 'is-boolean':
    case 'in':
    case 'between':
    case 'like':
      return printPredicate(tree)
    default:
      return unreachable(tree)
  }
}

type Predicate = Extract<
  ExpressionTree,
  { kind: 'is-null' | 'is-boolean' | 'in' | 'between' | 'like' }
>

function printPredicate(tree: Predicate): string {
  const operand = printExpression(tree.operand)
  const not = tree.isNegated ? 'not-' : ''
  switch (tree.kind) {
    case 'is-null':
      return group(`${not}is-null`, [operand])
    case 'is-boolean':
      return group(`${not}is-${tree.value}`, [operand])
    case 'in':
      return group(`${not}in`, [operand, ...tree.values.map(printExpression)])
    case 'between':
      return group(`${not}between`, [
        operand,
        printExpression(tree.low),
        printExpression(tree.high),
      ])
    case 'like':
      return group(`${not}like`, [operand, printText(tree.pattern)])
    default:
      return unreachable(tree)
  }
}

function printBody(body: BodyTree): string {
  switch (body.kind) {
    case 'select':
      return printSelect(body)
    case 'union':
      return group('union', [printBody(body.left), printBody(body.right)])
    case 'query':
      return printTree(body)
    default:
      return unreachable(body)
  }
}

function printSelect(select: SelectTree): string {
  return group(select.isDistinct ? 'select-distinct' : 'select', [
    group('items', select.items.map(printItem)),
    group('from', [printSource(select.from)]),
    ...printClause('where', select.where),
    ...section('group', select.groupBy.map(printExpression)),
    ...printClause('having', select.having),
    ...printClause('qualify', select.qualify),
  ])
}

function printItem({ expression, alias }: ItemTree): string {
  return printAlias(printExpression(expression), alias)
}

function printSource(source: SourceTree): string {
  switch (source.kind) {
    case 'table':
      return printAlias(printName(source.name), source.alias)
    case 'subquery':
      return printAlias(printTree(source.query), source.alias)
    case 'join':
      return group(`${source.type}-join`, [
        printSource(source.left),
        printSource(source.right),
        printExpression(source.on),
      ])
    default:
      return unreachable(source)
  }
}

function printOrder({ expression, isDescending, nullsFirst }: OrderTree): string {
  const direction = isDescending ? 'desc' : 'asc'
  return group(direction, [printExpression(expression), nullsFirst ? 'nulls-first' : 'nulls-last'])
}

function printCase(tree: Extract<ExpressionTree, { kind: 'case' }>): string {
  const { subject, branches, otherwise } = tree
  return group('case', [
    ...(subject === null ? [] : [group('of', [printExpression(subject)])]),
    ...branches.map((branch) =>
      group('when', [printExpression(branch.when), printExpression(branch.then)]),
    ),
    ...printClause('else', otherwise),
  ])
}

/** COUNT() and COUNT(*) are one. */
function printCall(call: CallTree): string {
  const isRows = call.name === 'COUNT' && call.arguments.length === 0
  return group(call.name, [
    ...(call.isDistinct ? ['distinct'] : []),
    ...(call.isStar || isRows ? ['*'] : []),
    ...call.arguments.map(printExpression),
    ...(call.within === null ? [] : [group('within', [printOrder(call.within)])]),
    ...printClause('filter', call.filter),
    ...(call.over === null ? [] : [printOver(call.over)]),
  ])
}

function printOver({ partitionBy, orderBy, frame }: OverTree): string {
  return group('over', [
    ...section('partition', partitionBy.map(printExpression)),
    ...section('order', orderBy.map(printOrder)),
    frame,
  ])
}

function printPair(
  operator: string,
  { left, right }: { left: ExpressionTree; right: ExpressionTree },
): string {
  return group(operator, [printExpression(left), printExpression(right)])
}

function printClause(head: string, expression: ExpressionTree | null): string[] {
  return expression === null ? [] : [group(head, [printExpression(expression)])]
}

function section(head: string, parts: string[]): string[] {
  return parts.length === 0 ? [] : [group(head, parts)]
}

function group(head: string, parts: string[]): string {
  return `(${[head, ...parts].join(' ')})`
}

function printAlias(what: string, alias: Name | null): string {
  return alias === null ? what : group('as', [what, printName(alias)])
}

function printType({ name, parameters }: TypeTree): string {
  return parameters.length === 0 ? name : `${name}(${parameters.join(',')})`
}

function printName({ text }: { text: string }): string {
  return /^[A-Za-z_][A-Za-z0-9_$]*$/.test(text) ? text : JSON.stringify(text)
}

function printText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

function printNumber(text: string): string {
  const number = parseNumeric(text)
  return number === null ? text : numericText(number)
}
