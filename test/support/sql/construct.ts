import { type Construct, LEVEL, type Place, type ValueType } from './query-tree.ts'

/** How tightly a construct binds, and its operands have to. */
export type Binding = Pick<Construct, 'level' | 'operandLevels'>

/** A construct whose operands are all delimited, such as a function. */
export function call(
  family: string,
  type: ValueType,
  places: Place[],
  sql: string,
  postgres: string,
): Construct {
  return { family, type, places, sql, postgres, level: LEVEL.primary }
}

/** A construct with operands that parentheses may have to hold together. */
export function infix(construct: Construct, { level, operandLevels }: Binding): Construct {
  return { ...construct, level, operandLevels }
}

export const SUFFIX: Binding = { level: LEVEL.cast, operandLevels: [LEVEL.cast] }
export const COMPARISON: Binding = {
  level: LEVEL.comparison,
  operandLevels: [LEVEL.concat, LEVEL.concat, LEVEL.concat],
}

/** The places that make both operands numbers, one of which is a number by itself. */
export const NUMBER_PAIRS: Place[][] = [
  ['numeric', 'number'],
  ['parsed', 'numeric'],
]
export const TEXT_PAIRS: Place[][] = [
  ['text', 'string'],
  ['property', 'text'],
]
