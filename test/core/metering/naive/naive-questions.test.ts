import { expect, test } from 'vitest'
import {
  joinAnswers,
  joinQueries,
  splitAnswers,
} from '../../../../src/core/metering/naive/naive-questions.ts'
import { sqlMetric } from '../../../support/sql-metric.ts'
import { metricOf } from '../builders.ts'

const SQL = sqlMetric('SELECT count(*) AS value FROM events', 'sql')
const STREAMING = metricOf({ id: 'streaming' })
const row = (window: number, state: string) => ({ window, group: [], state })

test('queries of a SQL metric by one key are one question, each with its own condition; others stay', () => {
  const conditions = [{ property: 'zone', values: ['eu'] }]
  const queries = [
    { metricId: 'sql', groupKey: null, boundaries: [20, 30, 40], eventFilter: conditions },
    { metricId: 'streaming', groupKey: null, boundaries: [10, 20] },
    { metricId: 'sql', groupKey: null, boundaries: [10, 20] },
    { metricId: 'streaming', groupKey: null, boundaries: [20, 40] },
  ]
  const joined = joinQueries([SQL, STREAMING], queries)
  expect(joined.map(({ question }) => question)).toEqual([
    {
      metric: SQL,
      groupKey: null,
      boundaries: [10, 20, 30, 40],
      conditions: [[], conditions, conditions],
    },
    { metric: STREAMING, groupKey: null, boundaries: [10, 20] },
    { metric: STREAMING, groupKey: null, boundaries: [20, 40] },
  ])
  const answers = [[row(0, 'a'), row(2, 'b')], [row(0, 'c')], []]
  const split = splitAnswers(joined, answers)
  expect(split).toEqual([[row(1, 'b')], [row(0, 'c')], [row(0, 'a')], []])
  expect(joinAnswers(joined[0]!, split)).toEqual([row(0, 'a'), row(2, 'b')])
})
