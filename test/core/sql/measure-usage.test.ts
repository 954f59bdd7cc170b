import { expect, test } from 'vitest'
import { toText, type Decimal } from '../../../src/core/decimal.ts'
import { fragmentUsage, sqlIncrements, sqlValues } from '../../../src/core/sql/measure-usage.ts'
import { scanUsage } from '../../../src/core/sql/scan-usage.ts'
import { DAY_MS } from '../../../src/core/time.ts'
import { sqlMetric } from '../../support/sql-metric.ts'
import { at, eventOf } from '../metering/builders.ts'

interface Reading {
  day: number
  properties: Record<string, unknown>
}

/** Days of March, each a window. */
function measure(sql: string, readings: Reading[], groupKey: string[] | null = null) {
  const { plan } = sqlMetric(sql)
  const boundaries = [0, 1, 2, 3].map((day) => at('2026-03-01T00:00:00Z') + day * DAY_MS)
  const events = readings.map(({ day, properties }, i) =>
    eventOf({ transactionId: `t${i}`, timestamp: `2026-03-0${day}T12:00:00Z`, properties }),
  )
  const question = { groupKey, boundaries }
  const usage = scanUsage(plan, boundaries, events)
  const texts = (values: (Decimal | null)[]) => values.map((value) => value && toText(value))
  return {
    increments: sqlIncrements(plan, question, usage).map(({ group, increments }) => [
      group,
      texts(increments),
    ]),
    values: sqlValues(plan, question, usage).map(({ group, values }) => [group, texts(values)]),
  }
}

const on = (day: number, properties: Record<string, unknown>): Reading => ({ day, properties })

test('what was incurred of an average is billed as a difference (SG-3, CD-1)', () => {
  const { increments, values } = measure('SELECT AVG(properties.reading) AS value FROM events', [
    on(1, { reading: 4 }),
    on(2, { reading: 6 }),
  ])
  expect(increments).toEqual([[[], ['4', '1', null]]])
  expect(values).toEqual([[[], ['4', '6', null]]])
})

test('a group that leaves the result falls to nothing', () => {
  const sql =
    'SELECT SUM(properties.n) AS value, properties.zone FROM events GROUP BY zone HAVING COUNT(*) < 2'
  const readings = [on(1, { n: 5, zone: 'eu' }), on(3, { n: 7, zone: 'eu' }), on(3, { n: 1 })]
  const { increments, values } = measure(sql, readings, ['zone'])
  expect(increments).toEqual([
    [['eu'], ['5', null, '-5']],
    [[null], [null, null, '1']],
  ])
  expect(values).toEqual([
    [['eu'], ['5', null, '7']],
    [[null], [null, null, '1']],
  ])
})

test('a window with usage that changes nothing has an increment of nothing (AG-11)', () => {
  const { increments } = measure('SELECT MAX(properties.n) AS value FROM events', [
    on(1, { n: 5 }),
    on(2, { n: 3 }),
  ])
  expect(increments).toEqual([[[], ['5', '0', null]]])
})

test('columns that are not keys are summed over (SQ-12); NULL adds nothing and reads as null (SQ-15, UQ-7a)', () => {
  const sql =
    'SELECT MAX(properties.n) AS value, properties.zone, properties.user FROM events GROUP BY zone, user'
  const readings = [
    on(1, { n: 5, zone: 'eu', user: 'a' }),
    on(1, { n: 7, zone: 'eu', user: 'b' }),
    on(1, { n: 'none', zone: 'us', user: 'a' }),
  ]
  expect(measure(sql, readings, ['zone']).values).toEqual([
    [['eu'], ['12', null, null]],
    [['us'], [null, null, null]],
  ])
  expect(measure(sql, readings, null).values).toEqual([[[], ['12', null, null]]])
  expect(measure(sql, readings, ['user', 'zone']).values.map(([group]) => group)).toEqual([
    ['a', 'eu'],
    ['a', 'us'],
    ['b', 'eu'],
  ])
})

test('what several meters have read of one group merges', () => {
  const { plan } = sqlMetric('SELECT AVG(properties.n) AS value FROM events')
  const boundaries = [at('2026-03-01T00:00:00Z'), at('2026-03-02T00:00:00Z')]
  const read = (n: number) =>
    scanUsage(plan, boundaries, [eventOf({ timestamp: '2026-03-01T00:00:00Z', properties: { n } })])
  const [only] = sqlValues(plan, { groupKey: null, boundaries }, [...read(1), ...read(2)])
  expect(toText(only!.values[0]!)).toBe('1.5')
})

test('usage of a fragment names it and its group', () => {
  expect(fragmentUsage(3, 1, '["eu"]', ['5', 2])).toEqual({
    window: 3,
    group: ['1', '["eu"]'],
    state: '["5",2]',
  })
})
