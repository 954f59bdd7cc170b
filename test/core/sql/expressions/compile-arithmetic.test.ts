import { expect, test } from 'vitest'
import { compileExpression } from '../../../../src/core/sql/expressions/compile-expression.ts'
import { Diagnostics } from '../../../../src/core/sql/values/diagnostics.ts'
import type { Expression, SqlValue } from '../../../../src/core/sql/plan.ts'
import { SqlLimitError } from '../../../../src/core/sql/sql-error.ts'
import { column, evaluate, nothing, numeric, parse, shown, text } from '../evaluate.ts'

type Binary = 'add' | 'subtract' | 'multiply' | 'divide' | 'modulo'
const binary = (op: Binary, ...args: Expression[]): Expression => ({ op, type: 'numeric', args })
const compute = (op: Binary, a: string, b: string) => evaluate(binary(op, numeric(a), numeric(b)))

test('arithmetic is exact', () => {
  expect(compute('add', '0.1', '0.2')).toBe('0.3')
  expect(compute('subtract', '1', '0.9')).toBe('0.1')
  expect(compute('multiply', '2.5', '283.8')).toBe('709.5')
  expect(compute('divide', '7', '2')).toBe('3.5')
  expect(compute('divide', '1', '3')).toBe(`0.${'3'.repeat(33)}`)
  expect(compute('modulo', '-7', '3')).toBe('-1')
  expect(compute('add', '9007199254740991', '2')).toBe('9007199254740993')
})

test('arithmetic with NULL is NULL', () => {
  for (const op of ['add', 'subtract', 'multiply', 'divide', 'modulo'] as const) {
    expect(evaluate(binary(op, nothing(), numeric('1')))).toBeNull()
    expect(evaluate(binary(op, numeric('1'), nothing()))).toBeNull()
  }
  expect(evaluate({ op: 'negate', type: 'numeric', args: [nothing()] })).toBeNull()
  expect(evaluate({ op: 'absolute', type: 'numeric', args: [nothing()] })).toBeNull()
})

test('a division by zero is NULL, and counted', () => {
  const diagnostics = new Diagnostics()
  for (const zero of ['0', '0.00', '-0']) {
    expect(evaluate(binary('divide', numeric('1'), numeric(zero)), [], diagnostics)).toBeNull()
  }
  expect(evaluate(binary('modulo', numeric('1'), numeric('0')), [], diagnostics)).toBeNull()
  expect(evaluate(binary('divide', nothing(), numeric('0')), [], diagnostics)).toBeNull()
  expect(diagnostics.divisionsByZero).toBe(4)
})

test('a result of more than 100 digits is an error', () => {
  expect(() => compute('multiply', '1e60', '1e60')).toThrow(SqlLimitError)
})

test('a number is negated, or its sign dropped', () => {
  const unary = (op: 'negate' | 'absolute', value: string) =>
    evaluate({ op, type: 'numeric', args: [numeric(value)] })
  expect(unary('negate', '1.5')).toBe('-1.5')
  expect(unary('negate', '0')).toBe('0')
  expect(unary('absolute', '-12345678901234567890')).toBe('12345678901234567890')
  expect(unary('absolute', '3')).toBe('3')
})

test('rounding has four modes', () => {
  const round = (value: string, mode: 'half' | 'up' | 'down' | 'truncate', digits = 0) =>
    evaluate({ op: 'round', type: 'numeric', digits, mode, args: [numeric(value)] })
  expect(round('1.005', 'half', 2)).toBe('1.01')
  expect(round('-1.5', 'half')).toBe('-2')
  expect(round('1550', 'half', -2)).toBe('1600')
  expect([round('-1.5', 'up'), round('1.1', 'up')]).toEqual(['-1', '2'])
  expect([round('-1.1', 'down'), round('1.9', 'down')]).toEqual(['-2', '1'])
  expect([round('-1.9', 'truncate'), round('1.99', 'truncate', 1)]).toEqual(['-1', '1.9'])
})

