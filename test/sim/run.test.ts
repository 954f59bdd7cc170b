import { expect, test } from 'vitest'
import { bundlesOf, simulate } from './run.ts'

const bundleOf = bundlesOf()

test('random months agree with the naive model, whatever fails on the way', async () => {
  for (const [seed, days] of [
    [1, 30],
    [6, 10],
  ] as const) {
    const { counts } = await simulate(await bundleOf(seed), seed, days)
    expect(counts['events']).toBeGreaterThan(200)
    expect(counts['usage verified']).toBeGreaterThan(0)
  }
})

test('the same seed plays the same run, to the last step', async () => {
  const play = async (seed: number) => simulate(await bundleOf(seed), seed, 4)
  const [first, second, other] = [await play(7), await play(7), await play(9)]
  expect(second).toEqual(first)
  expect(other.hash).not.toBe(first.hash)
})
