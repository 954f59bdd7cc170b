import { expect, test } from 'vitest'
import { bindAggregate } from '../../../../src/core/sql/bind/bind-aggregate.ts'
import { bindingOfRows } from '../../../../src/core/sql/bind/bind-expression.ts'
import { draftColumn } from '../../../../src/core/sql/bind/draft.ts'
import type { Scope } from '../../../../src/core/sql/bind/scope.ts'
import type { CallTree } from '../../../../src/core/sql/tree.ts'
import { eventScope, number, treeOf } from '../bound.ts'

function aggregate(text: string, scope: Scope = eventScope()) {
  const usage = { operators: 0, nodes: 0, properties: new Set<string>() }
  return bindAggregate(treeOf(text) as CallTree, bindingOfRows(scope, usage, 'are not here'))
}

function aggregateRefusal(text: string, scope?: Scope): string {
  try {
    return JSON.stringify(aggregate(text, scope))
  } catch (error) {
    const { code, message } = error as { code: string; message: string }
    return `${code}: ${message}`
  }
}

/** A mention of a column: it still knows where it stands. */
const P = expect.objectContaining({ op: 'column', type: 'property', index: 2 }) as unknown
const PARSED = { op: 'parse', type: 'numeric', isQuiet: false, args: [P] }
const at = expect.objectContaining({ op: 'column', type: 'timestamp', index: 1 }) as unknown

test('COUNT of nothing counts rows, of something what is not NULL (SQ-40, SQ-41)', () => {
  const rows = { filter: null, type: 'numeric', fn: 'count-rows' }
  expect(aggregate('COUNT(*)')).toEqual(rows)
  expect(aggregate('count()')).toEqual(rows)
  expect(aggregate('COUNT(1)')).toEqual({
    filter: null,
    type: 'numeric',
    fn: 'count',
    arg: number('1'),
  })
  expect(aggregate('COUNT(DISTINCT properties.p)')).toEqual({
    filter: null,
    type: 'numeric',
    fn: 'count-distinct',
    arg: P,
  })
  expect(aggregateRefusal('COUNT(DISTINCT)')).toMatch(/^(bad_args|syntax)/)
  expect(aggregateRefusal('COUNT(properties.p, properties.q)')).toBe(
    'bad_args: COUNT takes exactly one argument',
  )
})

test('SUM and AVG are of numbers (SQ-6)', () => {
  expect(aggregate('SUM(properties.p)')).toEqual({
    filter: null,
    type: 'numeric',
    fn: 'sum',
    arg: PARSED,
  })
  expect(aggregate('AVG(properties.p)')).toEqual({
    filter: null,
    type: 'numeric',
    fn: 'avg',
    arg: PARSED,
  })
  expect(aggregateRefusal('SUM(event_type)')).toBe('type: expected a number but this is text')
  expect(aggregateRefusal('SUM(*)')).toBe('bad_args: SUM takes exactly one argument')
  expect(aggregateRefusal('SUM(DISTINCT properties.p)')).toBe(
    'unsupported: SUM(DISTINCT ...) is not supported',
  )
})

test('MIN and MAX order properties by number, text by text, timestamps by time', () => {
  expect(aggregate('MAX(properties.p)')).toEqual({
    filter: null,
    type: 'numeric',
    fn: 'max',
    arg: PARSED,
  })
  expect(aggregate('MIN(DISTINCT event_type)')).toMatchObject({ type: 'text', fn: 'min' })
  expect(aggregate('MIN(timestamp)')).toMatchObject({ type: 'timestamp', fn: 'min' })
  expect(aggregateRefusal('MAX(TRUE)')).toBe('type: MAX does not apply to a boolean')
})

test('LATEST and EARLIEST order readings by time, and raw events of one instant too (SQ-21)', () => {
  const tie = expect.objectContaining({ op: 'column', type: 'text', index: 4 }) as unknown
  expect(aggregate('LATEST(properties.p)')).toEqual({
    filter: null,
    type: 'property',
    fn: 'latest',
    arg: P,
    at,
    tie,
  })
  const scope = eventScope()
  expect(aggregate('EARLIEST(CAST(properties.p AS DECIMAL))', scope)).toMatchObject({
    type: 'numeric',
    fn: 'earliest',
    arg: PARSED,
  })
  expect(scope.columns[4]).toEqual({ kind: 'reading' })
})

