import { expect, test } from 'vitest'
import { mergeUsage } from '../../../src/core/gate/merge-usage.ts'
import { metric } from '../../support/terms.ts'

const count = (window: number, group: string[], state: string) => ({ window, group, state })

test('what is added to a window and group that has usage becomes one with it', () => {
  const usage = [count(0, ['a'], '2'), count(1, ['a'], '3'), count(1, ['b'], '4')]
  const added = [count(1, ['b'], '5'), count(1, ['c'], '6'), count(2, ['a'], '7')]
  expect(mergeUsage(metric(), usage, added)).toEqual([
    count(0, ['a'], '2'),
    count(1, ['a'], '3'),
    count(1, ['b'], '9'),
    count(1, ['c'], '6'),
    count(2, ['a'], '7'),
  ])
})

test('usage that several meters answered for one window and group is added to once', () => {
  const usage = [count(0, [], '2'), count(0, [], '3')]
  expect(mergeUsage(metric(), usage, [count(0, [], '4')])).toEqual([
    count(0, [], '6'),
    count(0, [], '3'),
  ])
  expect(mergeUsage(metric(), usage, [])).toEqual(usage)
})
