import { expect, test } from 'vitest'
import { contractRateAt } from '../../../src/core/rating/contract-rate.ts'
import type { Override } from '../../../src/core/contracts/override.ts'
import { at, product, rate, type RateOptions } from '../../support/terms.ts'

function override(options: Partial<Override>): Override {
  return {
    id: 'o',
    startingAt: at('2026-01-01'),
    endingBefore: null,
    entitled: null,
    change: null,
    specifiers: [],
    isCommitSpecific: false,
    target: 'LIST_RATE',
    createdAt: 0,
    ...options,
  }
}

function rateAt(overrides: Override[], options: RateOptions = {}, day = '2026-03-10') {
  const entry = rate({ price: '100', ...options })
  const segment = { rate: entry, startingAt: entry.startingAt, endingBefore: entry.endingBefore }
  return contractRateAt({ overrides }, segment, product().initial, at(day))
}

const tenth = { type: 'MULTIPLIER', multiplier: '0.1', priority: null } as const

test('without overrides, a contract pays what its card says', () => {
  expect(rateAt([])).toMatchObject({
    override: null,
    price: { rateType: 'FLAT', price: '100' },
    startingAt: at('2020-01-01'),
    endingBefore: null,
  })
})

test('an override holds in the span where neither it nor the entry ends', () => {
  const spring = override({
    change: tenth,
    startingAt: at('2026-03-01'),
    endingBefore: at('2026-06-01'),
  })
  expect(rateAt([spring])).toMatchObject({
    override: { id: 'o' },
    price: { price: '10' },
    startingAt: at('2026-03-01'),
    endingBefore: at('2026-06-01'),
  })
  expect(rateAt([spring], { endingBefore: at('2026-04-01') })?.endingBefore).toBe(at('2026-04-01'))
  expect(rateAt([spring], {}, '2026-06-01')).toMatchObject({ override: null })
})

test('what the contract is not entitled to is no rate of it', () => {
  expect(rateAt([], { entitled: false })).toBeNull()
  expect(rateAt([override({ entitled: true })], { entitled: false })).not.toBeNull()
  expect(rateAt([override({ entitled: false })])).toBeNull()
})

test('overrides for commits, or for some of the usage, are not the price of all of it', () => {
  const forCommits = override({ change: tenth, isCommitSpecific: true })
  const forTeam = override({
    change: tenth,
    specifiers: [{ presentationGroupValues: { team: 'red' } }],
  })
  expect(rateAt([forCommits, forTeam])).toMatchObject({ override: null, price: { price: '100' } })
})

test('an override is for the values of the entry', () => {
  const forModel = override({ change: tenth, specifiers: [{ pricingGroupValues: { model: 'a' } }] })
  expect(rateAt([forModel], { pricingGroupValues: { model: 'a' } })?.price).toEqual({
    rateType: 'FLAT',
    price: '10',
  })
  expect(rateAt([forModel], { pricingGroupValues: { model: 'b' } })?.override).toBeNull()
})
