import { assert, unreachable } from '../../result.ts'
import { compileArithmetic } from './compile-arithmetic.ts'
import { compileComparison } from './compile-comparison.ts'
import { compileLogic, operandsOf } from './compile-logic.ts'
import { compileText } from './compile-text.ts'
import { compileTime } from './compile-time.ts'
import type { Diagnostics } from '../values/diagnostics.ts'
import type { Compiled, Frame } from './frame.ts'
import { parseNumeric } from '../values/numeric.ts'
import type { Expression } from '../plan.ts'

export type { Compiled, Frame } from './frame.ts'

type CallExpression = Extract<Expression, { args: Expression[] }>

/**
 * An expression as a function of a row of the frame, whose columns may be exchanged at any time.
 * What has no right value is NULL and counted in the diagnostics.
 * @throws SqlLimitError when called: `number` beyond 100 digits, `text` beyond 4,096 characters
 */
export function compileExpression(
  expression: Expression,
  frame: Frame,
  diagnostics: Diagnostics,
): Compiled {
  if (!('args' in expression)) return compileLeaf(expression, frame)
  // Queries are chains of up to a thousand operations: one call for each is all the stack it takes.
  const args: Compiled[] = []
  for (const inner of operandsOf(expression)) {
    args.push(compileExpression(inner, frame, diagnostics))
  }
  return compileCall(expression, args, frame, diagnostics)
}

function compileLeaf(expression: Exclude<Expression, CallExpression>, frame: Frame): Compiled {
  switch (expression.op) {
    case 'column':
      return compileColumn(expression.index, frame)
    case 'numeric': {
      const number = parseNumeric(expression.text)
      assert(number !== null, `the literal ${expression.text} is a number`)
      return () => number
    }
    case 'text':
    case 'boolean': {
      const { value } = expression
      return () => value
    }
    case 'timestamp': {
      const { micros } = expression
      return () => micros
    }
    case 'null':
      return () => null
    default:
      return unreachable(expression)
  }
}

function compileColumn(index: number, frame: Frame): Compiled {
  return (row) => {
    const value = frame.columns[index]![row]
    return value === undefined ? null : value
  }
}

function compileCall(
  expression: CallExpression,
  args: Compiled[],
  frame: Frame,
  diagnostics: Diagnostics,
): Compiled {
  switch (expression.op) {
    case 'and':
    case 'or':
    case 'not':
    case 'is-null':
    case 'is-boolean':
    case 'case':
    case 'coalesce':
      return compileLogic(expression, args)
    case '=':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
    case 'distinct':
    case 'same':
    case 'in':
    case 'least':
    case 'greatest':
      return compileComparison(expression, args, frame)
    case 'parse':
    case 'rescale':
    case 'add':
    case 'subtract':
    case 'multiply':
    case 'divide':
    case 'modulo':
    case 'negate':
    case 'absolute':
    case 'round':
      return compileArithmetic(expression, args, diagnostics)
    case 'truncate':
    case 'extract':
    case 'date-diff':
    case 'parse-timestamp':
      return compileTime(expression, args, diagnostics)
    case 'like':
    case 'concat':
    case 'lower':
    case 'upper':
    case 'trim':
    case 'numeric-text':
    case 'timestamp-text':
    case 'boolean-text':
    case 'length':
    case 'substring':
    case 'replace':
    case 'starts-with':
    case 'parse-boolean':
      return compileText(expression, args, diagnostics)
    default:
      return unreachable(expression)
  }
}
