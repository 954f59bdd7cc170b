import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { UsageEvent } from '../../../../src/core/metering/event.ts'
import { decodeState, encodeState, newState } from '../../../../src/core/sql/run/aggregate-state.ts'
import { Budget } from '../../../../src/core/sql/run/budget.ts'
import { Diagnostics } from '../../../../src/core/sql/values/diagnostics.ts'
import { aggregatesOf, FragmentGroups } from '../../../../src/core/sql/run/fragment-groups.ts'
import { FragmentReader } from '../../../../src/core/sql/run/fragment-reader.ts'
import type { Aggregate, Fragment, SqlPlan } from '../../../../src/core/sql/plan.ts'
import { runPlan } from '../../../../src/core/sql/run/run-plan.ts'
import { FragmentScan } from '../../../../src/core/sql/run/scan-fragment.ts'
import { splitPlan } from '../../../../src/core/sql/run/split-plan.ts'
import { at, eventOf } from '../../metering/builders.ts'
import {
  aggregate,
  ALL_TIME,
  batchOf,
  COUNT_ROWS,
  equals,
  filter,
  group,
  hour,
  parse,
  percentile,
  query,
  reading,
  scan,
  scanPlaces,
  text,
  textRows,
} from '../plan-builders.ts'

const HOUR_MS = 3_600_000
const START = at('2026-03-02T00:00:00Z')

function planOf(aggregates: (columns: ReturnType<typeof scan>['columns']) => Aggregate[]): SqlPlan {
  const { relation, columns } = scan('$event_type', '$timestamp', '$reading', 'user', 'v')
  const calls = filter(relation, equals(columns['$event_type']!, text('call')))
  const keys = [columns['user']!, hour(columns['$timestamp']!)]
  return splitPlan(query(group(calls, keys, aggregates(columns))))
}

const everything = planOf((columns) => {
  const [v, time] = [columns['v']!, columns['$timestamp']!]
  return [
    COUNT_ROWS,
    aggregate('count', v),
    aggregate('count-distinct', v),
    aggregate('count-distinct', parse(v)),
    aggregate('sum', parse(v)),
    aggregate('avg', parse(v)),
    aggregate('min', parse(v)),
    aggregate('max', v),
    reading('latest', { arg: v, at: time, tie: columns['$reading']! }),
    reading('earliest', { arg: parse(v), at: time, tie: null }),
    percentile('percentile-disc', parse(v), '0.95'),
    percentile('percentile-cont', parse(v), '0.3', true),
  ]
})

const rawRows = splitPlan(query(scan('user', 'v').relation))

const events = fc
  .array(
    fc.record({
      eventType: fc.constantFrom('call', 'call', 'mail'),
      timestampMs: fc.integer({ min: START, max: START + 3 * HOUR_MS - 1 }),
      subMs: fc.constantFrom('', '5', '0001'),
      transactionId: fc.constantFrom('a', 'b', 'c'),
      ingestId: fc.constant('acme'),
      properties: fc.record(
        {
          user: fc.constantFrom('ann', 'bob', '\u{1f600}', 'null'),
          v: fc.constantFrom('1', '1.0', '0.1', '-2.50', '9007199254740993', 'x', '1e-30', '9e40'),
        },
        { requiredKeys: [] },
      ),
    }),
    { maxLength: 30 },
  )
  .map((list): UsageEvent[] => list)

function rowsOfGroups(plan: SqlPlan, found: FragmentGroups[]): (string | null)[][] {
  return textRows(runPlan(plan, found, new Budget(), new Diagnostics()))
}

function rowsInOnePlace(plan: SqlPlan, list: readonly UsageEvent[]): (string | null)[][] {
  return rowsOfGroups(plan, scanPlaces(plan, [list]))
}

test.each([
  ['aggregates', everything],
  ['rows', rawRows],
])('%s are the same over any places, windows and orders, and through their codes', (_, plan) => {
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 3 * HOUR_MS - 1 }), { maxLength: 4 })
  fc.assert(
    fc.property(events, cuts, fc.array(fc.nat(2)), fc.boolean(), (list, times, places, isDown) => {
      const boundariesMs = [0, ...times.sort((a, b) => a - b), 3 * HOUR_MS].map((ms) => START + ms)
      const found = plan.fragments.map((fragment) => {
        const all = new FragmentGroups(fragment, new Budget())
        for (const place of [2, 0, 1]) {
          const own = list.filter((__, i) => (places[i] ?? 0) === place)
          if (isDown) own.reverse()
          const options = { boundariesMs, budget: new Budget(), diagnostics: new Diagnostics() }
          const scanning = new FragmentScan(fragment, options)
          for (const event of own) scanning.add(batchOf([event]))
          for (const { groups } of scanning.results()) {
            for (const [groupText, states] of groups.entries()) {
              const json = JSON.stringify(states.map((state) => encodeState(state)))
              all.merge(groupText, JSON.parse(json) as unknown[])
            }
          }
        }
        return all
      })
      expect(rowsOfGroups(plan, found)).toEqual(rowsInOnePlace(plan, list))
    }),
  )
})

