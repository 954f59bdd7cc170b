import { expect, test } from 'vitest'
import { toText } from '../../../src/core/decimal.ts'
import { usageIncrements } from '../../../src/core/rating/usage-increments.ts'
import { at, metric } from '../../support/terms.ts'
import { answer } from '../../support/usage.ts'

const QUERY = {
  metricId: 'metric',
  groupKey: ['region'],
  boundaries: ['2026-03-01', '2026-03-10', '2026-03-20', '2026-04-01'].map(at),
}

test('only windows with usage are listed, and one without change is listed as 0', () => {
  const gauge = metric({ aggregationType: 'LATEST', groupKeys: [['region']] })
  const properties = { region: 'eu' }
  const { usage } = answer(
    [QUERY],
    [gauge],
    [
      { at: '2026-03-02', value: '5', properties },
      { at: '2026-03-25', value: '5', properties },
    ],
  )
  const increments = usageIncrements(gauge, QUERY, usage[0]!)
  expect(
    increments.map(({ window, group, quantity }) => [window, group, toText(quantity)]),
  ).toEqual([
    [0, ['eu'], '5'],
    [2, ['eu'], '0'],
  ])
})

test('what several meters answered adds up', () => {
  const count = metric({ groupKeys: [['region']] })
  const event = { at: '2026-03-02', properties: { region: 'eu' } }
  const one = answer([QUERY], [count], [event]).usage[0]!
  const two = answer([QUERY], [count], [event, event]).usage[0]!
  const increments = usageIncrements(count, QUERY, [...one, ...two])
  expect(increments.map(({ window, quantity }) => [window, toText(quantity)])).toEqual([[0, '3']])
})
