import { bundlesOf, simulate, SimulationError } from '../run.ts'
import type { Patch } from '../platform/bundle.ts'
import { BILLING_MUTANTS } from './billing-mutants.ts'
import { DAMAGES, type Damage } from './damages.ts'
import { METERING_MUTANTS } from './metering-mutants.ts'

/** A fault in the code. */
export interface CodeMutant {
  name: string
  patches: Patch[]
}

export interface Verdict {
  name: string
  /** The check that caught it; null: none did. */
  caughtBy: string | null
  /** Where: `seed 2, step 17`. */
  place: string
  message: string
}

export const CODE_MUTANTS: CodeMutant[] = [...METERING_MUTANTS, ...BILLING_MUTANTS]
export { DAMAGES }

/** Enough for finalized invoices, sealed logs and moved aliases, on both sizes of limits. */
export const MUTANT_SEEDS = [1, 2, 3, 4, 5, 8]
export const MUTANT_DAYS = 45

export interface Trials {
  seeds?: readonly number[]
  days?: number
}

/** Runs seeds with a fault in the code until a check catches it. */
export async function tryMutant(
  { name, patches }: CodeMutant,
  trials: Trials = {},
): Promise<Verdict> {
  const bundleOf = bundlesOf(patches)
  return trySeeds(name, trials, async (seed, days) => simulate(await bundleOf(seed), seed, days))
}

/** The same with a damage that is done as soon as there is something to damage. */
export async function tryDamage(
  { name, apply }: Damage,
  bundleOf: (seed: number) => Promise<string>,
  trials: Trials = {},
): Promise<Verdict> {
  return trySeeds(name, trials, async (seed, days) => {
    let isDone = false
    return simulate(await bundleOf(seed), seed, days, (simulation) => {
      isDone ||= apply(simulation)
    })
  })
}

async function trySeeds(
  name: string,
  { seeds = MUTANT_SEEDS, days = MUTANT_DAYS }: Trials,
  play: (seed: number, days: number) => Promise<unknown>,
): Promise<Verdict> {
  for (const seed of seeds) {
    try {
      await play(seed, days)
    } catch (error) {
      if (!(error instanceof SimulationError)) throw error
      const { place, reason } = error
      return { name, caughtBy: checkOf(reason), place, message: reason }
    }
  }
  return { name, caughtBy: null, place: '', message: '' }
}

const CHECKS: [check: string, pattern: RegExp][] = [
  ['usage verify', /usage is not verified/],
  ['invoice verify', /invoice \S+ is not verified/],
  ['model: draws', / draws\n/],
  ['model: grants', /recurring credit/],
  ['model: charges', /charge|true-up/],
  ['ledger', /ledger|has given more/],
  ['final stays', /the final invoice \S+ has/],
  ['law: totals', /and its lines is|^line /],
  ['model: invoices', /usage invoices|final yet|too early|the end of/],
  ['model: totals', /the total of/],
  ['model: usage', / on /],
]

function checkOf(reason: string): string {
  return CHECKS.find(([, pattern]) => pattern.test(reason))?.[0] ?? 'an answer'
}
