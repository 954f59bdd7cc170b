import {
  CODE_MUTANTS,
  DAMAGES,
  tryDamage,
  tryMutant,
  type Verdict,
} from '../test/sim/mutants/mutant.ts'
import { bundlesOf } from '../test/sim/run.ts'

/** Injects known faults one by one, and shows which check of the simulation catches each. */
const wanted = new RegExp(process.argv[2] ?? '')
const isWanted = ({ name }: { name: string }) => wanted.test(name)
const survivors: string[] = []
const width = Math.max(...[...CODE_MUTANTS, ...DAMAGES].map(({ name }) => name.length))

console.log(`${'fault'.padEnd(width)}  caught by        at`)
for (const mutant of CODE_MUTANTS.filter(isWanted)) tell(await tryMutant(mutant))
const bundleOf = bundlesOf()
for (const damage of DAMAGES.filter(isWanted)) tell(await tryDamage(damage, bundleOf))
if (survivors.length > 0) {
  console.error(`\n${survivors.length} faults were not caught: ${survivors.join('; ')}`)
  process.exitCode = 1
}

function tell({ name, caughtBy, place }: Verdict): void {
  if (caughtBy === null) survivors.push(name)
  console.log(`${name.padEnd(width)}  ${(caughtBy ?? 'NOTHING').padEnd(15)}  ${place}`)
}
