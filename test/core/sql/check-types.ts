import { expect } from 'vitest'
import { unreachable } from '../../../src/core/result.ts'
import type {
  Aggregate,
  Expression,
  Relation,
  SqlType,
  WindowFunction,
} from '../../../src/core/sql/plan.ts'

/** What an operator takes; `same` is its own type, `of` that of its comparison. */
type Taken = SqlType | 'any' | 'same' | 'of'

/** The last one stands for all arguments that follow. */
const TAKEN: Partial<Record<Expression['op'], Taken[]>> = {
  parse: ['text'],
  rescale: ['numeric'],
  add: ['numeric'],
  subtract: ['numeric'],
  multiply: ['numeric'],
  divide: ['numeric'],
  modulo: ['numeric'],
  negate: ['numeric'],
  absolute: ['numeric'],
  round: ['numeric'],
  and: ['boolean'],
  or: ['boolean'],
  not: ['boolean'],
  '=': ['of'],
  '!=': ['of'],
  '<': ['of'],
  '<=': ['of'],
  '>': ['of'],
  '>=': ['of'],
  distinct: ['of'],
  same: ['of'],
  in: ['of'],
  like: ['text'],
  'is-null': ['any'],
  'is-boolean': ['boolean'],
  coalesce: ['same'],
  least: ['same'],
  greatest: ['same'],
  truncate: ['timestamp'],
  extract: ['timestamp'],
  'date-diff': ['timestamp'],
  concat: ['text'],
  lower: ['text'],
  upper: ['text'],
  trim: ['text'],
  'numeric-text': ['numeric'],
  'timestamp-text': ['timestamp'],
  'boolean-text': ['boolean'],
  length: ['text'],
  substring: ['text'],
  replace: ['text'],
  'starts-with': ['text'],
  'parse-timestamp': ['text'],
  'parse-boolean': ['text'],
}

/** Whether a value of one type serves as one of another as it is: a property is text. */
function serves(actual: SqlType, wanted: SqlType): boolean {
  if (actual === wanted || actual === 'null') return true
  return ['text', 'property'].includes(actual) && ['text', 'property'].includes(wanted)
}

/** Every operator has arguments of the types that it takes, and columns that there are. */
export function checkExpression(expression: Expression, columns: SqlType[]): void {
  if (expression.op === 'column') {
    expect(Object.keys(expression).toSorted()).toEqual(['index', 'op', 'type'])
    const actual = columns[expression.index]
    expect(actual !== undefined && serves(actual, expression.type)).toBe(true)
    return
  }
  if (!('args' in expression)) return
  expression.args.forEach((argument, i) => {
    checkExpression(argument, columns)
    expect([expression.op, argument.type, wantedOf(expression, i)]).toSatisfy(
      ([, actual, wanted]: string[]) =>
        wanted === 'any' || serves(actual as SqlType, wanted as SqlType),
    )
  })
}

function wantedOf(expression: Expression & { args: Expression[] }, place: number): string {
  if (expression.op === 'case') {
    const isCondition = place % 2 === 0 && place < expression.args.length - 1
    return isCondition ? 'boolean' : expression.type
  }
  const taken = TAKEN[expression.op] ?? []
  const wanted = taken[place] ?? taken.at(-1)
  if (wanted === undefined) throw new Error(`nothing is known of ${expression.op}`)
  if (wanted === 'same') return expression.type
  return wanted === 'of' ? (expression as unknown as { of: SqlType }).of : wanted
}

/** Every relation has the types that it says it has, from its leaves up; properties are text. */
export function checkRelation(relation: Relation): void {
  const asText = (type: SqlType) => (type === 'property' ? 'text' : type)
  expect(relation.types.map(asText)).toEqual(typesOf(relation).map(asText))
}

function typesOf(relation: Relation): SqlType[] {
  switch (relation.op) {
    case 'scan':
      return relation.columns.map(({ kind }) => {
        if (kind === 'property') return 'property'
        return kind === 'timestamp' ? 'timestamp' : 'text'
      })
    case 'fragment':
      return relation.types
    case 'union': {
      checkRelation(relation.left)
      checkRelation(relation.right)
      relation.types.forEach((type, i) => {
        expect(serves(relation.left.types[i]!, type)).toBe(true)
        expect(serves(relation.right.types[i]!, type)).toBe(true)
      })
      return relation.types
    }
    case 'join': {
      checkRelation(relation.left)
      checkRelation(relation.right)
      relation.leftKeys.forEach((key, i) => {
        checkExpression(key, relation.left.types)
        checkExpression(relation.rightKeys[i]!, relation.right.types)
        const other = relation.rightKeys[i]!.type
        expect(serves(key.type, other) || serves(other, key.type)).toBe(true)
      })
      return [...relation.left.types, ...relation.right.types]
    }
    case 'filter':
    case 'project':
    case 'aggregate':
    case 'window':
    case 'sort':
    case 'distinct':
      checkRelation(relation.input)
      return typesOver(relation, relation.input.types)
    default:
      return unreachable(relation)
  }
}

function typesOver(
  relation: Extract<Relation, { input: Relation }>,
  columns: SqlType[],
): SqlType[] {
  switch (relation.op) {
    case 'filter':
      checkExpression(relation.condition, columns)
      expect(serves(relation.condition.type, 'boolean')).toBe(true)
      return columns
    case 'project':
      return relation.expressions.map((expression) => typeOf(expression, columns))
    case 'aggregate':
      return [
        ...relation.keys.map((key) => typeOf(key, columns)),
        ...relation.aggregates.map((aggregate) => checkCall(aggregate, columns)),
      ]
    case 'window':
      return [...columns, ...relation.functions.map((fn) => checkCall(fn, columns))]
    case 'sort':
      for (const { by } of relation.by) checkExpression(by, columns)
      return columns
    case 'distinct':
      return columns
    default:
      return unreachable(relation)
  }
}

function typeOf(expression: Expression, columns: SqlType[]): SqlType {
  checkExpression(expression, columns)
  return expression.type
}

const OF_NUMBERS = new Set(['sum', 'avg', 'percentile-disc', 'percentile-cont'])

function checkCall(call: Aggregate | WindowFunction, columns: SqlType[]): SqlType {
  if ('filter' in call && call.filter) {
    checkExpression(call.filter, columns)
    expect(serves(call.filter.type, 'boolean')).toBe(true)
  }
  if ('partitionBy' in call) {
    for (const key of call.partitionBy) checkExpression(key, columns)
    for (const { by } of call.orderBy) checkExpression(by, columns)
  }
  if ('at' in call) {
    expect(typeOf(call.at, columns)).toBe('timestamp')
    if (call.tie) expect(typeOf(call.tie, columns)).toBe('text')
  }
  if ('arg' in call && call.arg) {
    const type = typeOf(call.arg, columns)
    if (OF_NUMBERS.has(call.fn)) expect(serves(type, 'numeric')).toBe(true)
    else if (!call.fn.startsWith('count')) expect(serves(type, call.type)).toBe(true)
    if (call.fn === 'min' || call.fn === 'max') expect(type).not.toBe('property')
  }
  return call.type
}
