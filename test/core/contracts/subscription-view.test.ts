import { expect, test } from 'vitest'
import {
  periodsAround,
  quantitySpans,
  spansFrom,
} from '../../../src/core/contracts/subscription-view.ts'
import { at, contract, period, quantities, subscription } from '../../support/terms.ts'

const changing = subscription({
  endingBefore: at('2026-06-01'),
  quantities: quantities({ '2026-01-01': '5', '2026-03-01': '6', '2026-04-01': '7' }),
})

test('quantities go on to the next change, and to the end', () => {
  const spans = quantitySpans(changing)
  expect(spans.map(({ quantity }) => quantity)).toEqual(['5', '6', '7'])
  expect(spans[0]).toMatchObject({ startingAt: at('2026-01-01'), endingBefore: at('2026-03-01') })
  expect(spans[2]).toMatchObject({ startingAt: at('2026-04-01'), endingBefore: at('2026-06-01') })
  const counts = (day: string) => spansFrom(changing, at(day)).map(({ quantity }) => quantity)
  expect(counts('2026-02-28T23')).toEqual(['5', '6', '7'])
  expect(counts('2026-03-01')).toEqual(['6', '7'])
  expect(counts('2026-06-01')).toEqual([])
})

test('there are periods beside the present one, but none before the start or after the end', () => {
  const around = (day: string) => periodsAround(changing, contract(), at(day))
  expect(around('2026-03-10')).toEqual({
    previous: period('2026-02-01', '2026-03-01'),
    current: period('2026-03-01', '2026-04-01'),
    next: period('2026-04-01', '2026-05-01'),
  })
  expect(around('2025-06-01')).toEqual({ next: period('2026-01-01', '2026-02-01') })
  expect(around('2026-01-10')).toEqual({
    current: period('2026-01-01', '2026-02-01'),
    next: period('2026-02-01', '2026-03-01'),
  })
  expect(around('2029-01-01')).toEqual({ previous: period('2026-05-01', '2026-06-01') })
  const yearly = subscription({ billingFrequency: 'ANNUAL', startingAt: at('2026-11-01') })
  expect(periodsAround(yearly, contract(), at('2027-06-01'))).toEqual({
    previous: period('2026-11-01', '2027-01-01'),
    current: period('2027-01-01', '2028-01-01'),
    next: period('2028-01-01', '2029-01-01'),
  })
})
