import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { UsageEvent } from '../../../src/core/metering/event.ts'
import { encodeState, newState } from '../../../src/core/sql/run/aggregate-state.ts'
import { bindQuery } from '../../../src/core/sql/bind/bind-query.ts'
import { Budget } from '../../../src/core/sql/run/budget.ts'
import { Diagnostics } from '../../../src/core/sql/values/diagnostics.ts'
import { aggregatesOf, FragmentGroups } from '../../../src/core/sql/run/fragment-groups.ts'
import { FragmentReader } from '../../../src/core/sql/run/fragment-reader.ts'
import { evaluateNaively } from '../../../src/core/sql/naive/naive-query.ts'
import { naiveQuantities } from '../../../src/core/sql/naive/naive-quantities.ts'
import { Numeric, numericText } from '../../../src/core/sql/values/numeric.ts'
import { parseSql } from '../../../src/core/sql/read/parse-sql.ts'
import type { BoundQuery, Fragment, SqlPlan, SqlValue } from '../../../src/core/sql/plan.ts'
import { quantitiesOf } from '../../../src/core/sql/run/quantities.ts'
import { runPlan } from '../../../src/core/sql/run/run-plan.ts'
import { FragmentScan } from '../../../src/core/sql/run/scan-fragment.ts'
import { SqlLimitError } from '../../../src/core/sql/sql-error.ts'
import { splitPlan } from '../../../src/core/sql/run/split-plan.ts'
import { timestampText } from '../../../src/core/sql/values/timestamps.ts'
import { batchOf } from './plan-builders.ts'
import { BOUNDARIES, EVENTS } from './random-events.ts'
import { VARIED_QUERIES } from './varied-queries.ts'

/** What one place found of a fragment within one window, as it is kept or sent. */
interface Piece {
  window: number
  groups: [text: string, states: unknown[]][]
}

/** How events are spread and in which order what was found of them comes together. */
interface Spread {
  boundaries: number[]
  /** For each event in turn: its place. */
  places: number[]
  batchSize: number
  /** Turns the order of pieces: so many come last instead of first. */
  turn: number
  isEncoded: boolean
  isReadOneByOne: boolean
}

const SPREAD: fc.Arbitrary<Spread> = fc.record({
  boundaries: BOUNDARIES,
  places: fc.array(fc.nat(2), { minLength: 1, maxLength: 10 }),
  batchSize: fc.integer({ min: 1, max: 9 }),
  turn: fc.nat(10),
  isEncoded: fc.boolean(),
  isReadOneByOne: fc.boolean(),
})

function piecesOf(fragment: Fragment, events: readonly UsageEvent[], spread: Spread): Piece[] {
  const { places, turn } = spread
  const pieces = [...new Set(places)].flatMap((place) => {
    const here = events.filter((_, i) => places[i % places.length] === place)
    return spread.isReadOneByOne
      ? readPieces(fragment, here, spread)
      : scanPieces(fragment, here, spread)
  })
  const turned = [...pieces.slice(turn), ...pieces.slice(0, turn)]
  return spread.isEncoded ? turned.map(throughJson) : turned
}

function throughJson({ window, groups }: Piece): Piece {
  const encoded = groups.map(([text, states]) => [
    text,
    states.map((state) => encodeState(state as Parameters<typeof encodeState>[0])),
  ])
  return { window, groups: JSON.parse(JSON.stringify(encoded)) as Piece['groups'] }
}

function scanPieces(fragment: Fragment, events: UsageEvent[], spread: Spread): Piece[] {
  const { boundaries: boundariesMs, batchSize } = spread
  const [budget, diagnostics] = [new Budget(), new Diagnostics()]
  const scan = new FragmentScan(fragment, { boundariesMs, budget, diagnostics })
  const whole = batchOf(events)
  for (let from = 0; from < events.length; from += batchSize) {
    scan.add({ ...whole, from, to: Math.min(from + batchSize, events.length) })
  }
  return scan.results().map(({ window, groups }) => ({ window, groups: [...groups.entries()] }))
}

