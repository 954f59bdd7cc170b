import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bindQuery } from '../../../../src/core/sql/bind/bind-query.ts'
import { Budget } from '../../../../src/core/sql/run/budget.ts'
import { Diagnostics } from '../../../../src/core/sql/values/diagnostics.ts'
import { FragmentGroups } from '../../../../src/core/sql/run/fragment-groups.ts'
import { parseSql } from '../../../../src/core/sql/read/parse-sql.ts'
import { runPlan } from '../../../../src/core/sql/run/run-plan.ts'
import { RunningPlan } from '../../../../src/core/sql/run/running-plan.ts'
import { splitPlan } from '../../../../src/core/sql/run/split-plan.ts'
import { at, eventOf } from '../../metering/builders.ts'
import { scanPlaces, textRows } from '../plan-builders.ts'

const DAILY = `SELECT date_trunc('day', timestamp) AS d, properties.user AS u, properties.region AS r,
  MAX(properties.v) AS m, LATEST(properties.v) AS l, 1 AS n FROM events GROUP BY d, u, r`
const QUERIES = [
  `SELECT SUM(m) / SUM(n) AS value, u FROM (${DAILY}) GROUP BY u`,
  `SELECT SUM(m) AS value, COUNT(*) AS n, COUNT(m) AS c, AVG(m) AS a FROM (${DAILY})`,
  `SELECT COUNT(*) AS value, l FROM (${DAILY}) GROUP BY l`,
  `SELECT SUM(m * 2) AS value, u FROM (${DAILY}) WHERE m < 5 GROUP BY u HAVING COUNT(*) > 1`,
  `SELECT COUNT(*) FILTER (WHERE m > 1) AS value, m FROM (${DAILY}) WHERE l IS NOT NULL GROUP BY m`,
  `SELECT MAX(m) AS value, u FROM (${DAILY}) GROUP BY u`,
  `SELECT SUM(properties.v) AS value, properties.user FROM events GROUP BY user`,
  `SELECT SUM(v) AS value FROM (SELECT SUM(properties.v) AS v FROM events)`,
]

const events = fc.array(
  fc
    .record({
      user: fc.constantFrom('ann', 'bob'),
      region: fc.constantFrom('eu', 'us', undefined),
      v: fc.constantFrom('1', '1.0', '2.5', '7', 'x', '-3', undefined),
      step: fc.nat(5),
    })
    .map(({ step, ...properties }) => ({
      ...eventOf({ properties }),
      timestampMs: at('2026-03-02T00:00:00Z') + step * 20_000_000,
    })),
  { maxLength: 8 },
)

test.each(QUERIES)('after every addition it gives what a run as a whole gives: %s', (sql) => {
  const plan = splitPlan(bindQuery(parseSql(sql)))
  fc.assert(
    fc.property(fc.array(events, { maxLength: 5 }), (parts) => {
      const found = plan.fragments.map((fragment) => new FragmentGroups(fragment, new Budget()))
      const running = new RunningPlan(plan, found, new Budget())
      for (const part of [[], ...parts]) {
        for (const [i, groups] of scanPlaces(plan, [part]).entries()) found[i]!.mergeAll(groups)
        const expected = runPlan(plan, found, new Budget(), new Diagnostics())
        expect(textRows(running.rows())).toEqual(textRows(expected))
      }
    }),
  )
})

test('only groups that have changed are computed again', () => {
  const plan = splitPlan(bindQuery(parseSql(QUERIES[0]!)))
  const found = plan.fragments.map((fragment) => new FragmentGroups(fragment, new Budget()))
  const list = Array.from({ length: 1_000 }, (_, i) => {
    const timestampMs = at('2026-03-02T00:00:00Z') + i * 86_400_000
    return { ...eventOf({ properties: { user: 'ann', v: String(i) } }), timestampMs }
  })
  const running = new RunningPlan(plan, found, new Budget({ fuel: 20_000 }))
  for (const [i, groups] of scanPlaces(plan, [list]).entries()) found[i]!.mergeAll(groups)
  for (let i = 0; i < 200; i++) {
    expect(textRows(running.rows())).toEqual([['499.5', 'ann']])
  }
})
