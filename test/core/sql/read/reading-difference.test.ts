import { expect, test } from 'vitest'
import { parseSql } from '../../../../src/core/sql/read/parse-sql.ts'
import { findDifference } from '../../../../src/core/sql/read/reading-difference.ts'

const difference = (ours: string, theirs: string) =>
  findDifference(parseSql(`SELECT ${ours} FROM events`), parseSql(`SELECT ${theirs} FROM events`))

test('trees that say the same do not differ', () => {
  expect(difference('a + (b * 1.0)', '"a" + b * 1')).toBeNull()
})

test('the smallest part that differs is told, with its place in our text', () => {
  expect(difference('f(a, b OR c AND d) + 1', 'f(a, (b OR c) AND d) + 1')).toEqual({
    ours: '(or b (and c d))',
    theirs: '(and (or b c) d)',
    start: 12,
    end: 24,
  })
})

test('where several parts differ, what holds them all is told', () => {
  expect(difference('f(a, b)', 'f(b, a)')).toEqual({
    ours: '(F a b)',
    theirs: '(F b a)',
    start: 7,
    end: 14,
  })
  expect(difference('a', 'a AS b')).toEqual({
    ours: '(select (items a) (from events))',
    theirs: '(select (items (as a b)) (from events))',
    start: 0,
    end: 20,
  })
})
