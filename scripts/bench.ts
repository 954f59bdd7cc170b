import { parseArgs } from 'node:util'
import { measureCustomers } from './bench/customers.ts'
import { LOADS, profileIngest } from './bench/profile.ts'
import { formatTable } from './bench/report.ts'
import { runBench } from './bench/run.ts'
import { cleanUpAtEnd } from './bench/scratch.ts'
import { profileSql } from './bench/sql/profile.ts'

const USAGE = `npm run bench -- [--quick] [--postgres] [--json]
npm run bench -- --customers 100000
npm run bench -- --profile [batches | mixed | singles | sql]

  --quick     with 100 thousand events instead of a million, within 50 seconds
  --postgres  compares with Postgres 15 too; installs Debian's package if it is missing
  --json      prints the figures as JSON instead of a table
  --customers shows instead how long the dashboard's lists and searches take among so many customers
  --profile   shows instead which functions take the time of ingest: of 100-event batches of one
              customer, of a hundred customers mixed, of single events, or of scans by SQL metrics

It starts servers of its own on a temporary state, and removes both.`

const { values: options, positionals } = readOptions()
const load = [...LOADS, 'sql' as const].find((name) => name === (positionals[0] ?? 'batches'))
if (load === undefined || positionals.length > (options.profile ? 1 : 0)) {
  console.error(USAGE)
  process.exit(1)
}
cleanUpAtEnd()
if (options.help) console.log(USAGE)
else if (options.customers !== undefined) await benchCustomers(Number(options.customers))
else if (options.profile)
  console.log(load === 'sql' ? await profileSql() : await profileIngest(load))
else await bench()
// Sockets and servers would keep it alive.
process.exit()

async function bench(): Promise<void> {
  const start = performance.now()
  const { report, details } = await runBench({
    isQuick: options.quick,
    withPostgres: options.postgres,
    onStep: (step) => {
      const seconds = ((performance.now() - start) / 1_000).toFixed(0)
      console.error(`${seconds.padStart(4)} s  ${step}`)
    },
  })
  if (options.json) console.log(JSON.stringify(report, roundNumber, 2))
  else console.log(`\n${formatTable(report, details)}`)
}

async function benchCustomers(count: number): Promise<void> {
  const figures = await measureCustomers(count, (step) => console.error(step))
  if (options.json) console.log(JSON.stringify(figures, roundNumber, 2))
  else
    for (const { what, p50Ms, p99Ms } of figures)
      console.log(`${what.padEnd(40)} p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`)
}

/** More digits would say nothing. */
function roundNumber(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(5)) : value
}

function readOptions() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        quick: { type: 'boolean', default: false },
        postgres: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        customers: { type: 'string' },
        profile: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`)
    return process.exit(1)
  }
}
