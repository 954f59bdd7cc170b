import { expect, test } from 'vitest'
import { bindQuery } from '../../../../src/core/sql/bind/bind-query.ts'
import { evaluateNaively } from '../../../../src/core/sql/naive/naive-query.ts'
import { parseSql } from '../../../../src/core/sql/read/parse-sql.ts'
import { splitPlan } from '../../../../src/core/sql/run/split-plan.ts'
import { GOLDEN_EVENTS, GOLDEN_QUERIES } from '../golden-queries.ts'

const inOrder = (rows: unknown[][]) => rows.map((row) => JSON.stringify(row)).toSorted()

test.each(GOLDEN_QUERIES)('naively: $sql', ({ sql, rows }) => {
  const bound = bindQuery(parseSql(sql))
  expect(inOrder(evaluateNaively(bound, GOLDEN_EVENTS))).toEqual(inOrder(rows))
  expect(inOrder(evaluateNaively(splitPlan(bound), GOLDEN_EVENTS))).toEqual(inOrder(rows))
})
