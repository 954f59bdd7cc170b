import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Decimal } from '../../../src/core/decimal.ts'
import type { UsageEvent } from '../../../src/core/metering/event.ts'
import { compareUsage, type GroupUsage } from '../../../src/core/metering/naive/compare-usage.ts'
import { NaiveSqlUsage } from '../../../src/core/metering/naive/naive-sql-usage.ts'
import type { BilledIncrements } from '../../../src/core/metering/measure-usage.ts'
import type { WindowUsage } from '../../../src/core/metering/usage.ts'
import { encodeState } from '../../../src/core/sql/run/aggregate-state.ts'
import { bindQuery } from '../../../src/core/sql/bind/bind-query.ts'
import { Budget } from '../../../src/core/sql/run/budget.ts'
import { Diagnostics } from '../../../src/core/sql/values/diagnostics.ts'
import { fragmentUsage, sqlIncrements, sqlValues } from '../../../src/core/sql/measure-usage.ts'
import { parseSql } from '../../../src/core/sql/read/parse-sql.ts'
import type { SqlPlan } from '../../../src/core/sql/plan.ts'
import { FragmentScan } from '../../../src/core/sql/run/scan-fragment.ts'
import { splitPlan } from '../../../src/core/sql/run/split-plan.ts'
import { SqlLimitError } from '../../../src/core/sql/sql-error.ts'
import { formatTimestamp } from '../../../src/core/time.ts'
import { readAll } from '../metering/naive/stored-events.ts'
import { batchOf } from './plan-builders.ts'
import { BOUNDARIES, EVENTS } from './random-events.ts'
import { VARIED_QUERIES } from './varied-queries.ts'

/** What a meter answers of a plan's fragments. */
function usageOf(plan: SqlPlan, events: UsageEvent[], boundariesMs: number[]): WindowUsage[] {
  return plan.fragments.flatMap((fragment, place) => {
    const [budget, diagnostics] = [new Budget(), new Diagnostics()]
    const scan = new FragmentScan(fragment, { boundariesMs, budget, diagnostics })
    scan.add(batchOf(events))
    return scan.results().flatMap(({ window, groups }) =>
      [...groups.entries()].map(([text, states]) => {
        const encoded = states.map((state) => encodeState(state))
        return fragmentUsage(window, place, text, encoded)
      }),
    )
  })
}

function naiveUsage(
  plan: SqlPlan,
  groupKey: string[] | null,
  boundaries: number[],
  events: UsageEvent[],
): NaiveSqlUsage {
  const stored = events.map((event) => ({
    transaction_id: event.transactionId,
    customer_id: event.ingestId,
    event_type: event.eventType,
    timestamp: formatTimestamp(event.timestampMs).replace('Z', `${event.subMs}Z`),
    properties: event.properties,
  }))
  const naive = new NaiveSqlUsage(plan, { groupKey, boundaries })
  for (const event of readAll(JSON.stringify(stored))) naive.add(event)
  return naive
}

/** By group as JSON, what all windows add up to. */
function totals(groups: readonly BilledIncrements[]) {
  const sums = groups.map(({ group, increments }) => {
    const present = increments.filter((increment) => increment !== null)
    const sum = present.reduce<Decimal | null>((total, each) => total?.plus(each) ?? each, null)
    return [JSON.stringify(group), sum?.plus(0).toFixed() ?? '0'] as const
  })
  return Object.fromEntries(sums.filter(([, sum]) => Number(sum) !== 0))
}

test.each(VARIED_QUERIES)('the same increments and values twice: %s', (sql) => {
  const plan = splitPlan(bindQuery(parseSql(sql)))
  const names = plan.keys.map(({ name }) => name)
  const groupKeys = fc.constantFrom(null, names.slice(0, 1), names)
  fc.assert(
    fc.property(
      EVENTS,
      BOUNDARIES,
      groupKeys,
      fc.nat(2),
      (events, boundaries, groupKey, places) => {
        const count = boundaries.length - 1
        const question = { groupKey, boundaries }
        const usage = [0, 1, 2].flatMap((place) => {
          const here = events.filter((_, i) => i % (places + 1) === place)
          return usageOf(plan, here, boundaries)
        })
        try {
          const naive = naiveUsage(plan, groupKey, boundaries, events).groups()
          const increments = sqlIncrements(plan, question, usage)
          expect(compareUsage(asValues(increments), asValues(naive), count)).toEqual([])
          const values = sqlValues(plan, question, usage) as GroupUsage[]
          expect(compareUsage(values, naive as GroupUsage[], count)).toEqual([])
          const period = [boundaries[0]!, boundaries.at(-1)!]
          const once = usageOf(plan, events, period)
          const whole = sqlIncrements(plan, { groupKey, boundaries: period }, once)
          expect(totals(increments)).toEqual(totals(whole))
        } catch (error) {
          // A number has too many digits; that they are the same then too is another test's matter.
          if (!(error instanceof SqlLimitError)) throw error
        }
      },
    ),
    { numRuns: 6 },
  )
})

/** A group that has nothing in a window adds zero. */
function asValues(groups: readonly BilledIncrements[]) {
  return groups.map(({ group, increments }) => ({
    group,
    values: increments.map((increment) => (increment?.isZero() === true ? null : increment)),
  })) as GroupUsage[]
}
