import { expect, test, vi } from 'vitest'
import { checkReading } from '../../src/actions/check-reading.ts'
import { parseSql } from '../../src/core/sql/read/parse-sql.ts'

const check = (sql: string) => checkReading(sql, parseSql(sql))

test('what both readers understand alike is accepted in silence', async () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue()
  expect(
    await check('SELECT COUNT(*) AS value FROM events WHERE 1 = 2 OR 1 = 1 AND 3 = 4'),
  ).toBeNull()
  expect(warn).not.toHaveBeenCalled()
  warn.mockRestore()
})

test('what only one reader can read is accepted, and logged with the reason', async () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue()
  const sql = "SELECT COUNT(*) AS value FROM events WHERE CAST(properties.a AS STRING) = 'x'"
  expect(await check(sql)).toBeNull()
  expect(warn).toHaveBeenCalledExactlyOnceWith(
    expect.stringMatching(/^SQL without a second reading \(unreadable: .+\): SELECT COUNT/),
  )
  warn.mockRestore()
})

test('what the two read differently is refused with both readings, where they differ', async () => {
  const sql = 'SELECT COUNT(properties.a || properties.b * 2) AS value FROM events'
  expect(await check(sql)).toMatchObject({
    code: 'ambiguous_sql',
    line: 1,
    message: expect.stringContaining('can be read in two ways'),
  })
})
