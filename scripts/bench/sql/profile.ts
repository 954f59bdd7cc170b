import { formatProfile, startProfiled } from '../profile.ts'
import { writeEventFile } from './events.ts'
import { untilSealed } from './measure.ts'
import { QUERIES, QUERY_NAMES } from './queries.ts'
import { createSqlSandbox, runPreview, sendParts } from './server.ts'

const EVENTS = 300_000
const ROUNDS = 3

/** Where the time of scanning goes, over all queries: a table of functions. */
export async function profileSql(): Promise<string> {
  const { server, profile } = await startProfiled()
  const sandbox = await createSqlSandbox(server, { name: 'profile', withMetrics: false })
  const file = writeEventFile(EVENTS)
  await sendParts(sandbox, file, file.parts)
  await untilSealed(server)
  const runAll = async () => {
    for (const name of QUERY_NAMES) await runPreview(sandbox, QUERIES[name])
  }
  await runAll()
  const times = await profile(async () => {
    for (let round = 0; round < ROUNDS; round++) await runAll()
  })
  await server.kill()
  const events = EVENTS * ROUNDS * QUERY_NAMES.length
  return formatProfile(times, { what: 'scanned by SQL metrics', events })
}
