import { expect, test } from 'vitest'
import {
  compileExpression,
  type Frame,
} from '../../../../src/core/sql/expressions/compile-expression.ts'
import { Diagnostics } from '../../../../src/core/sql/values/diagnostics.ts'
import type { Expression } from '../../../../src/core/sql/plan.ts'
import {
  boolean,
  column,
  evaluate,
  nothing,
  numeric,
  parse,
  shown,
  text,
  timestamp,
} from '../evaluate.ts'

test('literals are their values', () => {
  expect(evaluate(numeric('-12345678901234567890.50'))).toBe('-12345678901234567890.5')
  expect(evaluate(text("it's"))).toBe("it's")
  expect(evaluate(boolean(false))).toBe(false)
  expect(evaluate(timestamp('2026-03-20T12:00:00Z'))).toBe(1_774_008_000_000_000)
  expect(evaluate(nothing())).toBeNull()
})

test('a literal that is no number is a defect of the plan', () => {
  expect(() => evaluate(numeric('1,5'))).toThrow('the literal 1,5 is a number')
})

test('a column is read from the row, and what is not there is NULL', () => {
  expect(evaluate(column(1, 'text'), ['a', 'b'])).toBe('b')
  expect(evaluate(column(0, 'text'), [undefined])).toBeNull()
  expect(evaluate(column(0, 'text'), [null])).toBeNull()
  expect(evaluate(column(0, 'boolean'), [false])).toBe(false)
  expect(evaluate(column(0, 'text'), [''])).toBe('')
})

test('columns are exchanged between batches while the expression stays', () => {
  const frame: Frame = { columns: [['1', '2']] }
  const doubled = compileExpression(
    { op: 'multiply', type: 'numeric', args: [parse(column(0, 'property')), numeric('2')] },
    frame,
    new Diagnostics(),
  )
  expect([0, 1].map((row) => shown(doubled(row)))).toEqual(['2', '4'])
  frame.columns = [['10', undefined, 'x']]
  expect([0, 1, 2].map((row) => shown(doubled(row)))).toEqual(['20', null, null])
})

test('operations nest, each by its own rules', () => {
  // CASE WHEN tokens > 100 THEN ROUND(tokens / 3, 2) ELSE LENGTH(model) END
  const tokens = parse(column(0, 'property'))
  const expression: Expression = {
    op: 'case',
    type: 'numeric',
    args: [
      { op: '>', type: 'boolean', of: 'numeric', args: [tokens, numeric('100')] },
      {
        op: 'round',
        type: 'numeric',
        digits: 2,
        mode: 'half',
        args: [{ op: 'divide', type: 'numeric', args: [tokens, numeric('3')] }],
      },
      { op: 'length', type: 'numeric', args: [column(1, 'text')] },
    ],
  }
  expect(evaluate(expression, ['250.5', 'b'])).toBe('83.5')
  expect(evaluate(expression, ['1000', 'b'])).toBe('333.33')
  expect(evaluate(expression, ['100', 'abc'])).toBe('3')
  expect(evaluate(expression, [null, 'abc'])).toBe('3')
})

test('chains of a thousand terms neither overflow the stack nor take long', () => {
  let chain: Expression = boolean(true)
  for (let i = 0; i < 2_000; i++) {
    chain = { op: 'and', type: 'boolean', args: [chain, boolean(true)] }
  }
  expect(evaluate(chain)).toBe(true)
  let sum: Expression = numeric('0')
  for (let i = 0; i < 2_000; i++) sum = { op: 'add', type: 'numeric', args: [sum, numeric('1')] }
  expect(evaluate(sum)).toBe('2000')
})