test('a text is read as a number; what is none is NULL, and counted', () => {
  const diagnostics = new Diagnostics()
  const read = (value: SqlValue) => evaluate(parse(column(0, 'property')), [value], diagnostics)
  const good = { '1e3': '1000', '.5': '0.5', '5.': '5', ' 7 ': '7', '-0': '0', '1.50': '1.5' }
  for (const [written, value] of Object.entries(good)) expect(read(written)).toBe(value)
  expect(read(null)).toBeNull()
  expect(diagnostics.badNumbers).toBe(0)
  for (const bad of ['', 'n/a', '1,5', '0x10', 'NaN', 'Infinity', '1_000']) {
    expect(read(bad)).toBeNull()
  }
  expect(diagnostics.counts()).toEqual({
    badNumbers: 7,
    badTimestamps: 0,
    badBooleans: 0,
    overflows: 0,
    divisionsByZero: 0,
    samples: ['', '0x10', '1,5', '1_000', 'Infinity'],
  })
})

test('a quiet reading counts nothing', () => {
  const diagnostics = new Diagnostics()
  expect(evaluate(parse(text('n/a'), true), [], diagnostics)).toBeNull()
  expect(diagnostics.badNumbers).toBe(0)
})

test('texts are remembered without being mistaken for each other, and counted each time', () => {
  const diagnostics = new Diagnostics()
  // They share their length and last characters.
  const texts = ['1100', '2100', '1100', '', 'x100', 'x100', '', '3100', '1100']
  const compiled = compileExpression(
    parse(column(0, 'property')),
    { columns: [texts] },
    diagnostics,
  )
  expect(texts.map((_, row) => shown(compiled(row)))).toEqual([
    '1100',
    '2100',
    '1100',
    null,
    null,
    null,
    null,
    '3100',
    '1100',
  ])
  expect(diagnostics.badNumbers).toBe(4)
})

test('CAST AS DECIMAL rounds; what is too wide is NULL, and counted', () => {
  const diagnostics = new Diagnostics()
  const cast = (value: string, precision: number, scale: number, isQuiet = false) =>
    evaluate(
      { op: 'rescale', type: 'numeric', precision, scale, isQuiet, args: [numeric(value)] },
      [],
      diagnostics,
    )
  expect(cast('1.005', 5, 2)).toBe('1.01')
  expect(cast('1.5', 38, 0)).toBe('2')
  expect(cast('-1.5', 38, 0)).toBe('-2')
  expect(cast('999.994', 5, 2)).toBe('999.99')
  expect(cast('0.0049', 2, 2)).toBe('0')
  expect(cast('0.99', 2, 2)).toBe('0.99')
  expect(cast('12345678901234567890', 20, 0)).toBe('12345678901234567890')
  expect(diagnostics.overflows).toBe(0)
  expect(cast('999.995', 5, 2)).toBeNull()
  expect(cast('-1000', 5, 2)).toBeNull()
  expect(cast('1', 2, 2)).toBeNull()
  expect(diagnostics.overflows).toBe(3)
  expect(cast('1000', 5, 2, true)).toBeNull()
  expect(diagnostics.overflows).toBe(3)
  const absent: Expression = {
    op: 'rescale',
    type: 'numeric',
    precision: 5,
    scale: 2,
    isQuiet: false,
    args: [nothing()],
  }
  expect(evaluate(absent, [], diagnostics)).toBeNull()
  expect(diagnostics.overflows).toBe(3)
})

test('texts that hardly ever repeat are read one by one, long ones still remembered', () => {
  const long = '12345678901234567890.5'
  const texts = Array.from({ length: 10_000 }, (_, i) => (i % 100 === 99 ? long : String(i)))
  const compiled = compileExpression(
    parse(column(0, 'property')),
    { columns: [texts] },
    new Diagnostics(),
  )
  expect(texts.map((_, row) => shown(compiled(row)))).toEqual(texts)
})