function readPieces(fragment: Fragment, events: UsageEvent[], { boundaries }: Spread): Piece[] {
  const reader = new FragmentReader(fragment)
  const windows = boundaries.slice(1).map((end, window) => {
    const groups = new Map<string, ReturnType<typeof newState>[]>()
    for (const event of events) {
      if (event.timestampMs < boundaries[window]! || event.timestampMs >= end) continue
      const reading = reader.read(event)
      if (reading === null) continue
      const states = groups.get(reading.groupText) ?? aggregatesOf(fragment).map(newState)
      groups.set(reading.groupText, states)
      reading.add(states)
    }
    return { window, groups: [...groups] }
  })
  return windows.filter(({ groups }) => groups.length > 0)
}

/** The rows of the plan over all windows up to one, as the naive evaluation writes rows. */
function cumulativeRows(plan: SqlPlan, pieces: Piece[][], last: number): SqlValue[][] {
  const budget = new Budget()
  const fragments = plan.fragments.map((fragment, i) => {
    const all = new FragmentGroups(fragment, budget)
    for (const { window, groups } of pieces[i]!) {
      if (window > last) continue
      for (const [text, states] of groups) all.merge(text, states)
    }
    return all
  })
  return runPlan(plan, fragments, budget, new Diagnostics())
}

function plainRows({ relation: { types } }: SqlPlan, rows: SqlValue[][]) {
  return rows.map((row) =>
    row.map((value, column) => {
      if (value instanceof Numeric) return numericText(value)
      return types[column] === 'timestamp' && value !== null
        ? timestampText(value as number)
        : value
    }),
  )
}

const inAnyOrder = (rows: unknown[][]) => rows.map((row) => JSON.stringify(row)).toSorted()

/** Of each group key a test asks for: no key, the first one, and all of them. */
function keysOf({ keys }: Pick<SqlPlan, 'keys'>): string[][] {
  const names = keys.map(({ name }) => name)
  return [[], names.slice(0, 1), names]
}

/** The rows and quantities at the end of each window. */
function executed(plan: SqlPlan, events: UsageEvent[], spread: Spread): unknown[] {
  const pieces = plan.fragments.map((fragment) => piecesOf(fragment, events, spread))
  return spread.boundaries.slice(1).map((_, window) => {
    const rows = cumulativeRows(plan, pieces, window)
    const quantities = keysOf(plan).map((names) =>
      [...quantitiesOf(plan, rows, names).values()].map(({ group, quantity }) => [
        ...group,
        quantity && numericText(quantity),
      ]),
    )
    return [plainRows(plan, rows), ...quantities].map(inAnyOrder)
  })
}

/** The same, from the events before the end of each window. */
function evaluated(query: BoundQuery | SqlPlan, events: UsageEvent[], spread: Spread): unknown[] {
  return spread.boundaries.slice(1).map((end) => {
    const counted = events.filter(({ timestampMs }) => timestampMs < end)
    const rows = evaluateNaively(query, counted)
    const quantities = keysOf(query).map((names) =>
      naiveQuantities(query, rows, names).map(({ group, quantity }) => [...group, quantity]),
    )
    return [rows, ...quantities].map(inAnyOrder)
  })
}

/** What comes out, or which limit is exceeded. */
function outcomeOf(compute: () => unknown): unknown {
  try {
    return compute()
  } catch (error) {
    if (error instanceof SqlLimitError) return { limit: error.limit }
    throw error
  }
}

test.each(VARIED_QUERIES)('the same by all ways: %s', (sql) => {
  const bound = bindQuery(parseSql(sql))
  const plan = JSON.parse(JSON.stringify(splitPlan(bound))) as SqlPlan
  fc.assert(
    fc.property(EVENTS, SPREAD, (events, spread) => {
      const expected = outcomeOf(() => evaluated(bound, events, spread))
      expect(outcomeOf(() => evaluated(plan, events, spread))).toEqual(expected)
      expect(outcomeOf(() => executed(plan, events, spread))).toEqual(expected)
    }),
    { numRuns: 25 },
  )
})
