import { expect, test } from 'vitest'
import { bindWindow } from '../../../../src/core/sql/bind/bind-window.ts'
import { bindingOfRows } from '../../../../src/core/sql/bind/bind-expression.ts'
import type { CallTree, OverTree } from '../../../../src/core/sql/tree.ts'
import { eventScope, number, treeOf } from '../bound.ts'

function windowOf(text: string) {
  const scope = eventScope()
  const binding = bindingOfRows(scope, scope.usage, 'are not here')
  return bindWindow(treeOf(text) as CallTree & { over: OverTree }, binding)
}

function windowRefusal(text: string): string {
  try {
    return JSON.stringify(windowOf(text))
  } catch (error) {
    const { code, message } = error as { code: string; message: string }
    return `${code}: ${message}`
  }
}

const mention = (type: string, index: number) =>
  expect.objectContaining({ op: 'column', type, index }) as unknown
const PARSED = { op: 'parse', type: 'numeric', isQuiet: false, args: [mention('property', 2)] }
const over = {
  partitionBy: [mention('property', 3)],
  orderBy: [{ by: mention('timestamp', 1), isDescending: false, nullsFirst: false }],
  frame: 'range',
}
const OVER = 'OVER (PARTITION BY properties.q ORDER BY timestamp)'

test('ranks take no arguments but an order', () => {
  for (const [name, fn] of [
    ['ROW_NUMBER', 'row-number'],
    ['RANK', 'rank'],
    ['DENSE_RANK', 'dense-rank'],
  ]) {
    expect(windowOf(`${name}() ${OVER}`)).toEqual({ ...over, type: 'numeric', fn })
    expect(windowRefusal(`${name}(1) ${OVER}`)).toBe(`bad_args: ${name} takes no arguments`)
    expect(windowRefusal(`${name}() OVER ()`)).toBe(
      `bad_window: ${name} needs ORDER BY in its window`,
    )
  }
})

test('LAG and LEAD look so many rows away, and give a default of the same type', () => {
  expect(windowOf(`LAG(properties.p) ${OVER}`)).toEqual({
    ...over,
    type: 'property',
    fn: 'lag',
    arg: mention('property', 2),
    offset: 1,
    otherwise: null,
  })
  expect(windowOf(`LEAD(properties.p, 2, 0) ${OVER}`)).toEqual({
    ...over,
    type: 'numeric',
    fn: 'lead',
    arg: PARSED,
    offset: 2,
    otherwise: number('0'),
  })
  expect(windowRefusal(`LAG(properties.p, properties.q) ${OVER}`)).toBe(
    'bad_args: the offset must be a literal integer',
  )
  expect(windowRefusal(`LAG() ${OVER}`)).toBe('bad_args: LAG takes (value, offset, default)')
})

test('first and last values, totals and counts of the frame', () => {
  expect(windowOf(`FIRST_VALUE(event_type) ${OVER}`)).toEqual({
    ...over,
    type: 'text',
    fn: 'first-value',
    arg: mention('text', 0),
  })
  expect(windowOf('LAST_VALUE(event_type) OVER (ORDER BY timestamp DESC)')).toMatchObject({
    fn: 'last-value',
    orderBy: [{ isDescending: true, nullsFirst: true }],
  })
  for (const fn of ['sum', 'avg', 'min', 'max']) {
    expect(windowOf(`${fn}(properties.p) ${OVER}`)).toEqual({
      ...over,
      type: 'numeric',
      fn,
      arg: PARSED,
      filter: null,
    })
  }
  const all = { partitionBy: [], orderBy: [], frame: 'all', type: 'numeric' }
  expect(windowOf('COUNT(*) OVER ()')).toEqual({ ...all, fn: 'count', arg: null, filter: null })
  expect(windowOf('COUNT(properties.p) FILTER (WHERE TRUE) OVER ()')).toEqual({
    ...all,
    fn: 'count',
    arg: mention('property', 2),
    filter: { op: 'boolean', type: 'boolean', value: true },
  })
})

test('the frame is kept', () => {
  const rows = 'ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW'
  expect(windowOf(`SUM(1) OVER (ORDER BY timestamp ${rows})`).frame).toBe('rows')
  const all = 'RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING'
  expect(windowOf(`SUM(1) OVER (ORDER BY timestamp ${all})`).frame).toBe('all')
})

test('what is no window function is refused', () => {
  expect(windowRefusal('ABS(1) OVER ()')).toBe('bad_window: ABS is not a window function')
  expect(windowRefusal('LATEST(1) OVER ()')).toBe('bad_window: LATEST is not a window function')
  expect(windowRefusal('NTILE(4) OVER ()')).toBe('unknown_function: unknown function NTILE')
  expect(windowRefusal('COUNT(DISTINCT event_type) OVER ()')).toBe(
    'unsupported: DISTINCT is not supported in window functions',
  )
  expect(windowRefusal(`RANK() FILTER (WHERE TRUE) ${OVER}`)).toBe('bad_args: RANK takes no FILTER')
  expect(windowRefusal('SUM(event_type) OVER ()')).toBe('type: expected a number but this is text')
  expect(windowRefusal('SUM(RANK() OVER (ORDER BY timestamp)) OVER ()')).toBe(
    'bad_window: window functions are not here',
  )
})
