import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { rateSegments } from '../../../src/core/catalog/rate-schedule.ts'
import type { Rate } from '../../../src/core/catalog/rate.ts'

function rate(sequence: number, startingAt: number, endingBefore: number | null = null): Rate {
  return {
    id: `r${sequence}`,
    sequence,
    rateCardId: 'c1',
    productId: 'p1',
    pricingGroupValues: null,
    startingAt,
    endingBefore,
    entitled: true,
    price: { rateType: 'FLAT', price: '1' },
    commitPrice: null,
    billingFrequency: null,
    creditTypeId: 'usd',
    createdAt: 0,
  }
}

/** `r1 0..100`: the segments as text. */
function segments(rates: Rate[], startMs: number, endMs: number | null): string[] {
  return rateSegments(rates, startMs, endMs).map(
    ({ rate: { id }, startingAt, endingBefore }) => `${id} ${startingAt}..${endingBefore ?? ''}`,
  )
}

test('a later rate ends the one before it', () => {
  expect(segments([rate(1, 0), rate(2, 100)], 0, null)).toEqual(['r1 0..100', 'r2 100..'])
})

test('the newest entry wins inside its span, and the earlier one resumes after it', () => {
  const rates = [rate(1, 0), rate(2, 100, 200)]
  expect(segments(rates, 0, null)).toEqual(['r1 0..100', 'r2 100..200', 'r1 200..'])
})

test('the order of entry decides, not the order of the starts or of the list', () => {
  expect(segments([rate(2, 0, 150), rate(1, 100)], 0, null)).toEqual(['r2 0..150', 'r1 150..'])
})

test('segments that overlap the period are listed whole; gaps are no segments', () => {
  const rates = [rate(1, 0, 100), rate(2, 200, 300), rate(3, 400)]
  expect(segments(rates, 50, 201)).toEqual(['r1 0..100', 'r2 200..300'])
  expect(segments(rates, 100, 200)).toEqual([])
  expect(segments(rates, 300, null)).toEqual(['r3 400..'])
  expect(segments(rates, 250, 251)).toEqual(['r2 200..300'])
})

test('at every instant the segment is of the newest entry in force, and segments do not overlap', () => {
  const span = fc
    .tuple(fc.integer({ min: 0, max: 10 }), fc.option(fc.integer({ min: 1, max: 11 })))
    .filter(([start, end]) => end === null || start < end)
  fc.assert(
    fc.property(fc.array(span, { maxLength: 6 }), (spans) => {
      const rates = spans.map(([start, end], i) => rate(i + 1, start, end))
      for (let at = 0; at <= 12; at++) {
        const newest = rates.findLast(
          ({ startingAt, endingBefore }) => startingAt <= at && at < (endingBefore ?? Infinity),
        )
        const found = rateSegments(rates, at, at + 1)
        expect(found.map((segment) => segment.rate)).toEqual(newest === undefined ? [] : [newest])
      }
      const all = rateSegments(rates, 0, null)
      const ends = all.map(({ endingBefore }) => endingBefore ?? Infinity)
      expect(all.slice(1).filter(({ startingAt }, i) => startingAt < ends[i]!)).toEqual([])
    }),
  )
})
