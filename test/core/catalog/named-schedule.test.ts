import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  SCHEDULE_VALUE_LENGTH_MAX,
  segmentsAt,
  SEGMENTS_MAX,
  setSegment,
  type ScheduleSegment,
} from '../../../src/core/catalog/named-schedule.ts'

function segment(startingAt: number, endingBefore: number | null, value: string): ScheduleSegment {
  return { startingAt, endingBefore, value }
}

/** `a 0..10`: the segments as text, or why they are refused. */
function textOf(set: ReturnType<typeof setSegment>): string[] | string {
  if (!set.ok) return set.error.message
  return set.value.map((each) => `${each.value} ${each.startingAt}..${each.endingBefore ?? ''}`)
}

test('a value replaces what was there in its span, and leaves what was before and after', () => {
  expect(textOf(setSegment([], segment(0, null, 'a')))).toEqual(['a 0..'])
  const open = [segment(0, null, 'a')]
  expect(textOf(setSegment(open, segment(10, null, 'b')))).toEqual(['a 0..10', 'b 10..'])
  expect(textOf(setSegment(open, segment(10, 20, 'b')))).toEqual(['a 0..10', 'b 10..20', 'a 20..'])
  expect(textOf(setSegment(open, segment(0, null, 'b')))).toEqual(['b 0..'])
  const two = [segment(0, 10, 'a'), segment(20, 30, 'b')]
  expect(textOf(setSegment(two, segment(5, 25, 'c')))).toEqual(['a 0..5', 'c 5..25', 'b 25..30'])
  expect(textOf(setSegment(two, segment(10, 20, 'c')))).toEqual(['a 0..10', 'c 10..20', 'b 20..30'])
  expect(textOf(setSegment(two, segment(40, null, 'c')))).toEqual(['a 0..10', 'b 20..30', 'c 40..'])
})

test('spans end after they start, and schedules and values have a size', () => {
  expect(textOf(setSegment([], segment(5, 5, 'a')))).toBe(
    'ending_before: expected an instant after starting_at',
  )
  expect(textOf(setSegment([], segment(0, null, 'x'.repeat(SCHEDULE_VALUE_LENGTH_MAX + 1))))).toBe(
    'value: expected at most 1000 characters of JSON',
  )
  const many = Array.from({ length: SEGMENTS_MAX }, (_, i) => segment(i, i + 1, 'a'))
  expect(textOf(setSegment(many, segment(SEGMENTS_MAX, null, 'b')))).toBe(
    'schedule_name: the schedule would have more than 500 segments',
  )
  expect(setSegment(many, segment(SEGMENTS_MAX - 1, null, 'b')).ok).toBe(true)
})

test('at an instant there is at most one segment', () => {
  const two = [segment(0, 10, 'a'), segment(20, null, 'b')]
  expect(segmentsAt(two, undefined)).toEqual(two)
  expect(segmentsAt(two, 9)).toEqual([two[0]])
  expect(segmentsAt(two, 10)).toEqual([])
  expect(segmentsAt(two, 20)).toEqual([two[1]])
})

test('at every instant the value is the one that was set there last', () => {
  const span = fc
    .tuple(fc.integer({ min: 0, max: 10 }), fc.option(fc.integer({ min: 1, max: 11 })))
    .filter(([start, end]) => end === null || start < end)
  fc.assert(
    fc.property(fc.array(span, { maxLength: 6 }), (spans) => {
      const given = spans.map(([start, end], i) => segment(start, end, String(i)))
      let segments: ScheduleSegment[] = []
      for (const each of given) {
        const set = setSegment(segments, each)
        if (!set.ok) throw new Error(set.error.message)
        segments = set.value
      }
      for (let at = 0; at <= 12; at++) {
        const newest = given.findLast((each) => segmentsAt([each], at).length > 0)
        expect(segmentsAt(segments, at).map(({ value }) => value)).toEqual(
          newest === undefined ? [] : [newest.value],
        )
      }
    }),
  )
})
