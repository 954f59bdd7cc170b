import { parseArgs } from 'node:util'
import { billModels } from './quickstart/bill-models.ts'
import { billSql } from './quickstart/bill-sql.ts'
import { billCommits } from './quickstart/bill-commits.ts'
import { billEnterprise } from './quickstart/bill-enterprise.ts'
import type { Scenario } from './quickstart/scenario.ts'

const SCENARIOS = new Map<string, Scenario>([
  ['models', billModels],
  ['sql', billSql],
  ['enterprise', billEnterprise],
  ['commits', billCommits],
])

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://localhost:8787' },
    token: { type: 'string', default: 'tactus_sandbox_local' },
    scenario: { type: 'string', default: 'models' },
  },
})
const scenario = SCENARIOS.get(values.scenario)
if (scenario === undefined) {
  console.error(`--scenario must be one of ${[...SCENARIOS.keys()].join(', ')}.`)
  process.exit(1)
}
const { differences } = await scenario(values, console.log)
if (differences.length > 0) process.exit(1)
