import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildAssets, watchAssets } from './local/build-assets.ts'
import { lockState } from './local/lock-state.ts'
import { prepareDatabase } from './local/prepare-database.ts'
import { wranglerScript } from './local/run-wrangler.ts'
import { keepSessionSecret } from './local/session-secret.ts'

/** `wrangler dev` on the same state as `npm start`, for working on the code: it rebuilds on change. */
const STATE = '.wrangler/state'
const CRON_INTERVAL_MS = 60_000

const { port } = parseArgs({ options: { port: { type: 'string', default: '8787' } } }).values

if (!lockState(join(STATE, 'v3'))) {
  console.error(`The state in ${STATE} is in use by another server.`)
  process.exit(1)
}
await buildAssets()
await prepareDatabase(join(STATE, 'v3'), { localTokens: true })

console.log('Tokens: tactus_production_local, tactus_sandbox_local')

const { file: secrets } = keepSessionSecret(join(STATE, 'v3'))
const settings = ['--var', 'INGEST_OVERFLOW:refuse', '--env-file', secrets]
const wrangler = spawn(process.execPath, [wranglerScript(), 'dev', '--port', port, ...settings], {
  stdio: 'inherit',
  env: {
    ...process.env,
    // By default each request and each SQL call is traced into a database, for half of the speed.
    X_LOCAL_OBSERVABILITY: 'false',
    X_LOCAL_EXPLORER: 'false',
    // Neither is needed to work offline.
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    WRANGLER_SEND_METRICS: 'false',
  },
})
const vite = watchAssets()
wrangler.once('exit', (code) => {
  vite.kill()
  process.exit(code ?? 1)
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => wrangler.kill(signal))

// wrangler does not run the cron of `wrangler.toml` by itself.
setInterval(() => {
  fetch(`http://127.0.0.1:${port}/cdn-cgi/local/scheduled`).catch(() => undefined)
}, CRON_INTERVAL_MS)
