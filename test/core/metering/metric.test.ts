import { expect, test } from 'vitest'
import { checkMetric, findGroupKey } from '../../../src/core/metering/metric.ts'
import { metricOf } from './builders.ts'

const problemOf = (part: Parameters<typeof metricOf>[0]) => checkMetric(metricOf(part))?.message

test('TV-15: the aggregation key must be one of the property filter names', () => {
  const sum = { aggregationType: 'SUM', aggregationKey: 'gb' } as const
  expect(problemOf({ ...sum, propertyFilters: [{ name: 'zone' }] })).toContain(
    'The specified aggregation key must be one of the property filter names',
  )
  expect(problemOf({ ...sum, propertyFilters: [{ name: 'gb' }] })).toBeUndefined()
})

test('TV-15: every property of a group key needs a filter that makes it present', () => {
  expect(problemOf({ groupKeys: [['zone']] })).toContain(
    "Group key 'zone' does not match one of the property filter names.",
  )
  const both = problemOf({ groupKeys: [['zone', 'seat']] })
  expect(both).toContain("Group key 'zone'")
  expect(both).toContain("Group key 'seat'")
  const withFilter = (filter: object) =>
    problemOf({ groupKeys: [['zone']], propertyFilters: [{ name: 'zone', ...filter }] })
  expect(withFilter({})).toContain('GK-5')
  expect(withFilter({ exists: true })).toBeUndefined()
  expect(withFilter({ inValues: ['eu'] })).toBeUndefined()
})

test('every aggregation but COUNT needs a key (GK-3)', () => {
  expect(problemOf({ aggregationType: 'COUNT' })).toBeUndefined()
  for (const aggregationType of ['SUM', 'MAX', 'LATEST', 'UNIQUE'] as const) {
    expect(problemOf({ aggregationType })).toBe(
      `aggregation_key is required when aggregation_type is ${aggregationType}.`,
    )
  }
})

test('group keys are compared as sets (GK-12)', () => {
  const keys = [['a'], ['a', 'b'], ['b', 'c']]
  expect(findGroupKey(keys, ['b', 'a'])).toBe(1)
  expect(findGroupKey(keys, ['a'])).toBe(0)
  expect(findGroupKey(keys, ['b'])).toBe(-1)
  expect(findGroupKey(keys, [])).toBe(-1)
})
