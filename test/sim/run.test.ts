import { beforeAll, expect, test } from 'vitest'
import { bundleBoth, simulate } from './run.ts'

let bundleOf: (seed: number) => string

beforeAll(async () => {
  bundleOf = await bundleBoth()
})

test('random months agree with the naive model, whatever fails on the way', async () => {
  for (const seed of [1, 2, 3]) {
    const { counts } = await simulate(bundleOf(seed), seed, 45)
    expect(counts['usage invoices finalized']).toBeGreaterThan(0)
    expect(counts['events']).toBeGreaterThan(500)
  }
})

test('the same seed plays the same run, to the last step', async () => {
  const [first, second, other] = [
    await simulate(bundleOf(7), 7, 6),
    await simulate(bundleOf(7), 7, 6),
    await simulate(bundleOf(8), 8, 6),
  ]
  expect(second).toEqual(first)
  expect(other.hash).not.toBe(first.hash)
})
