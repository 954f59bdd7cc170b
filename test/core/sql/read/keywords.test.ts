import { expect, test } from 'vitest'
import {
  hintOfOperator,
  isAmbient,
  isReserved,
  isStatement,
} from '../../../../src/core/sql/read/keywords.ts'

test('words of clauses and operators are reserved, names of functions and columns are not', () => {
  for (const word of ['SELECT', 'FROM', 'TABLESAMPLE', 'NOT', 'ISNULL']) {
    expect(isReserved(word)).toBe(true)
  }
  for (const word of ['VALUE', 'TIMESTAMP', 'DATE', 'FILTER', 'OVER', 'COUNT', 'EVENTS', 'FIRST']) {
    expect(isReserved(word)).toBe(false)
  }
})

test('statements, ambient words and operators of other dialects are known', () => {
  expect(isStatement('DROP')).toBe(true)
  expect(isStatement('SELECT')).toBe(false)
  expect(isAmbient('CURRENT_DATE')).toBe(true)
  expect(isAmbient('DATE')).toBe(false)
  expect(hintOfOperator('NOTNULL')).toBe('use IS NOT NULL')
  expect(hintOfOperator('LIKE')).toBeUndefined()
})
