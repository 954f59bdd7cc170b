import { expect, test } from 'vitest'
import { Diagnostics } from '../../../../src/core/sql/values/diagnostics.ts'
import type { Expression } from '../../../../src/core/sql/plan.ts'
import { SqlLimitError } from '../../../../src/core/sql/sql-error.ts'
import { boolean, evaluate, nothing, numeric, text, timestamp } from '../evaluate.ts'

test('texts are joined, and NULL makes the whole NULL', () => {
  const concat = (...args: Expression[]) => evaluate({ op: 'concat', type: 'text', args })
  expect(concat(text('a'), text('/'), text('b'))).toBe('a/b')
  expect(concat(text(''), text(''))).toBe('')
  expect(concat(text('a'), nothing())).toBeNull()
  expect(() => concat(text('x'.repeat(4_096)), text('y'))).toThrow(SqlLimitError)
})

test('texts change their case and lose their spaces', () => {
  const unary = (op: 'lower' | 'upper' | 'trim', arg: Expression) =>
    evaluate({ op, type: 'text', args: [arg] })
  expect(unary('lower', text('ÀB c'))).toBe('àb c')
  expect(unary('upper', text('straße'))).toBe('STRASSE')
  expect(unary('trim', text('  a b  '))).toBe('a b')
  expect(unary('trim', text('\ta'))).toBe('\ta')
  expect(unary('upper', nothing())).toBeNull()
  expect(() => unary('upper', text('ß'.repeat(2_049)))).toThrow(SqlLimitError)
})

test('values are written as texts', () => {
  expect(evaluate({ op: 'numeric-text', type: 'text', args: [numeric('1.500')] })).toBe('1.5')
  expect(evaluate({ op: 'numeric-text', type: 'text', args: [numeric('1e20')] })).toBe(
    '100000000000000000000',
  )
  expect(evaluate({ op: 'boolean-text', type: 'text', args: [boolean(true)] })).toBe('true')
  expect(evaluate({ op: 'boolean-text', type: 'text', args: [nothing()] })).toBeNull()
  const instant = timestamp('2026-03-20T12:00:00Z')
  expect(evaluate({ op: 'timestamp-text', type: 'text', args: [instant] })).toBe(
    '2026-03-20T12:00:00.000Z',
  )
})

test('lengths are counted in code points', () => {
  const length = (arg: Expression) => evaluate({ op: 'length', type: 'numeric', args: [arg] })
  expect(length(text('a😀é'))).toBe('3')
  expect(length(text(''))).toBe('0')
  expect(length(nothing())).toBeNull()
})

test('parts are taken, replaced and tested', () => {
  const part = (value: Expression, from: number, length: number | null) =>
    evaluate({ op: 'substring', type: 'text', from, length, args: [value] })
  expect(part(text('a😀bc'), 2, 2)).toBe('😀b')
  expect(part(text('abc'), -2, null)).toBe('bc')
  expect(part(nothing(), 1, null)).toBeNull()
  const replace = (value: Expression, from: string, to: string) =>
    evaluate({ op: 'replace', type: 'text', from, to, args: [value] })
  expect(replace(text('a-b-c'), '-', '+')).toBe('a+b+c')
  expect(replace(nothing(), 'a', 'b')).toBeNull()
  const startsWith = (value: Expression, prefix: string) =>
    evaluate({ op: 'starts-with', type: 'boolean', prefix, args: [value] })
  expect(startsWith(text('gpt-4'), 'gpt')).toBe(true)
  expect(startsWith(text('GPT-4'), 'gpt')).toBe(false)
  expect(startsWith(nothing(), '')).toBeNull()
})

test('LIKE matches, and of NULL it says nothing', () => {
  const like = (value: Expression, pattern: string) =>
    evaluate({ op: 'like', type: 'boolean', pattern, args: [value] })
  expect(like(text('u31'), 'u3%')).toBe(true)
  expect(like(text('U31'), 'u3%')).toBe(false)
  expect(like(nothing(), '%')).toBeNull()
})

test('a text is read as a boolean; what is none is NULL, and counted', () => {
  const diagnostics = new Diagnostics()
  const read = (value: Expression, isQuiet = false) =>
    evaluate({ op: 'parse-boolean', type: 'boolean', isQuiet, args: [value] }, [], diagnostics)
  for (const value of ['true', 'TRUE', 't', '1', ' true ']) expect(read(text(value))).toBe(true)
  for (const value of ['false', 'False', 'f', '0']) expect(read(text(value))).toBe(false)
  expect(read(nothing())).toBeNull()
  expect(diagnostics.badBooleans).toBe(0)
  for (const value of ['', 'yes', '2', 'truely']) expect(read(text(value))).toBeNull()
  expect(diagnostics.badBooleans).toBe(4)
  expect(read(text('yes'), true)).toBeNull()
  expect(diagnostics.badBooleans).toBe(4)
})
