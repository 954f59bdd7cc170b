import { unreachable } from '../../result.ts'
import type { Diagnostics } from '../values/diagnostics.ts'
import type { Compiled } from './frame.ts'
import { likeMatcher } from '../values/like.ts'
import { fromInteger, type Numeric, numericText } from '../values/numeric.ts'
import type { Expression, SqlValue } from '../plan.ts'
import {
  codePointLength,
  concatenate,
  limited,
  replaceText,
  substring,
  trimSpaces,
} from '../values/text.ts'
import { timestampText } from '../values/timestamps.ts'

type Text = Extract<
  Expression,
  {
    op:
      | 'like'
      | 'concat'
      | 'lower'
      | 'upper'
      | 'trim'
      | 'numeric-text'
      | 'timestamp-text'
      | 'boolean-text'
      | 'length'
      | 'substring'
      | 'replace'
      | 'starts-with'
      | 'parse-boolean'
  }
>

/** What is made of texts, and texts of other values. All of it is NULL where an argument is. */
export function compileText(
  expression: Text,
  args: Compiled[],
  diagnostics: Diagnostics,
): Compiled {
  const text = args[0] as Compiled<string>
  switch (expression.op) {
    case 'like':
      return compileUnary(likeMatcher(expression.pattern), text)
    case 'concat':
      return compileConcat(args as Compiled<string>[])
    case 'lower':
      return compileUnary((value) => limited(value.toLowerCase()), text)
    case 'upper':
      return compileUnary((value) => limited(value.toUpperCase()), text)
    case 'trim':
      return compileUnary(trimSpaces, text)
    case 'numeric-text':
      return compileUnary(numericText, args[0] as Compiled<Numeric>)
    case 'timestamp-text':
      return compileUnary(timestampText, args[0] as Compiled<number>)
    case 'boolean-text':
      return compileUnary(String, args[0] as Compiled<boolean>)
    case 'length':
      return compileUnary((value) => fromInteger(codePointLength(value)), text)
    case 'substring': {
      const { from, length } = expression
      return compileUnary((value) => substring(value, from, length), text)
    }
    case 'replace': {
      const { from, to } = expression
      return compileUnary((value) => replaceText(value, from, to), text)
    }
    case 'starts-with': {
      const { prefix } = expression
      return compileUnary((value) => value.startsWith(prefix), text)
    }
    case 'parse-boolean':
      return compileParseBoolean(text, expression.isQuiet, diagnostics)
    default:
      return unreachable(expression)
  }
}

function compileUnary<Value extends SqlValue>(
  compute: (value: Value) => SqlValue,
  operand: Compiled<Value>,
): Compiled {
  return (row) => {
    const value = operand(row)
    return value === null ? null : compute(value)
  }
}

function compileConcat(args: Compiled<string>[]): Compiled {
  return (row) => {
    let text = ''
    for (const arg of args) {
      const part = arg(row)
      if (part === null) return null
      text = concatenate(text, part)
    }
    return text
  }
}

const TRUE_TEXT = /^\s*(?:true|t|1)\s*$/i
const FALSE_TEXT = /^\s*(?:false|f|0)\s*$/i
/** Longer texts are no booleans; this bounds the patterns' work. */
const BOOLEAN_TEXT_MAX = 100

function compileParseBoolean(
  operand: Compiled<string>,
  isQuiet: boolean,
  diagnostics: Diagnostics,
): Compiled {
  return (row) => {
    const text = operand(row)
    if (text === null) return null
    if (text.length <= BOOLEAN_TEXT_MAX) {
      if (TRUE_TEXT.test(text)) return true
      if (FALSE_TEXT.test(text)) return false
    }
    if (!isQuiet) diagnostics.badText('badBooleans', text)
    return null
  }
}
