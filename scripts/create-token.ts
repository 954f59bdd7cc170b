import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { runWrangler } from './local/run-wrangler.ts'

const METERS_MAX = 64

const USAGE = `npm run create-token -- --environment production --name ops
    [--kind production|sandbox] [--scope full|read-only|ingest-only] [--meters N]
    [--remote | --state DIR]

  Makes a token, and the environment if there is none of that name and kind. The token is printed
  once; the database keeps its hash. Without --kind, only an environment named "sandbox" is one.
  --meters  over how many meters a new environment spreads its events, 1 to ${METERS_MAX}; by
            default 1, and 8 for a deployed production environment. It stays as it is then.
  --remote  the deployed database, through your wrangler login; otherwise that of \`npm start\`
  --state   the folder that \`npm start -- --state DIR\` uses`

const SCOPES = ['full', 'read-only', 'ingest-only']
const DATABASE = 'tactus'

await main()

async function main(): Promise<void> {
  const { environment, name, scope, kind, meters, remote, state } = readOptions()
  const token = `tactus_${kind}_${randomBytes(32).toString('base64url')}`
  const place = remote
    ? ['--remote', '--yes']
    : ['--local', ...(state === undefined ? [] : ['--persist-to', state])]
  const sql = insertToken({ environment, kind: kind.toUpperCase(), name, scope, meters, token })
  try {
    await runWrangler(['d1', 'execute', DATABASE, ...place, '--command', sql])
  } catch (error) {
    const { message } = error as Error
    const first = remote ? 'npm run deploy' : 'npm start'
    return fail(message.includes('no such table') ? `Run \`${first}\` once before.` : message)
  }
  console.log(`${token}\n\nScope ${scope}, environment "${environment}". It is not shown again.`)
}

function insertToken(input: {
  environment: string
  kind: string
  name: string
  scope: string
  meters: number
  token: string
}): string {
  const environment = quote(input.environment)
  const kind = quote(input.kind)
  const settings = quote(JSON.stringify({ sharedMeters: input.meters }))
  const found = `FROM environments
    WHERE name = ${environment} AND kind = ${kind} AND parent_id IS NULL AND deleted_at IS NULL`
  const hash = createHash('sha256').update(input.token).digest('hex')
  const prefix = quote(input.token.slice(0, 24))
  return `
    INSERT INTO environments (id, kind, name, settings, created_at)
      SELECT '${randomUUID()}', ${kind}, ${environment}, ${settings}, ${Date.now()}
      WHERE NOT EXISTS (SELECT 1 ${found});
    INSERT INTO api_tokens (id, environment_id, name, scope, token_hash, prefix, created_at)
      SELECT '${randomUUID()}', id, ${quote(input.name)}, ${quote(input.scope)}, '${hash}', ${prefix},
        ${Date.now()}
      ${found} ORDER BY created_at, id LIMIT 1;`
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        environment: { type: 'string' },
        name: { type: 'string' },
        scope: { type: 'string', default: 'full' },
        kind: { type: 'string' },
        meters: { type: 'string' },
        remote: { type: 'boolean', default: false },
        state: { type: 'string' },
      },
    })
    const { environment, name, scope, remote, state } = values
    const kind = values.kind ?? (environment === 'sandbox' ? 'sandbox' : 'production')
    if (!environment || !name) return fail(`--environment and --name are needed.\n\n${USAGE}`)
    if (!SCOPES.includes(scope)) return fail(`--scope is one of ${SCOPES.join(', ')}.`)
    if (kind !== 'production' && kind !== 'sandbox') return fail('--kind is production or sandbox.')
    const meters = Number(values.meters ?? (remote && kind === 'production' ? 8 : 1))
    if (!Number.isInteger(meters) || meters < 1 || meters > METERS_MAX) {
      return fail(`--meters is a number from 1 to ${METERS_MAX}.`)
    }
    return { environment, name, scope, kind, meters, remote, state }
  } catch (error) {
    return fail(`${(error as Error).message}\n\n${USAGE}`)
  }
}

function fail(message: string): never {
  console.error(message)
  process.exit(1)
}
