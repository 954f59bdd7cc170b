import { parseArgs } from 'node:util'
import { bundlesOf, simulate } from '../test/sim/run.ts'

/** Plays random customers of some seeds; the first check that fails ends it, with its seed. */
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string' },
    days: { type: 'string', default: '90' },
  },
})

const bundleOf = bundlesOf()
for (const seed of readSeeds()) {
  const startedAt = performance.now()
  try {
    const { days, steps, hash, counts, customerDays } = await simulate(
      await bundleOf(seed),
      seed,
      Number(values.days),
    )
    const seconds = (performance.now() - startedAt) / 1_000
    const speed = Math.round(customerDays / seconds)
    console.log(
      `seed ${seed}: ${days} days, ${steps} steps, ${customerDays} customer-days in ${seconds.toFixed(1)} s, ${speed}/s, trace ${hash}`,
    )
    console.log(
      `  ${Object.entries(counts)
        .map(([what, many]) => `${many} ${what}`)
        .join(', ')}`,
    )
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    console.error(`\nAgain: npm run sim -- --seed ${seed} --days ${values.days}`)
    process.exitCode = 1
    break
  }
}

/** `--seed 7`, or `--seeds 1..20`. */
function readSeeds(): number[] {
  const [first, last] = (values.seeds ?? values.seed ?? '1').split('..').map(Number)
  if (first === undefined || !Number.isSafeInteger(first))
    throw new Error('--seed: expected a number')
  return Array.from({ length: (last ?? first) - first + 1 }, (_, i) => first + i)
}
