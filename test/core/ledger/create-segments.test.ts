import { expect, test } from 'vitest'
import {
  createSegments,
  SEGMENTS_MAX,
  segmentsInOrder,
} from '../../../src/core/ledger/create-segments.ts'
import { YEAR } from '../../support/asked-balances.ts'
import { at } from '../../support/terms.ts'

test('segments keep their bounds and amounts, and have ids of their own', () => {
  const created = createSegments([YEAR, YEAR], ['commit'], 'items')
  expect(created).toMatchObject({ ok: true, value: [YEAR, YEAR] })
  const again = createSegments([YEAR, YEAR], ['commit'], 'items')
  expect(again).toEqual(created)
  const ids = created.ok ? created.value.map(({ id }) => id) : []
  expect(new Set(ids).size).toBe(2)
})

test('segments that are off the hour, or end before they start, are refused by name', () => {
  const offHour = { ...YEAR, startingAt: YEAR.startingAt + 1 }
  expect(createSegments([YEAR, offHour], ['commit'], 'items')).toMatchObject({
    error: { message: expect.stringContaining('items[1].starting_at: expected a timestamp on') },
  })
  const empty = { ...YEAR, endingBefore: YEAR.startingAt }
  expect(createSegments([empty], ['commit'], 'items')).toMatchObject({
    error: { code: 'invalid', message: expect.stringContaining('items[0].ending_before') },
  })
})

test('there are so many segments at most', () => {
  const many = Array.from({ length: SEGMENTS_MAX + 1 }, () => YEAR)
  expect(createSegments(many, ['commit'], 'items').ok).toBe(false)
  expect(createSegments(many.slice(1), ['commit'], 'items').ok).toBe(true)
})

test('segments are ordered by start, and then by end', () => {
  const segment = (id: string, start: string, end: string) => {
    return { id, amount: '1', startingAt: at(start), endingBefore: at(end) }
  }
  const late = segment('late', '2026-02-01', '2026-03-01')
  const long = segment('long', '2026-01-01', '2026-04-01')
  const short = segment('short', '2026-01-01', '2026-02-01')
  expect(segmentsInOrder([late, long, short])).toEqual([short, long, late])
})
