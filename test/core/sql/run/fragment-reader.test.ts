import { expect, test } from 'vitest'
import { encodeState, newState } from '../../../../src/core/sql/run/aggregate-state.ts'
import { Diagnostics } from '../../../../src/core/sql/values/diagnostics.ts'
import { FragmentReader } from '../../../../src/core/sql/run/fragment-reader.ts'
import type { Fragment } from '../../../../src/core/sql/plan.ts'
import { eventOf } from '../../metering/builders.ts'
import { aggregate, column, equals, hour, parse, reading, text } from '../plan-builders.ts'

const FRAGMENT: Fragment = {
  columns: [
    { kind: 'event_type' },
    { kind: 'timestamp' },
    { kind: 'property', name: 'v' },
    { kind: 'property', name: '__proto__' },
    { kind: 'reading' },
  ],
  filter: equals(column(0, 'text'), text('call')),
  keys: [hour(column(1, 'timestamp')), column(3, 'property')],
  aggregates: [
    aggregate('sum', parse(column(2, 'property'))),
    reading('latest', {
      arg: column(2, 'property'),
      at: column(1, 'timestamp'),
      tie: column(4, 'text'),
    }),
  ],
}
const HOUR_MICROS = Date.UTC(2026, 2, 2, 7) * 1_000

function read(reader: FragmentReader, event: Parameters<typeof eventOf>[0]): unknown {
  const found = reader.read(eventOf(event))
  if (found === null) return null
  const states = FRAGMENT.aggregates!.map((each) => newState(each))
  found.add(states)
  return [found.groupText, ...states.map((state) => encodeState(state))]
}

test('an event is read as its group and what it adds to it', () => {
  const reader = new FragmentReader(FRAGMENT)
  const timestamp = '2026-03-02T07:30:00.001000200Z'
  const first = read(reader, { timestamp, transactionId: 't9', properties: { v: 2.5 } })
  const at = HOUR_MICROS + 1_800_001_000
  expect(first).toEqual([
    `[${HOUR_MICROS},null]`,
    ['25e-1', 1],
    [at, '0002\u0000t9\u0000acme', '2.5'],
  ])
  const own = JSON.parse('{"__proto__":"own","v":"none"}') as Record<string, unknown>
  expect(read(reader, { timestamp: '2026-03-02T07:00:00Z', properties: own })).toEqual([
    `[${HOUR_MICROS},"own"]`,
    ['0e0', 0],
    [HOUR_MICROS, '\u0000t1\u0000acme', 'none'],
  ])
})

test('events that the filter leaves out are not looked at further', () => {
  const diagnostics = new Diagnostics()
  const reader = new FragmentReader(FRAGMENT, diagnostics)
  expect(read(reader, { eventType: 'mail', properties: { v: 'x' } })).toBeNull()
  expect(diagnostics.badNumbers).toBe(0)
  read(reader, { properties: { v: 'x' } })
  expect(diagnostics.badNumbers).toBe(1)
})

test('groups are told apart however many there are', () => {
  const reader = new FragmentReader({
    ...FRAGMENT,
    keys: [column(2, 'property'), parse(column(2, 'property'))],
  })
  for (let i = 0; i < 20_000; i++) {
    const v = `${i % 9_000}.0`
    expect(reader.read(eventOf({ properties: { v } }))?.groupText).toBe(`["${v}","${i % 9_000}"]`)
  }
})
