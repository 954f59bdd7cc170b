import { unreachable } from '../../result.ts'
import { comparatorOf, isIdentity } from '../values/compare-values.ts'
import type { Compiled, Frame } from './frame.ts'
import { type Numeric, numericText } from '../values/numeric.ts'
import type { Expression, SqlType, SqlValue } from '../plan.ts'

type Order = Extract<Expression, { op: '=' | '!=' | '<' | '<=' | '>' | '>=' }>
type Comparison =
  | Order
  | Extract<Expression, { op: 'distinct' | 'same' | 'in' | 'least' | 'greatest' }>

/** What compares values: by the rules of their type, see `comparatorOf`. */
export function compileComparison(
  expression: Comparison,
  args: Compiled[],
  frame: Frame,
): Compiled {
  switch (expression.op) {
    case 'distinct':
      return compileDistinct(args[0]!, args[1]!, expression.of, true)
    case 'same':
      return compileDistinct(args[0]!, args[1]!, expression.of, false)
    case 'in':
      return compileIn(args, expression.of)
    case 'least':
      return compileExtreme(args, expression.type, -1)
    case 'greatest':
      return compileExtreme(args, expression.type, 1)
    case '=':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compileOrder(expression, args, frame)
    default:
      return unreachable(expression)
  }
}

function compileOrder(expression: Order, args: Compiled[], frame: Frame): Compiled {
  const { op, of } = expression
  const [left, right] = args as [Compiled, Compiled]
  if (isIdentity(of) && (op === '=' || op === '!=')) {
    return compileIdentity(expression, left, right, frame)
  }
  const compare = comparatorOf(of)
  const [ifLess, ifEqual, ifGreater] = TRUTHS[op]
  return (row) => {
    const a = left(row)
    if (a === null) return null
    const b = right(row)
    if (b === null) return null
    const order = compare(a, b)
    return order < 0 ? ifLess : order > 0 ? ifGreater : ifEqual
  }
}

/** What each comparison says where the left side is less, equal, or greater. */
const TRUTHS = {
  '=': [false, true, false],
  '!=': [true, false, true],
  '<': [true, false, false],
  '<=': [true, true, false],
  '>': [false, false, true],
  '>=': [false, true, true],
} as const

function compileIdentity(
  { op, args }: Order,
  left: Compiled,
  right: Compiled,
  frame: Frame,
): Compiled {
  const ifEqual = op === '='
  const [column, literal] = args as [Expression, Expression]
  // Most filters are of this form: `event_type = 'x'`.
  if (column.op === 'column' && literal.op === 'text') {
    const { index } = column
    const { value } = literal
    return (row) => {
      const text = frame.columns[index]![row]
      if (text === value) return ifEqual
      return text === undefined || text === null ? null : !ifEqual
    }
  }
  return (row) => {
    const a = left(row)
    if (a === null) return null
    const b = right(row)
    if (b === null) return null
    return a === b ? ifEqual : !ifEqual
  }
}

function compileDistinct(
  left: Compiled,
  right: Compiled,
  of: SqlType,
  ifDifferent: boolean,
): Compiled {
  const compare = comparatorOf(of)
  return (row) => {
    const a = left(row)
    const b = right(row)
    const isSame = a === null || b === null ? a === b : compare(a, b) === 0
    return isSame ? !ifDifferent : ifDifferent
  }
}

function compileIn(args: Compiled[], of: SqlType): Compiled {
  const operand = args[0]!
  // Literals have one value for all rows.
  const literals = args.slice(1).map((literal) => literal(0))
  const otherwise = literals.includes(null) ? null : false
  const known = literals.filter((value) => value !== null)
  if (isIdentity(of)) {
    const values = new Set<SqlValue>(known)
    return (row) => {
      const value = operand(row)
      if (value === null) return null
      return values.has(value) ? true : otherwise
    }
  }
  const texts = new Set((known as Numeric[]).map(numericText))
  return (row) => {
    const value = operand(row)
    if (value === null) return null
    return texts.has(numericText(value as Numeric)) ? true : otherwise
  }
}

/** NULLs are ignored; of equal values the first is taken. */
function compileExtreme(args: Compiled[], type: SqlType, sign: 1 | -1): Compiled {
  const compare = comparatorOf(type)
  return (row) => {
    let extreme: SqlValue = null
    for (const arg of args) {
      const value = arg(row)
      if (value === null) continue
      if (extreme === null || compare(value, extreme) * sign > 0) extreme = value
    }
    return extreme
  }
}
