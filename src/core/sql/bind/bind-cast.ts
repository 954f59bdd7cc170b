import { asText, typeName, type Operand } from './coerce.ts'
import { SqlError } from '../sql-error.ts'
import type { Expression } from '../plan.ts'
import type { ExpressionTree, TypeTree } from '../tree.ts'

const PRECISION_MAX = 76
/** Whole numbers of any usual type have no more digits. */
const INTEGER_DIGITS = 38

const EXACT = new Set(['DECIMAL', 'NUMERIC', 'DEC', 'NUMBER'])
/** Spellings of a decimal: nothing is a binary float here. */
const FLOATING = new Set(['DOUBLE', 'FLOAT', 'REAL', 'FLOAT4', 'FLOAT8', 'FLOAT64'])
const INTEGER = new Set(
  'INT INTEGER BIGINT SMALLINT TINYINT HUGEINT LONG INT2 INT4 INT8 INT64'.split(' '),
)
const TEXT = new Set(['VARCHAR', 'TEXT', 'STRING', 'CHAR'])
const TIMESTAMP = new Set(['TIMESTAMP', 'TIMESTAMPTZ', 'DATETIME'])
const BOOLEAN = new Set(['BOOLEAN', 'BOOL'])

/** CAST and TRY_CAST (SQ-26). @throws SqlError `bad_type` or, where a value never converts, `type` */
export function bindCast(tree: ExpressionTree & { kind: 'cast' }, operand: Operand): Expression {
  const { type, isTry } = tree
  if (EXACT.has(type.name)) return toDecimal(tree, operand)
  if (type.parameters.length > 0 && isKnown(type.name)) {
    throw new SqlError('bad_type', `${type.name} takes no precision`, type, `write ${type.name}`)
  }
  if (FLOATING.has(type.name)) return toNumber(tree, operand)
  if (INTEGER.has(type.name)) {
    const args = [toNumber(tree, operand)]
    const digits = { precision: INTEGER_DIGITS, scale: 0 }
    return { op: 'rescale', type: 'numeric', ...digits, isQuiet: isTry, args }
  }
  if (TEXT.has(type.name)) return toText(operand)
  if (type.name === 'DATE') return toDate(tree, operand)
  if (TIMESTAMP.has(type.name)) return toTimestamp(tree, operand)
  if (BOOLEAN.has(type.name)) {
    if (operand.expression.type === 'boolean') return operand.expression
    const args = [textIn(tree, operand)]
    return { op: 'parse-boolean', type: 'boolean', isQuiet: isTry, args }
  }
  const hint = 'use DECIMAL, INT, VARCHAR, TIMESTAMP, DATE or BOOLEAN'
  throw new SqlError('bad_type', `type ${type.name} is not supported`, type, hint)
}

type CastTree = ExpressionTree & { kind: 'cast' }

function isKnown(name: string): boolean {
  return (
    name === 'DATE' || [FLOATING, INTEGER, TEXT, TIMESTAMP, BOOLEAN].some((set) => set.has(name))
  )
}

function toDecimal(tree: CastTree, operand: Operand): Expression {
  const number = toNumber(tree, operand)
  if (tree.type.parameters.length === 0) return number
  const digits = precisionOf(tree.type)
  return { op: 'rescale', type: 'numeric', ...digits, isQuiet: tree.isTry, args: [number] }
}

function precisionOf(type: TypeTree): { precision: number; scale: number } {
  const [precision = 0, scale = 0, ...rest] = type.parameters
  const isPossible = precision >= 1 && precision <= PRECISION_MAX && scale <= precision
  if (!isPossible || rest.length > 0) {
    const written = `${type.name}(${type.parameters.join(', ')})`
    const hint = `at most ${type.name}(${PRECISION_MAX}, ${PRECISION_MAX})`
    throw new SqlError('bad_type', `bad precision in ${written}`, type, hint)
  }
  return { precision, scale }
}

function toNumber(tree: CastTree, operand: Operand): Expression {
  const { expression } = operand
  if (expression.type === 'numeric') return expression
  return { op: 'parse', type: 'numeric', isQuiet: tree.isTry, args: [textIn(tree, operand)] }
}

/** What is read out of text. */
function textIn(tree: CastTree, { expression }: Operand): Expression {
  if (expression.op === 'null') return { op: 'null', type: 'text' }
  if (['text', 'property', 'null'].includes(expression.type)) return expression
  const message = `cannot cast ${typeName(expression.type)} to ${tree.type.name}`
  throw new SqlError('type', message, tree.operand)
}

function toText(operand: Operand): Expression {
  const { expression } = operand
  if (expression.type === 'timestamp') {
    return { op: 'timestamp-text', type: 'text', args: [expression] }
  }
  if (expression.type === 'boolean') return { op: 'boolean-text', type: 'text', args: [expression] }
  return retypeText(asText(operand))
}

/** A property that is text from here on: it no longer becomes a number by itself. */
function retypeText(expression: Expression): Expression {
  const isOpen = expression.type === 'property' || expression.type === 'null'
  // Whatever has one of these types may as well be text.
  return isOpen ? { ...expression, type: 'text' } : expression
}

function toTimestamp(tree: CastTree, operand: Operand): Expression {
  if (operand.expression.type === 'timestamp') return operand.expression
  const args = [textIn(tree, operand)]
  return { op: 'parse-timestamp', type: 'timestamp', isDate: false, isQuiet: tree.isTry, args }
}

function toDate(tree: CastTree, operand: Operand): Expression {
  const { expression } = operand
  if (expression.type === 'timestamp') {
    return { op: 'truncate', type: 'timestamp', unit: 'day', args: [expression] }
  }
  const args = [textIn(tree, operand)]
  return { op: 'parse-timestamp', type: 'timestamp', isDate: true, isQuiet: tree.isTry, args }
}
