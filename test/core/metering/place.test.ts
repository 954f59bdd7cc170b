import { expect, test } from 'vitest'
import { meterNames } from '../../../src/core/metering/place.ts'

test('an environment has a meter of its own', () => {
  expect(meterNames('a')).toHaveLength(1)
  expect(meterNames('a')).toEqual(meterNames('a'))
  expect(meterNames('a')).not.toEqual(meterNames('b'))
})
