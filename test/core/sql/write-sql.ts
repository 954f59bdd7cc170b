import { unreachable } from '../../../src/core/result.ts'
import type { ExpressionTree } from '../../../src/core/sql/tree.ts'

/** From loose to tight; what is not named stands by itself. */
const LEVELS = ['or', 'and', 'not', 'predicate', 'concat', 'sum', 'product', 'negate']
const PREDICATES = ['comparison', 'is-null', 'is-boolean', 'in', 'between', 'like', 'distinct-from']

/**
 * An expression as SQL with no more parentheses than the grammar needs; but arithmetic within
 * `||` has some, since dialects differ on which of the two binds tighter.
 */
export function writeSql(tree: ExpressionTree): string {
  return written(tree, 'or')
}

/** In parentheses if the tree binds looser than `loosest`, or (`isTighter`) as loose. */
function written(tree: ExpressionTree, loosest: string, isTighter = false): string {
  const level = rank(levelOf(tree))
  const needed = rank(loosest) + (isTighter ? 1 : 0)
  return level < needed ? `(${textOf(tree)})` : textOf(tree)
}

function levelOf(tree: ExpressionTree): string {
  if (tree.kind === 'arithmetic') return '+-'.includes(tree.operator) ? 'sum' : 'product'
  return PREDICATES.includes(tree.kind) ? 'predicate' : tree.kind
}

function rank(level: string): number {
  const at = LEVELS.indexOf(level)
  return at < 0 ? LEVELS.length : at
}

function textOf(tree: ExpressionTree): string {
  const pair = (
    { left, right }: { left: ExpressionTree; right: ExpressionTree },
    level: string,
    operator: string,
  ) => `${written(left, level)} ${operator} ${written(right, level, true)}`
  const within = (part: ExpressionTree) => written(part, 'concat')
  const inConcat = (part: ExpressionTree) =>
    written(part, levelOf(part) === 'concat' ? 'concat' : 'negate')
  const is = (isNegated: boolean) => (isNegated ? 'IS NOT' : 'IS')
  const not = (isNegated: boolean) => (isNegated ? ' NOT' : '')
  switch (tree.kind) {
    case 'number':
      return tree.text
    case 'string':
      return quoted(tree.value)
    case 'column':
      return tree.path.map(({ text }) => text).join('.')
    case 'and':
    case 'or':
      return pair(tree, tree.kind, tree.kind.toUpperCase())
    case 'concat':
      return `${inConcat(tree.left)} || ${written(tree.right, 'negate')}`
    case 'arithmetic':
      return pair(tree, levelOf(tree), tree.operator)
    case 'not':
      return `NOT ${written(tree.operand, 'not')}`
    case 'negate':
      return `- ${written(tree.operand, 'negate')}`
    case 'comparison':
      return `${within(tree.left)} ${tree.operator} ${within(tree.right)}`
    case 'distinct-from':
      return `${within(tree.left)} ${is(tree.isNegated)} DISTINCT FROM ${within(tree.right)}`
    case 'is-null':
      return `${within(tree.operand)} ${is(tree.isNegated)} NULL`
    case 'is-boolean':
      return `${within(tree.operand)} ${is(tree.isNegated)} ${tree.value ? 'TRUE' : 'FALSE'}`
    case 'in':
      return `${within(tree.operand)}${not(tree.isNegated)} IN (${tree.values.map(writeSql).join(', ')})`
    case 'between':
      return `${within(tree.operand)}${not(tree.isNegated)} BETWEEN ${within(tree.low)} AND ${within(tree.high)}`
    case 'like':
      return `${within(tree.operand)}${not(tree.isNegated)} LIKE ${quoted(tree.pattern)}`
    case 'cast':
      return castText(tree)
    case 'case':
      return caseText(tree)
    case 'call':
      return `${tree.name}(${tree.arguments.map(writeSql).join(', ')})`
    case 'boolean':
    case 'null':
    case 'timestamp':
    case 'extract':
      throw new Error(`no ${tree.kind} is generated`)
    default:
      return unreachable(tree)
  }
}

function castText({ operand, type, isTry }: Extract<ExpressionTree, { kind: 'cast' }>): string {
  const parameters = type.parameters.length === 0 ? '' : `(${type.parameters.join(', ')})`
  if (isTry) return `TRY_CAST(${writeSql(operand)} AS ${type.name}${parameters})`
  return `${written(operand, 'cast')}::${type.name}${parameters}`
}

function caseText({
  subject,
  branches,
  otherwise,
}: Extract<ExpressionTree, { kind: 'case' }>): string {
  return [
    'CASE',
    ...(subject === null ? [] : [writeSql(subject)]),
    ...branches.map((branch) => `WHEN ${writeSql(branch.when)} THEN ${writeSql(branch.then)}`),
    ...(otherwise === null ? [] : [`ELSE ${writeSql(otherwise)}`]),
    'END',
  ].join(' ')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
