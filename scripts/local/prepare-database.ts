import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { unstable_getMiniflareWorkerOptions, unstable_splitSqlQuery } from 'wrangler'

type Database = Awaited<ReturnType<Miniflare['getD1Database']>>

/** The two environments of every local state. Their ids are fixed, so that a second start finds them. */
const LOCAL_ENVIRONMENTS = [
  {
    id: '00000000-0000-4000-8000-000000000001',
    kind: 'PRODUCTION',
    name: 'production',
    tokenId: '00000000-0000-4000-8000-000000000101',
    token: 'tactus_production_local',
  },
  {
    id: '00000000-0000-4000-8000-000000000002',
    kind: 'SANDBOX',
    name: 'sandbox',
    tokenId: '00000000-0000-4000-8000-000000000102',
    token: 'tactus_sandbox_local',
  },
]

/**
 * Brings the local D1 under `statePath` up to date before a server opens it: migrations, the two
 * environments and, with `localTokens`, their well-known tokens. Without it these tokens are
 * removed: whoever can reach the server knows them.
 */
export async function prepareDatabase(
  statePath: string,
  { localTokens }: { localTokens: boolean },
) {
  const { workerOptions } = unstable_getMiniflareWorkerOptions('wrangler.toml')
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      d1Databases: workerOptions['d1Databases'] as Record<string, { id: string }>,
      resourcePersistencePath: statePath,
      modules: [{ type: 'ESModule', path: 'index.js', contents: 'export default {}' }],
    }),
  )
  try {
    const database = await miniflare.getD1Database('DB')
    await applyMigrations(database)
    await seedEnvironments(database, { localTokens, nowMs: Date.now() })
  } finally {
    await miniflare.dispose()
  }
}

/** Keeps the books as `wrangler d1 migrations apply` does, so that either can follow the other. */
async function applyMigrations(database: Database): Promise<void> {
  await database
    .prepare(
      `CREATE TABLE IF NOT EXISTS d1_migrations(
         id INTEGER PRIMARY KEY AUTOINCREMENT,
         name TEXT UNIQUE,
         applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
       )`,
    )
    .run()
  const { results } = await database.prepare('SELECT name FROM d1_migrations').all()
  const applied = new Set(results.map(({ name }) => name))
  const pending = readdirSync('migrations')
    .filter((name) => name.endsWith('.sql') && !applied.has(name))
    .sort()
  for (const name of pending) {
    const statements = unstable_splitSqlQuery(readFileSync(join('migrations', name), 'utf8'))
    // One batch is one transaction: a migration is applied and noted, or neither.
    await database.batch([
      ...statements.map((statement) => database.prepare(statement)),
      database.prepare('INSERT INTO d1_migrations (name) VALUES (?)').bind(name),
    ])
  }
}

async function seedEnvironments(
  database: Database,
  { localTokens, nowMs }: { localTokens: boolean; nowMs: number },
): Promise<void> {
  const insertEnvironment = database.prepare(
    'INSERT OR IGNORE INTO environments (id, kind, name, created_at) VALUES (?, ?, ?, ?)',
  )
  const insertToken = database.prepare(
    `INSERT OR IGNORE INTO api_tokens (id, environment_id, name, scope, token_hash, prefix, created_at)
     VALUES (?, ?, 'local', 'full', ?, ?, ?)`,
  )
  const deleteToken = database.prepare('DELETE FROM api_tokens WHERE id = ?')
  await database.batch(
    LOCAL_ENVIRONMENTS.flatMap(({ id, kind, name, tokenId, token }) => [
      insertEnvironment.bind(id, kind, name, nowMs),
      localTokens
        ? insertToken.bind(tokenId, id, sha256(token), token.slice(0, 12), nowMs)
        : deleteToken.bind(tokenId),
    ]),
  )
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
