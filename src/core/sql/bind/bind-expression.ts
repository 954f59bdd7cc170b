import {
  bindBetween,
  bindComparison,
  bindDistinctFrom,
  bindIn,
  bindLike,
  negatedIf,
} from './bind-comparison.ts'
import { bindCast } from './bind-cast.ts'
import { asBoolean, asNumeric, asText, asTimestamp, unify, type Operand } from './coerce.ts'
import { countNodes, weigh, type Usage } from './draft.ts'
import { bindFunction, valuesOf } from './bind-function.ts'
import { AGGREGATE_NAMES, WINDOW_NAMES } from './function-kind.ts'
import { bindNumber, bindTimestamp } from './literal.ts'
import { findColumn, resolveColumn, type Scope } from './scope.ts'
import { unreachable } from '../../result.ts'
import { SqlError } from '../sql-error.ts'
import type { Expression } from '../plan.ts'
import type { ArithmeticOperator, CallTree, ExpressionTree, Name } from '../tree.ts'

/** What an expression may name, and what becomes of what is not computed from one row. */
export interface Binding {
  scope: Scope
  usage: Usage
  aggregate(call: CallTree): Expression
  /** A call with OVER. */
  window(call: CallTree): Expression
  /** What a name stands for that is no column. */
  alias(name: Name): Expression | null
}

/**
 * Over single rows: neither aggregates nor windows.
 * @param refusal what is said of them, such as `are not allowed in WHERE`
 */
export function bindingOfRows(scope: Scope, usage: Usage, refusal: string): Binding {
  return {
    scope,
    usage,
    aggregate: (call) => {
      throw new SqlError('bad_aggregate', `aggregate functions ${refusal}`, call)
    },
    window: (call) => {
      throw new SqlError('bad_window', `window functions ${refusal}`, call)
    },
    alias: () => null,
  }
}

interface Open {
  tree: ExpressionTree
  operands: ExpressionTree[]
  bound: Operand[]
}

/**
 * Gives an expression names and types; its columns have no places yet (see `draft.ts`). Goes
 * without recursion, but into functions, since chains of operators lean thousands deep.
 * @throws SqlError where it means nothing
 */
export function bindExpression(root: ExpressionTree, binding: Binding): Expression {
  const stack = [openTree(root)]
  for (;;) {
    const { tree, operands, bound } = stack.at(-1)!
    const next = operands[bound.length]
    if (next !== undefined) {
      stack.push(openTree(next))
      continue
    }
    stack.pop()
    const expression = bindNode(tree, bound, binding)
    weigh(expression, tree)
    const parent = stack.at(-1)
    if (parent === undefined) {
      countNodes(binding.usage, weigh(expression, tree), tree)
      return expression
    }
    parent.bound.push({ expression, tree })
  }
}

function openTree(tree: ExpressionTree): Open {
  return { tree, operands: operandsOf(tree), bound: [] }
}

/** An expression as a condition. @throws SqlError `type` */
export function bindCondition(tree: ExpressionTree, binding: Binding): Expression {
  return asBoolean({ expression: bindExpression(tree, binding), tree })
}

/** What is bound before a tree itself. */
function operandsOf(tree: ExpressionTree): ExpressionTree[] {
  switch (tree.kind) {
    case 'number':
    case 'string':
    case 'boolean':
    case 'null':
    case 'timestamp':
    case 'column':
      return []
    case 'and':
    case 'or':
    case 'concat':
      return chainOf(tree)
    case 'arithmetic':
    case 'comparison':
    case 'distinct-from':
      return [tree.left, tree.right]
    case 'not':
    case 'negate':
    case 'is-null':
    case 'is-boolean':
    case 'like':
    case 'cast':
    case 'extract':
      return [tree.operand]
    case 'in':
      return [tree.operand, ...tree.values]
    case 'between':
      return [tree.operand, tree.low, tree.high]
    case 'case':
      return caseOperands(tree)
    case 'call':
      return isOfRows(tree) ? [] : valuesOf(tree)
    default:
      return unreachable(tree)
  }
}

/** `a AND b AND c` is one operator of three. */
function chainOf(tree: ExpressionTree & { kind: 'and' | 'or' | 'concat' }): ExpressionTree[] {
  const operands: ExpressionTree[] = []
  let left: ExpressionTree = tree
  while (left.kind === tree.kind) {
    operands.push(left.right)
    left = left.left
  }
  return [left, ...operands.toReversed()]
}

function caseOperands(tree: ExpressionTree & { kind: 'case' }): ExpressionTree[] {
  const branches = tree.branches.flatMap(({ when, then }) => [when, then])
  return [tree.subject, ...branches, tree.otherwise].filter((part) => part !== null)
}

/** Whether a call is computed from several rows. */
function isOfRows(call: CallTree): boolean {
  return call.over !== null || AGGREGATE_NAMES.has(call.name) || WINDOW_NAMES.has(call.name)
}

