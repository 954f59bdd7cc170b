import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { findAddresses, isLoopback } from './local/addresses.ts'
import { buildAssets } from './local/build-assets.ts'
import { buildWorker } from './local/build-worker.ts'
import { endNewestChildWithParent } from './local/end-with-parent.ts'
import { lockState } from './local/lock-state.ts'
import { prepareDatabase } from './local/prepare-database.ts'
import { serveWorker } from './local/serve-worker.ts'

const USAGE = `npm start -- [--port 8787] [--host localhost] [--state .wrangler/state] [--local-tokens]

  --port          the port to listen on
  --host          the address to listen on; localhost means 127.0.0.1 and ::1
  --state         where everything is kept; \`wrangler --persist-to\` means the same folder
  --local-tokens  accept the well-known local tokens even if --host can be reached from outside`

const { values } = readOptions()
const { host } = values
const port = Number(values.port)
// wrangler keeps its state in this subfolder.
const statePath = join(values.state, 'v3')
const localTokens = values['local-tokens'] || isLoopback(host)

if (values.help) exit(USAGE, 0)
if (!Number.isInteger(port) || port < 1 || port > 65_535) exit(`--port must be 1 to 65535.`)

if (!lockState(statePath)) exit(`The state in ${statePath} is in use by another server.`)
const addresses = await findAddresses(host, port)
if (addresses === undefined) exit(`Port ${port} is taken; choose another: npm start -- --port 8790`)

const script = await buildAssets()
  .then(buildWorker)
  .catch((error: Error) => exit(error.message))
endNewestChildWithParent()
await prepareDatabase(statePath, { localTokens })
await serveWorker({ script, statePath, addresses, port })
endWithSignalsAndNpm()
printWelcome()

function readOptions() {
  try {
    return parseArgs({
      options: {
        port: { type: 'string', default: '8787' },
        host: { type: 'string', default: 'localhost' },
        state: { type: 'string', default: '.wrangler/state' },
        'local-tokens': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    return exit(`${(error as Error).message}\n\n${USAGE}`)
  }
}

function endWithSignalsAndNpm(): void {
  // Before Miniflare's own listeners, which would make an ordinary end look like a failure. Its
  // `exit` listener then ends workerd; what was answered is on disk.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.prependListener(signal, () => process.exit(0))
  }

  // `kill -9` of npm reaches nobody else; a server that nobody runs any more would keep the port.
  // (The script says `exec`, without which the parent is a shell that outlives npm.)
  const parent = process.ppid
  const isRunByNpm = process.env['npm_lifecycle_event'] !== undefined
  if (isRunByNpm) setInterval(() => process.ppid !== parent && process.exit(0), 500)
}

function printWelcome(): void {
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  const tokens = localTokens
    ? 'tactus_production_local, tactus_sandbox_local'
    : 'yours; npm run create-token -- --environment production --name ops makes one'
  console.log(`
  Tactus is running at ${url}

    Dashboard  ${url}/
    Reference  ${url}/docs
    State      ${statePath}
    Tokens     ${tokens}
`)
}

function exit(message: string, code = 1): never {
  if (code === 0) console.log(message)
  else console.error(message)
  process.exit(code)
}