/** What one reader after the other adds up to. */
function readOneByOne(fragment: Fragment, list: readonly UsageEvent[]): FragmentGroups {
  const found = new FragmentGroups(fragment, new Budget())
  const reader = new FragmentReader(fragment)
  for (const event of list) {
    const read = reader.read(event)
    if (read === null) continue
    const states = aggregatesOf(fragment).map((each) => newState(each))
    read.add(states)
    const texts = states.map((state) => encodeState(state))
    const decoded = texts.map((json, i) => decodeState(aggregatesOf(fragment)[i]!, json))
    found.merge(read.groupText, decoded)
  }
  return found
}

test.each([
  ['aggregates', everything],
  ['rows', rawRows],
])('%s of events one by one are those of batches of any size', (_, plan) => {
  fc.assert(
    fc.property(events, (list) => {
      const expected = rowsInOnePlace(plan, list)
      const one = plan.fragments.map((fragment) => readOneByOne(fragment, list))
      expect(rowsOfGroups(plan, one)).toEqual(expected)
      const bySevens = plan.fragments.map((fragment) => {
        const options = {
          boundariesMs: ALL_TIME,
          budget: new Budget(),
          diagnostics: new Diagnostics(),
        }
        const scanning = new FragmentScan(fragment, options)
        for (let from = 0; from < list.length; from += 7) {
          scanning.add(batchOf(list, { from, to: Math.min(list.length, from + 7) }))
        }
        return scanning.results()[0]?.groups ?? new FragmentGroups(fragment, new Budget())
      })
      expect(rowsOfGroups(plan, bySevens)).toEqual(expected)
    }),
  )
})

test('each event is in the window that its timestamp lies in', () => {
  const { relation } = scan()
  const [fragment] = splitPlan(query(group(relation, [], [COUNT_ROWS]))).fragments
  const scanning = new FragmentScan(fragment!, {
    boundariesMs: [START, START + 10, START + 20],
    budget: new Budget(),
    diagnostics: new Diagnostics(),
  })
  const times = [-1, 0, 9, 20, 10, 19, 21, 9, 30]
  const list = times.map((ms) => ({ ...eventOf(), timestampMs: START + ms, subMs: '999' }))
  scanning.add(batchOf(list))
  const counts = scanning.results().map(({ window, groups }) => {
    return [window, ...[...groups.entries()].map(([, [state]]) => encodeState(state!))]
  })
  expect(counts).toEqual([
    [0, 3],
    [1, 2],
  ])
})

test('places that are to be skipped or lie outside are left out, and those count as read', () => {
  const { relation } = scan()
  const [fragment] = splitPlan(query(group(relation, [], [COUNT_ROWS]))).fragments
  const list = Array.from({ length: 6 }, () => eventOf())
  const scanWith = (rowsScanned: number) => {
    const budget = new Budget({ rowsScanned })
    const options = { boundariesMs: ALL_TIME, budget, diagnostics: new Diagnostics() }
    const scanning = new FragmentScan(fragment!, options)
    scanning.add(batchOf(list, { from: 1, to: 5, skipped: new Set([0, 2]) }))
    return [...scanning.results()[0]!.groups.entries()]
  }
  expect(scanWith(4)).toEqual([['[]', [{ fn: 'count-rows', count: 3 }]]])
  expect(() => scanWith(3)).toThrow('the query reads more than 3 events')
})

test('a usage filter reads only events that have one of its values (SQ-17)', () => {
  const { relation, columns } = scan('user')
  const plan = splitPlan(query(group(relation, [columns['user']!], [COUNT_ROWS])))
  const list = ['eu', 'us', undefined, 'asia', 'eu'].map((region, i) =>
    eventOf({ properties: { user: `u${i % 2}`, region } }),
  )
  const scanning = new FragmentScan(plan.fragments[0]!, {
    boundariesMs: ALL_TIME,
    budget: new Budget(),
    diagnostics: new Diagnostics(),
    eventFilter: [{ property: 'region', values: ['eu', 'us'] }],
  })
  scanning.add(batchOf(list))
  const rows = rowsOfGroups(plan, [scanning.results()[0]!.groups])
  expect(rows).toEqual([
    ['u0', '2'],
    ['u1', '1'],
  ])
})

test('columns are read only once an event has passed the conditions before', () => {
  const { relation, columns } = scan('$event_type', 'v')
  const calls = filter(relation, equals(columns['$event_type']!, text('call')))
  const [fragment] = splitPlan(
    query(group(calls, [], [aggregate('sum', parse(columns['v']!))])),
  ).fragments
  const read: string[] = []
  const scanning = new FragmentScan(fragment!, {
    boundariesMs: ALL_TIME,
    budget: new Budget(),
    diagnostics: new Diagnostics(),
  })
  const batch = batchOf([eventOf({ eventType: 'mail' })])
  scanning.add({
    ...batch,
    column: (of) => {
      read.push(of.kind)
      return batch.column(of)
    },
  })
  expect(read).toEqual(['timestamp', 'event_type'])
  expect(scanning.results()).toEqual([])
})
