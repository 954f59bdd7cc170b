import { expect, test } from 'vitest'
import { Decimal } from '../../../../src/core/decimal.ts'
import { compareUsage } from '../../../../src/core/metering/naive/compare-usage.ts'

const series = (group: string[], ...values: (number | null)[]) => ({
  group,
  values: values.map((value) => (value === null ? null : new Decimal(value))),
})

test('equal answers do not differ, whatever their order and whichever lists empty groups', () => {
  const fast = [series(['a'], 1, null), series(['b'], 0, 2), series(['c'], null, null)]
  const naive = [series(['b'], -0, 2), series(['a'], 1, null)]
  expect(compareUsage(fast, naive, 2)).toEqual([])
})

test('every window of every group that differs is listed; null is not zero', () => {
  const fast = [series(['a'], 1, 0), series(['gone'], 5)]
  const naive = [series(['a'], 1, null), series(['__proto__'], 3)]
  expect(compareUsage(fast, naive, 2)).toEqual([
    { window: 1, group: ['a'], fast: new Decimal(0), naive: null },
    { window: 0, group: ['gone'], fast: new Decimal(5), naive: null },
    { window: 0, group: ['__proto__'], fast: null, naive: new Decimal(3) },
  ])
})