function bindNode(tree: ExpressionTree, operands: Operand[], binding: Binding): Expression {
  const [first] = operands as [Operand]
  switch (tree.kind) {
    case 'number':
      return bindNumber(tree.text, tree)
    case 'string':
      return { op: 'text', type: 'text', value: tree.value }
    case 'boolean':
      return { op: 'boolean', type: 'boolean', value: tree.value }
    case 'null':
      return { op: 'null', type: 'null' }
    case 'timestamp':
      return bindTimestamp(tree.text, tree.isDate, tree)
    case 'column':
      return bindColumn(tree, binding)
    case 'and':
    case 'or':
      return { op: tree.kind, type: 'boolean', args: operands.map(asBoolean) }
    case 'concat':
      return { op: 'concat', type: 'text', args: operands.map(asText) }
    case 'not':
      return { op: 'not', type: 'boolean', args: [asBoolean(first)] }
    case 'negate':
      return negate(first)
    case 'arithmetic':
      return { op: ARITHMETIC[tree.operator], type: 'numeric', args: operands.map(asNumeric) }
    case 'comparison':
      return bindComparison(tree.operator, operands, tree)
    case 'distinct-from':
      return bindDistinctFrom(tree, operands)
    case 'is-null':
      return negatedIf(tree.isNegated, {
        op: 'is-null',
        type: 'boolean',
        args: [first.expression],
      })
    case 'is-boolean':
      return negatedIf(tree.isNegated, {
        op: 'is-boolean',
        type: 'boolean',
        value: tree.value,
        args: [asBoolean(first)],
      })
    case 'in':
      return bindIn(tree, operands)
    case 'between':
      return bindBetween(tree, operands)
    case 'like':
      return bindLike(tree, first)
    case 'case':
      return bindCase(tree, operands)
    case 'cast':
      return bindCast(tree, first)
    case 'extract':
      return bindExtract(tree, first)
    case 'call':
      return bindCall(tree, operands, binding)
    default:
      return unreachable(tree)
  }
}

const ARITHMETIC: Record<
  ArithmeticOperator,
  'add' | 'subtract' | 'multiply' | 'divide' | 'modulo'
> = { '+': 'add', '-': 'subtract', '*': 'multiply', '/': 'divide', '%': 'modulo' }

function bindColumn(tree: ExpressionTree & { kind: 'column' }, binding: Binding): Expression {
  const [name, ...rest] = tree.path as [Name, ...Name[]]
  const column = findColumn(binding.scope, tree)
  const alias = column === null && rest.length === 0 ? binding.alias(name) : null
  return column ?? alias ?? resolveColumn(binding.scope, tree)
}

/** A negative number is a literal too, so that lists may hold it. */
function negate(operand: Operand): Expression {
  const { expression } = operand
  if (expression.op !== 'numeric') {
    return { op: 'negate', type: 'numeric', args: [asNumeric(operand)] }
  }
  const { text } = expression
  const negated = text.startsWith('-') ? text.slice(1) : `-${text}`
  return { op: 'numeric', type: 'numeric', text: text === '0' ? text : negated }
}

/** With a subject each branch compares it; all that is compared is of one type. */
function bindCase(tree: ExpressionTree & { kind: 'case' }, operands: Operand[]): Expression {
  const branches = tree.subject === null ? operands : operands.slice(1)
  const last = tree.otherwise === null ? [] : branches.slice(-1)
  const pairs = tree.otherwise === null ? branches : branches.slice(0, -1)
  const whens = pairs.filter((_, i) => i % 2 === 0)
  const results = unify([...pairs.filter((_, i) => i % 2 === 1), ...last])
  const conditions = tree.subject === null ? whens.map(asBoolean) : bindMatches(operands[0]!, whens)
  const args = conditions.flatMap((condition, i) => [condition, results.args[i]!])
  return { op: 'case', type: results.type, args: [...args, ...results.args.slice(whens.length)] }
}

function bindMatches(subject: Operand, whens: Operand[]): Expression[] {
  const { type, args } = unify([subject, ...whens])
  const of = type === 'property' ? 'text' : type
  const [value, ...candidates] = args as [Expression, ...Expression[]]
  return candidates.map((candidate) => ({
    op: '=',
    type: 'boolean',
    of,
    args: [value, candidate],
  }))
}

const FIELDS = ['year', 'month', 'day', 'hour', 'minute', 'second', 'dow', 'epoch'] as const

function bindExtract(tree: ExpressionTree & { kind: 'extract' }, operand: Operand): Expression {
  const field = FIELDS.find((name) => name === tree.field.text.toLowerCase())
  if (field === undefined) {
    const message = `EXTRACT(${tree.field.text}) is not supported`
    throw new SqlError('unsupported', message, tree, `use one of ${FIELDS.join(', ')}`)
  }
  return { op: 'extract', type: 'numeric', field, args: [asTimestamp(operand)] }
}

function bindCall(call: CallTree, operands: Operand[], binding: Binding): Expression {
  if (call.over !== null) return binding.window(call)
  if (AGGREGATE_NAMES.has(call.name)) return binding.aggregate(call)
  if (WINDOW_NAMES.has(call.name)) {
    throw new SqlError('bad_window', `${call.name} needs OVER (...)`, call)
  }
  return bindFunction(call, operands)
}
