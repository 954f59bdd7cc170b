import { expect, test } from 'vitest'
import {
  limitText,
  nameLimit,
  SqlError,
  SqlLimitError,
  throwLimit,
} from '../../../src/core/sql/sql-error.ts'

test('a refusal says where in the text it applies, and what would be accepted', () => {
  const error = new SqlError('unknown_column', "unknown column 'x'", { start: 7, end: 8 }, 'name y')
  expect(error).toMatchObject({ code: 'unknown_column', start: 7, end: 8, hint: 'name y' })
  expect(new SqlError('syntax', 'query is empty', { start: 0, end: 0 }).hint).toBeUndefined()
})

test('an exceeded limit travels in the place of a group', () => {
  const text = limitText(new SqlLimitError('text', 'a text is "too" long'))
  expect(() => throwLimit(text)).toThrow(SqlLimitError)
  expect(() => throwLimit(text)).toThrow('a text is "too" long')
  expect(() => throwLimit('["!"]')).not.toThrow()
  expect(() => throwLimit('[]')).not.toThrow()
})

test('an exceeded limit names the metric, and other errors stay as they are', () => {
  const exceed = () => {
    throw new SqlLimitError('fuel', 'the query takes too many steps')
  }
  expect(() => nameLimit('Peak', exceed)).toThrow(
    'sql_limit_exceeded (fuel): the metric "Peak": the query takes too many steps',
  )
  expect(() => nameLimit('Peak', exceed)).toThrow(SqlLimitError)
  const fail = () => {
    throw new RangeError('else')
  }
  expect(() => nameLimit('Peak', fail)).toThrow(RangeError)
  expect(nameLimit('Peak', () => 7)).toBe(7)
})
