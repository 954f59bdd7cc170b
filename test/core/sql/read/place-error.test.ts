import { expect, test } from 'vitest'
import { placeError } from '../../../../src/core/sql/read/place-error.ts'
import { SqlError } from '../../../../src/core/sql/sql-error.ts'

const place = (text: string, start: number, end: number, hint?: string) =>
  placeError(new SqlError('unknown_column', "unknown column 'user_id'", { start, end }, hint), text)

test('an error tells line and column from 1, offsets, its text and what to do', () => {
  expect(place('SELECT user_id FROM events', 7, 14, 'did you mean properties.user_id?')).toEqual({
    code: 'unknown_column',
    message: "1:8 — unknown column 'user_id' (hint: did you mean properties.user_id?)",
    line: 1,
    column: 8,
    position: 7,
    end: 14,
    offending: 'user_id',
    hint: 'did you mean properties.user_id?',
  })
})

test('lines end by a line feed, and columns count code units', () => {
  const text = "SELECT '😀',\r\n  user_id"
  expect(place(text, 16, 23)).toEqual({
    code: 'unknown_column',
    message: "2:3 — unknown column 'user_id'",
    line: 2,
    column: 3,
    position: 16,
    end: 23,
    offending: 'user_id',
  })
  expect(place(text, 11, 12)).toMatchObject({ line: 1, column: 12, offending: ',' })
})

test('an error at the end has no text, and none reaches beyond it', () => {
  expect(place('SELECT', 6, 6)).toMatchObject({ column: 7, position: 6, end: 6, offending: '' })
  expect(place('SELECT', 9, 12)).toMatchObject({ column: 7, position: 6, end: 6, offending: '' })
  expect(place('', 0, 1)).toMatchObject({ line: 1, column: 1, position: 0, end: 0 })
})

test('at most 200 characters of the text are quoted', () => {
  expect(place('x'.repeat(500), 0, 500).offending).toBe('x'.repeat(200))
  expect(place('\ud800', 0, 1).offending).toBe('\ufffd')
})
