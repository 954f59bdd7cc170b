import { unreachable } from '../../result.ts'
import type { Compiled } from './frame.ts'
import type { Expression } from '../plan.ts'

type Logic = Extract<
  Expression,
  { op: 'and' | 'or' | 'not' | 'is-null' | 'is-boolean' | 'case' | 'coalesce' }
>

/**
 * Logic of three values, and what chooses among values. Arguments are evaluated from left to right
 * and only as far as needed, so that nothing is counted in a branch that is not taken.
 */
export function compileLogic(expression: Logic, args: Compiled[]): Compiled {
  switch (expression.op) {
    case 'and':
      return compileJunction(args as Compiled<boolean>[], false)
    case 'or':
      return compileJunction(args as Compiled<boolean>[], true)
    case 'case':
      return compileCase(args)
    case 'coalesce':
      return compileCoalesce(args)
    case 'is-null':
      return compileIsNull(args[0]!)
    case 'is-boolean':
      return compileIsBoolean(args[0]!, expression.value)
    case 'not':
      return compileNot(args[0]!)
    default:
      return unreachable(expression)
  }
}

/** The arguments; those of a chain of ANDs or of ORs are its terms, which make one loop. */
export function operandsOf(expression: Extract<Expression, { args: Expression[] }>): Expression[] {
  const { op } = expression
  if (op !== 'and' && op !== 'or') return expression.args
  const terms: Expression[] = []
  const open: Expression[] = [expression]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.op === op) for (let i = next.args.length - 1; i >= 0; i--) open.push(next.args[i]!)
    else terms.push(next)
  }
  return terms
}

function compileIsNull(operand: Compiled): Compiled {
  return (row) => operand(row) === null
}

function compileIsBoolean(operand: Compiled, value: boolean): Compiled {
  return (row) => operand(row) === value
}

function compileNot(operand: Compiled): Compiled {
  return (row) => {
    const value = operand(row)
    return value === null ? null : value === false
  }
}

/** AND is settled by the first false, OR by the first true; else NULL if there is one. */
function compileJunction(terms: Compiled<boolean>[], settling: boolean): Compiled {
  if (terms.length === 2) return compilePair(terms[0]!, terms[1]!, settling)
  return (row) => {
    let isUnknown = false
    for (const term of terms) {
      const value = term(row)
      if (value === settling) return settling
      if (value === null) isUnknown = true
    }
    return isUnknown ? null : !settling
  }
}

function compilePair(
  left: Compiled<boolean>,
  right: Compiled<boolean>,
  settling: boolean,
): Compiled {
  return (row) => {
    const first = left(row)
    if (first === settling) return settling
    const second = right(row)
    if (second === settling) return settling
    return first === null || second === null ? null : !settling
  }
}

function compileCase(args: Compiled[]): Compiled {
  const otherwise = args.length % 2 === 1 ? args[args.length - 1]! : () => null
  const pairs = args.length - (args.length % 2)
  return (row) => {
    for (let i = 0; i < pairs; i += 2) if (args[i]!(row) === true) return args[i + 1]!(row)
    return otherwise(row)
  }
}

function compileCoalesce(args: Compiled[]): Compiled {
  return (row) => {
    for (const arg of args) {
      const value = arg(row)
      if (value !== null) return value
    }
    return null
  }
}