test('in a subquery the timestamp is a column of this name and type, and ties have no order', () => {
  const scope: Scope = {
    kind: 'derived',
    columns: [
      { name: 'Timestamp', type: 'timestamp', table: null },
      { name: 'v', type: 'numeric', table: null },
    ],
  }
  expect(aggregate('LATEST(v)', scope)).toMatchObject({
    type: 'numeric',
    arg: { op: 'column', index: 1 },
    at: { op: 'column', index: 0 },
    tie: null,
  })
  const message = "bad_args: LATEST needs a 'timestamp' column in its FROM clause"
  expect(
    aggregateRefusal('LATEST(v)', { kind: 'derived', columns: scope.columns.slice(1) }),
  ).toMatch(/unknown_column|bad_args/)
  const named: Scope = {
    kind: 'derived',
    columns: [{ name: 'timestamp', type: 'text', table: null }],
  }
  expect(aggregateRefusal('LATEST(1)', named)).toBe(message)
})

test('percentiles have a fraction from 0 to 1, by several names', () => {
  const percentile = { filter: null, type: 'numeric', arg: PARSED, isDescending: false }
  expect(aggregate('PERCENTILE_DISC(.95) WITHIN GROUP (ORDER BY properties.p)')).toEqual({
    ...percentile,
    fn: 'percentile-disc',
    fraction: '0.95',
  })
  expect(aggregate('PERCENTILE_CONT(1.0) WITHIN GROUP (ORDER BY properties.p DESC)')).toEqual({
    ...percentile,
    fn: 'percentile-cont',
    fraction: '1',
    isDescending: true,
  })
  for (const name of ['APPROX_PERCENTILE', 'QUANTILE_DISC']) {
    expect(aggregate(`${name}(properties.p, 0.5)`)).toEqual({
      ...percentile,
      fn: 'percentile-disc',
      fraction: '0.5',
    })
  }
  for (const call of ['QUANTILE_CONT(properties.p, 0.5)', 'MEDIAN(properties.p)']) {
    expect(aggregate(call)).toEqual({ ...percentile, fn: 'percentile-cont', fraction: '0.5' })
  }
  const fraction = 'bad_args: the fraction must be a literal between 0 and 1'
  expect(aggregateRefusal('QUANTILE_CONT(properties.p, 1.5)')).toBe(fraction)
  expect(aggregateRefusal('QUANTILE_CONT(properties.p, 10)')).toBe(fraction)
  expect(aggregateRefusal('QUANTILE_CONT(properties.p, properties.q)')).toBe(fraction)
  expect(aggregateRefusal('QUANTILE_CONT(properties.p)')).toBe(
    'bad_args: QUANTILE_CONT is written QUANTILE_CONT(x, 0.95)',
  )
  expect(aggregateRefusal('PERCENTILE_CONT(0.5)')).toBe(
    'bad_args: PERCENTILE_CONT is written PERCENTILE_CONT(0.95) WITHIN GROUP (ORDER BY x)',
  )
  expect(aggregateRefusal('SUM(properties.p) WITHIN GROUP (ORDER BY properties.p)')).toBe(
    'bad_args: SUM takes no WITHIN GROUP',
  )
})

test('FILTER is a condition over single rows', () => {
  expect(aggregate("COUNT(*) FILTER (WHERE properties.p = 'a')")).toEqual({
    filter: {
      op: '=',
      type: 'boolean',
      of: 'text',
      args: [P, { op: 'text', type: 'text', value: 'a' }],
    },
    type: 'numeric',
    fn: 'count-rows',
  })
  expect(aggregateRefusal('COUNT(*) FILTER (WHERE properties.p)')).toMatch(
    /^type: expected a boolean/,
  )
})

test('an aggregate within one is refused', () => {
  expect(aggregateRefusal('SUM(1 + MAX(properties.p))')).toBe(
    'bad_aggregate: aggregate functions are not here',
  )
  expect(draftColumn('text', 1, { start: 2, end: 3 })).toEqual({
    op: 'column',
    type: 'text',
    index: 1,
    start: 2,
    end: 3,
  })
})
