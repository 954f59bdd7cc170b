import { expect, test } from 'vitest'
import { productStates } from '../../../src/core/catalog/product-states.ts'
import { at, period, product } from '../../support/terms.ts'

test('every update inside a period cuts it, in the order of time', () => {
  const update = (startingAt: number, name: string) => {
    return { startingAt, name, createdAt: 0, createdBy: 'test' }
  }
  const changed = product({
    updates: [
      update(at('2026-02-01'), 'before'),
      update(at('2026-03-05'), 'five'),
      update(at('2026-03-20'), 'twenty'),
      update(at('2026-04-01'), 'after'),
    ],
  })
  const states = productStates(changed, period('2026-03-01', '2026-04-01'))
  expect(states.map(({ startMs, endMs, state }) => [startMs, endMs, state.name])).toEqual([
    [at('2026-03-01'), at('2026-03-05'), 'before'],
    [at('2026-03-05'), at('2026-03-20'), 'five'],
    [at('2026-03-20'), at('2026-04-01'), 'twenty'],
  ])
})
