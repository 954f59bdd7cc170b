import { expect, test } from 'vitest'
import { Budget } from '../../../src/core/sql/run/budget.ts'
import { compileSql } from '../../../src/core/sql/compile-sql.ts'
import { crossCheck } from '../../../src/core/sql/read/cross-check.ts'
import { Diagnostics } from '../../../src/core/sql/values/diagnostics.ts'
import type { SqlPlan } from '../../../src/core/sql/plan.ts'
import { runPlan } from '../../../src/core/sql/run/run-plan.ts'
import { GOLDEN_EVENTS, GOLDEN_QUERIES } from './golden-queries.ts'
import { scanPlaces, textRows } from './plan-builders.ts'

/** The names that the spec gives its accepted queries (section 5.2), in its order. */
const NAMES =
  'A1 A2 A4 A5 A7 A8 A10 A11 A13 A14 A16 A17 A19 A20 A22 A23 A25 A26 A28 A29 A31 A32 A34 A35 A37 A38 A40 A41 A43 A44 A46 A47 A49 A50 A52'.split(
    ' ',
  )

function compiled(sql: string) {
  const result = compileSql(sql)
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

/** The quantity and the keys of each row, in no order. */
function outputs(
  { value, keys }: Pick<SqlPlan, 'value' | 'keys'>,
  rows: (string | null)[][],
): string[] {
  const places = [value, ...keys.map(({ column }) => column)]
  return rows.map((row) => JSON.stringify(places.map((place) => row[place]))).toSorted()
}

test.each(GOLDEN_QUERIES.map((query, i) => ({ name: NAMES[i]!, ...query })))(
  '$name gives its known rows, wherever its events lie',
  ({ sql, rows }) => {
    const { query, plan, tree } = compiled(sql)
    const halves = [GOLDEN_EVENTS.slice(7), GOLDEN_EVENTS.slice(0, 7)]
    for (const places of [[GOLDEN_EVENTS], halves, GOLDEN_EVENTS.map((event) => [event])]) {
      const budget = new Budget()
      const found = runPlan(plan, scanPlaces(plan, places, budget), budget, new Diagnostics())
      expect(outputs(plan, textRows(found))).toEqual(outputs(query, rows))
    }
    expect(['same', 'unreadable']).toContain(crossCheck(sql, tree).verdict)
  },
)

test('a plan is data: it runs as it was kept', () => {
  for (const { sql, rows } of GOLDEN_QUERIES) {
    const plan = JSON.parse(JSON.stringify(compiled(sql).plan)) as SqlPlan
    const budget = new Budget()
    const found = runPlan(
      plan,
      scanPlaces(plan, [GOLDEN_EVENTS], budget),
      budget,
      new Diagnostics(),
    )
    expect(outputs(plan, textRows(found))).toEqual(outputs(compiled(sql).query, rows))
  }
})
