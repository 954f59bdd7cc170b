import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NaiveIdTimes, partOf } from '../../../../src/core/metering/naive/naive-id-times.ts'

test('an id has the instant that was set last, as in a map', () => {
  const change = fc.tuple(fc.string({ maxLength: 3 }), fc.integer())
  fc.assert(
    fc.property(fc.array(change, { maxLength: 200 }), (changes) => {
      const [times, map] = [new NaiveIdTimes(), new Map<string, number>()]
      for (const [id, ms] of changes) {
        expect(times.get(id)).toBe(map.get(id))
        times.set(id, ms)
        map.set(id, ms)
      }
      for (const [id, ms] of map) expect(times.get(id)).toBe(ms)
    }),
  )
})

test('many ids are told apart, in no more than 60 bytes each, and can be forgotten', () => {
  const times = new NaiveIdTimes()
  const ids = Array.from({ length: 50_000 }, (_, i) => `event-${i}`)
  for (const [i, id] of ids.entries()) times.set(id, i)
  expect(ids.every((id, i) => times.get(id) === i)).toBe(true)
  expect(times.get('event-50000')).toBeUndefined()
  expect(times.bytes).toBeGreaterThan(ids.length * 20)
  expect(times.bytes).toBeLessThan(ids.length * 60)
  times.clear()
  expect([times.get('event-1'), times.bytes]).toEqual([undefined, 0])
})

test('each id is in one of several parts of about the same size', () => {
  const parts = [0, 0, 0, 0]
  for (let i = 0; i < 4_000; i += 1) parts[partOf(`event-${i}`, 4)]! += 1
  expect(parts.reduce((sum, part) => sum + part)).toBe(4_000)
  expect(parts.every((part) => part > 900 && part < 1_100)).toBe(true)
})
