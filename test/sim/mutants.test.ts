import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CODE_MUTANTS, DAMAGES, tryDamage, tryMutant } from './mutants/mutant.ts'
import { bundlesOf } from './run.ts'

/** Some of `npm run mutants`, of those that are caught within some days of one seed. */
const QUICK = [
  'LATEST is what came last',
  'the last millisecond of an hour is in the next',
  'values of two groups are mixed up',
  'sizes of tiers are taken for their ends',
  'the override that was added first wins',
  'a draw is taken twice from what is left',
  'an invoice forgets what it drew',
]
/** Of more than one seed, so that a change of the simulation does not move all of them away. */
const TRIALS = { seeds: [4, 5, 6], days: 8 }
const QUICK_DAMAGES = ['a byte of a chunk is another', 'an aggregate is doubled']

test('faults in the code are caught', async () => {
  const mutants = CODE_MUTANTS.filter(({ name }) => QUICK.includes(name))
  expect(mutants.length).toBe(QUICK.length)
  for (const mutant of mutants) {
    const { name, caughtBy } = await tryMutant(mutant, TRIALS)
    expect({ name, isCaught: caughtBy !== null }).toEqual({ name, isCaught: true })
  }
})

test('damages of what is stored are caught', async () => {
  const bundleOf = bundlesOf()
  const damages = DAMAGES.filter(({ name }) => QUICK_DAMAGES.includes(name))
  expect(damages.length).toBe(QUICK_DAMAGES.length)
  for (const damage of damages) {
    const { name, caughtBy } = await tryDamage(damage, bundleOf, TRIALS)
    expect({ name, isCaught: caughtBy !== null }).toEqual({ name, isCaught: true })
  }
})

test('all faults of the list can still be made', () => {
  const stale = CODE_MUTANTS.filter(({ patches }) =>
    patches.some(({ file, before }) => readFileSync(file, 'utf8').split(before).length !== 2),
  )
  expect(stale.map(({ name }) => name)).toEqual([])
})
