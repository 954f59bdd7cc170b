import { typeName, unify, type Operand } from './coerce.ts'
import { SqlError } from '../sql-error.ts'
import type { Expression, SqlType } from '../plan.ts'
import type { ComparisonOperator, ExpressionTree, Span } from '../tree.ts'

const LITERALS = new Set(['number', 'string', 'boolean', 'null', 'timestamp', 'negate'])

/**
 * Two values beside an operator: of numbers by value, of text by code point.
 * @throws SqlError `type` where they differ in kind, `ambiguous` where two properties are ordered
 */
export function bindComparison(
  operator: ComparisonOperator,
  operands: Operand[],
  at: Span,
): Expression {
  const { type, args } = unify(operands, at)
  if (type === 'property' && operator !== '=' && operator !== '!=') refuseOrder(at)
  return { op: operator, type: 'boolean', of: comparedAs(type), args }
}

function refuseOrder(at: Span): never {
  const message = 'comparing two properties needs a CAST to say whether as numbers or text'
  throw new SqlError('ambiguous', message, at, 'CAST(properties.x AS DECIMAL)')
}

/** Properties are equal where their texts are. */
function comparedAs(type: SqlType): SqlType {
  return type === 'property' ? 'text' : type
}

export function bindDistinctFrom(
  tree: ExpressionTree & { kind: 'distinct-from' },
  operands: Operand[],
): Expression {
  const { type, args } = unify(operands, tree)
  const op = tree.isNegated ? 'same' : 'distinct'
  return { op, type: 'boolean', of: comparedAs(type), args }
}

export function bindBetween(
  tree: ExpressionTree & { kind: 'between' },
  operands: Operand[],
): Expression {
  const { type, args } = unify(operands, tree)
  if (type === 'property') refuseOrder(tree)
  const [value, low, high] = args as [Expression, Expression, Expression]
  const bounds: Expression[] = [
    { op: '>=', type: 'boolean', of: type, args: [value, low] },
    { op: '<=', type: 'boolean', of: type, args: [value, high] },
  ]
  return negatedIf(tree.isNegated, { op: 'and', type: 'boolean', args: bounds })
}

export function bindIn(tree: ExpressionTree & { kind: 'in' }, operands: Operand[]): Expression {
  for (const value of tree.values) {
    if (!LITERALS.has(value.kind) || (value.kind === 'negate' && value.operand.kind !== 'number')) {
      throw new SqlError('unsupported', 'IN takes literals only', value, 'use OR')
    }
  }
  const { type, args } = unify(operands, tree)
  return negatedIf(tree.isNegated, { op: 'in', type: 'boolean', of: comparedAs(type), args })
}

export function bindLike(tree: ExpressionTree & { kind: 'like' }, operand: Operand): Expression {
  const { expression } = operand
  if (!['text', 'property', 'null'].includes(expression.type)) {
    const message = `LIKE applies to text, not ${typeName(expression.type)}`
    throw new SqlError('type', message, tree.operand)
  }
  const args = [expression]
  return negatedIf(tree.isNegated, { op: 'like', type: 'boolean', pattern: tree.pattern, args })
}

export function negatedIf(isNegated: boolean, expression: Expression): Expression {
  return isNegated ? { op: 'not', type: 'boolean', args: [expression] } : expression
}
