import { expect, test } from 'vitest'
import { Budget, SQL_LIMITS } from '../../../../src/core/sql/run/budget.ts'
import { SqlLimitError } from '../../../../src/core/sql/sql-error.ts'

test.each([
  ['fuel', 'fuel', (budget: Budget, n: number) => budget.burn(n)],
  ['rowsScanned', 'rows', (budget: Budget, n: number) => budget.scan(n)],
  ['heldValues', 'memory', (budget: Budget, n: number) => budget.hold(n)],
  ['groups', 'groups', (budget: Budget, n: number) => budget.limitGroups(n)],
  ['joinRows', 'rows', (budget: Budget, n: number) => budget.join(n)],
  ['resultRows', 'results', (budget: Budget, n: number) => budget.limitResults(n)],
] as const)('%s may be all of its limit, and not one more', (name, limit, take) => {
  const limited = (most: number) => new Budget({ [name]: most })
  expect(() => take(limited(7), 7)).not.toThrow()
  try {
    take(limited(6), 7)
    expect.unreachable()
  } catch (error) {
    expect(error).toBeInstanceOf(SqlLimitError)
    expect((error as SqlLimitError).limit).toBe(limit)
    expect((error as SqlLimitError).message).toMatch(/^the query \w+ (more than|to more than) 6 /)
  }
})

test('steps, events, held values and joined rows add up', () => {
  const budget = new Budget({ fuel: 10, rowsScanned: 5, heldValues: 5, joinRows: 5 })
  budget.burn(4)
  budget.scan(5)
  budget.burn(1)
  expect(() => budget.burn(1)).toThrow('more than 10 steps')
  expect(() => budget.scan(1)).toThrow('more than 5 events')
  budget.hold(5)
  budget.release(2)
  budget.hold(2)
  expect(() => budget.hold(1)).toThrow('more than 5 values')
  budget.join(3)
  budget.join(2)
  expect(() => budget.join(1)).toThrow('more than 5 rows')
})

test('one evaluation is given what SQL metrics are documented to have', () => {
  expect(new Budget().limits).toEqual(SQL_LIMITS)
  expect(SQL_LIMITS).toEqual({
    fuel: 60_000_000,
    rowsScanned: 5_000_000,
    heldValues: 1_500_000,
    groups: 200_000,
    joinRows: 2_000_000,
    resultRows: 10_000,
  })
})
