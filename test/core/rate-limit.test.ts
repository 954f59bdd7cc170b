import fc from 'fast-check'
import { expect, test } from 'vitest'
import { takeTokens, type TokenBucket } from '../../src/core/rate-limit.ts'

const take = (bucket: TokenBucket | null, count: number, nowMs: number, perSecond = 10) =>
  takeTokens(bucket, { count, nowMs, perSecond })

test('a bucket starts with the tokens of a second, and fills up steadily', () => {
  const first = take(null, 8, 1_000)
  expect(first).toEqual({ bucket: { milliTokens: 2_000, atMs: 1_000 }, waitMs: 0 })
  expect(take(first.bucket, 3, 1_000)).toEqual({ bucket: first.bucket, waitMs: 100 })
  expect(take(first.bucket, 3, 1_050)).toEqual({
    bucket: { milliTokens: 2_500, atMs: 1_050 },
    waitMs: 50,
  })
  expect(take(first.bucket, 3, 1_100)).toEqual({
    bucket: { milliTokens: 0, atMs: 1_100 },
    waitMs: 0,
  })
  expect(take(first.bucket, 1, 9_000)).toEqual({
    bucket: { milliTokens: 9_000, atMs: 9_000 },
    waitMs: 0,
  })
})

test('a request larger than the bucket passes when it is full, and leaves a debt', () => {
  const large = take(null, 25, 0)
  expect(large).toEqual({ bucket: { milliTokens: -15_000, atMs: 0 }, waitMs: 0 })
  expect(take(large.bucket, 1, 0).waitMs).toBe(1_600)
  expect(take(large.bucket, 25, 0).waitMs).toBe(2_500)
  expect(take(large.bucket, 25, 2_500).waitMs).toBe(0)
})

test('a rate below one lets single requests through; a rate of 0 only the first', () => {
  const slow = take(null, 1, 0, 0.5)
  expect(slow.waitMs).toBe(0)
  expect(take(slow.bucket, 1, 0, 0.5).waitMs).toBe(2_000)
  const stopped = take(null, 1, 0, 0)
  expect(stopped.waitMs).toBe(0)
  expect(take(stopped.bucket, 1, 1e9, 0).waitMs).toBe(Infinity)
})

test('a clock that is set back gives no tokens twice', () => {
  const empty = take(null, 10, 5_000).bucket
  const back = take(empty, 1, 1_000)
  expect(back).toEqual({ bucket: { milliTokens: 0, atMs: 5_000 }, waitMs: 100 })
  expect(take(back.bucket, 1, 5_000).waitMs).toBe(100)
})

const requests = fc.array(
  fc.record({ gapMs: fc.nat(3_000), count: fc.integer({ min: 1, max: 100 }) }),
  { minLength: 1, maxLength: 60 },
)
const rates = fc.integer({ min: 1, max: 200 })

test('law: in no span of time is more let through than the rate, a bucket and one request', () => {
  fc.assert(
    fc.property(requests, rates, (sequence, perSecond) => {
      let bucket: TokenBucket | null = null
      let nowMs = 0
      const passed: { nowMs: number; count: number }[] = []
      for (const { gapMs, count } of sequence) {
        nowMs += gapMs
        const taken = takeTokens(bucket, { count, perSecond, nowMs })
        bucket = taken.bucket
        if (taken.waitMs === 0) passed.push({ nowMs, count })
      }
      for (const [i, first] of passed.entries()) {
        let sum = 0
        for (const { nowMs: lastMs, count } of passed.slice(i)) {
          sum += count
          const allowed = perSecond + (perSecond * (lastMs - first.nowMs)) / 1_000
          expect(sum).toBeLessThanOrEqual(allowed + Math.max(count - perSecond, 0) + 1e-6)
        }
      }
    }),
  )
})

test('law: who waits as long as told to is let through', () => {
  fc.assert(
    fc.property(requests, rates, (sequence, perSecond) => {
      let bucket: TokenBucket | null = null
      let nowMs = 0
      for (const { gapMs, count } of sequence) {
        nowMs += gapMs
        const tried = takeTokens(bucket, { count, perSecond, nowMs })
        bucket = tried.bucket
        if (tried.waitMs === 0) continue
        nowMs += tried.waitMs
        const taken = takeTokens(bucket, { count, perSecond, nowMs })
        expect(taken.waitMs).toBe(0)
        bucket = taken.bucket
      }
    }),
  )
})
