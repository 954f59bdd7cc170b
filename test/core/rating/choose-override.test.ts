import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Override, OverridePrioritization } from '../../../src/core/contracts/override.ts'
import { chooseOverride } from '../../../src/core/rating/choose-override.ts'
import { override, overwrite, times } from '../../support/rate-events.ts'

const named = (id: string, ...[change, options]: Parameters<typeof override>) =>
  override(change, { id, ...options })

/** The winner, then each loser with the reason. */
function choose(overrides: Override[], prioritization?: OverridePrioritization): string[] {
  const { winner, lost } = chooseOverride(overrides, prioritization)
  return [winner?.id ?? 'none', ...lost.map(({ override: { id }, reason }) => `${id}: ${reason}`)]
}

const STEPS = { type: 'TIERED' as const, priority: 2, tiers: [{ size: null, multiplier: '0.1' }] }

test('TV19: the lowest multiplier wins, or the lowest priority; an OVERWRITE wins, the last of two', () => {
  const [nine, eight] = [named('0.9', times('0.9')), named('0.8', times('0.8'))]
  expect(choose([nine, eight])).toEqual(['0.8', '0.9: higher_multiplier'])
  const explicit = [named('0.9', times('0.9', 1)), named('0.8', times('0.8', 2))]
  expect(choose(explicit, 'EXPLICIT')).toEqual(['0.9', '0.8: lower_priority'])
  const first = named('323', overwrite('323'))
  expect(choose([first, ...explicit], 'EXPLICIT')[0]).toBe('323')
  expect(choose([first, ...explicit, named('300', overwrite('300'))])).toEqual([
    '300',
    '323: added_earlier',
    '0.9: overwritten',
    '0.8: overwritten',
  ])
})

test('among equals the one that was added last wins', () => {
  expect(choose([named('a', times('0.5')), named('b', times('0.50'))])).toEqual([
    'b',
    'a: added_earlier',
  ])
  const prioritized = [named('a', times('0.5', 3)), named('b', times('0.9', 3))]
  expect(choose(prioritized, 'EXPLICIT')).toEqual(['b', 'a: added_earlier'])
})

test('a ladder of multipliers competes by priority, and only where priorities count', () => {
  const overrides = [named('ladder', STEPS), named('half', times('0.5', 5))]
  expect(choose(overrides, 'EXPLICIT')).toEqual(['ladder', 'half: lower_priority'])
  expect(choose(overrides)).toEqual(['half', 'ladder: needs_explicit_prioritization'])
})

test('a multiplier without priority comes last', () => {
  const overrides = [named('first', times('0.5', 9)), named('none', times('0.1'))]
  expect(choose(overrides, 'EXPLICIT')).toEqual(['first', 'none: lower_priority'])
})

test('an override of what commits pay prices nothing here', () => {
  const own = named('own', overwrite('1'), { isCommitSpecific: true, entitled: true })
  expect(choose([own])).toEqual(['none', 'own: commit_specific'])
  expect(chooseOverride([own]).entitling).toBeNull()
})

test('whether usage is billed is decided by the last override that says so, apart from the price', () => {
  const on = named('on', null, { entitled: true })
  const free = named('free', times('0'))
  expect(choose([on, free])).toEqual(['free'])
  expect(chooseOverride([on, free]).entitling).toBe(on)
  const off = named('off', times('2'), { entitled: false })
  expect(chooseOverride([on, free, off])).toMatchObject({ winner: free, entitling: off })
})

test('taking away one that lost changes nothing of the choice', () => {
  const change = fc.oneof(
    fc.tuple(fc.nat(3), fc.nat(3)).map(([a, b]) => times(`0.${a}`, b)),
    fc.nat(3).map((price) => overwrite(String(price))),
    fc.constant(STEPS),
  )
  const schemes = fc.constantFrom('LOWEST_MULTIPLIER' as const, 'EXPLICIT' as const)
  fc.assert(
    fc.property(fc.array(change, { maxLength: 6 }), schemes, (changes, scheme) => {
      const overrides = changes.map((each, i) => named(String(i), each))
      const { winner, lost } = chooseOverride(overrides, scheme)
      expect(lost.length + Number(winner !== null)).toBe(overrides.length)
      for (const { override: loser } of lost) {
        const rest = overrides.filter((each) => each !== loser)
        expect(chooseOverride(rest, scheme).winner).toBe(winner)
      }
    }),
  )
})
