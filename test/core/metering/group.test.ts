import { expect, test } from 'vitest'
import { groupOf, groupText, parseGroup } from '../../../src/core/metering/group.ts'
import { eventOf } from './builders.ts'

test('a group has a value for each property, in the order of the key', () => {
  const event = eventOf({ properties: { zone: 'eu', seat: 7, on: true } })
  expect(groupOf(['seat', 'zone', 'on'], event)).toEqual(['7', 'eu', 'true'])
})

test('groups of different values have different texts, and come back from them', () => {
  const groups = [[], [''], ['a', 'b'], ['a,b'], ['["a"'], ['\ud800'], ['\ud801'], ['\ufffd']]
  expect(new Set(groups.map(groupText)).size).toBe(groups.length)
  for (const group of groups) expect(parseGroup(groupText(group))).toEqual(group)
})
