import { expect, test } from 'vitest'
import { suggest } from '../../../../src/core/sql/bind/suggest.ts'

test('the nearest name is suggested: one edit of short names, two of longer ones', () => {
  expect(suggest('SUMM', ['COUNT', 'SUM', 'MIN'])).toBe('SUM')
  expect(suggest('timestmap', ['event_type', 'timestamp'])).toBe('timestamp')
  expect(suggest('cuont', ['count'])).toBe('count')
  expect(suggest('Region', ['region'])).toBe('region')
  expect(suggest('evnt_tpe', ['event_type'])).toBe('event_type')
})

test('nothing is suggested for what is far from all names, or long', () => {
  expect(suggest('user_id', ['event_type', 'timestamp'])).toBeNull()
  expect(suggest('ab', ['ac'])).toBeNull()
  expect(suggest('SUMXX', ['SUM'])).toBeNull()
  expect(suggest('a'.repeat(41), ['a'.repeat(40)])).toBeNull()
})
