import { readFileSync, writeFileSync } from 'node:fs'
import { unstable_readConfig } from 'wrangler'
import { runWrangler } from './local/run-wrangler.ts'

/**
 * Once per Cloudflare account, before the first `npm run deploy`: makes the D1 database (or finds
 * it, when it is there) and writes its id into `wrangler.toml`; makes the ingest queue and the one
 * for its dead letters, and the bucket for the archive.
 */
const CONFIG = 'wrangler.toml'
const database = unstable_readConfig({ config: CONFIG }).d1_databases[0]
if (database?.database_name === undefined || database.database_id === undefined) {
  throw new Error(`${CONFIG} names no database`)
}

const id =
  (await findDatabase(database.database_name)) ?? (await createDatabase(database.database_name))
writeFileSync(CONFIG, readFileSync(CONFIG, 'utf8').replace(database.database_id, id))
for (const queue of ['tactus-ingest', 'tactus-ingest-dead']) await createQueue(queue)
await createBucket('tactus-archive')
console.log(`${CONFIG} now names the database ${database.database_name} (${id}).`)

async function createDatabase(name: string): Promise<string> {
  await runWrangler(['d1', 'create', name])
  const created = await findDatabase(name)
  if (created === undefined) throw new Error(`wrangler made no database named ${name}`)
  return created
}

async function createQueue(name: string): Promise<void> {
  const queues = await runWrangler(['queues', 'list'])
  if (!queues.split(/[^\w-]+/).includes(name)) await runWrangler(['queues', 'create', name])
}

async function createBucket(name: string): Promise<void> {
  const buckets = await runWrangler(['r2', 'bucket', 'list'])
  if (!buckets.split(/[^\w-]+/).includes(name)) await runWrangler(['r2', 'bucket', 'create', name])
}

async function findDatabase(name: string): Promise<string | undefined> {
  const listed = JSON.parse(await runWrangler(['d1', 'list', '--json'])) as {
    name: string
    uuid: string
  }[]
  return listed.find((entry) => entry.name === name)?.uuid
}
