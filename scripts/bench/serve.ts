import { readFileSync } from 'node:fs'
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare'
import { parseArgs } from 'node:util'
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from 'wrangler'
import { endNewestChildWithParent } from '../local/end-with-parent.ts'
import { prepareDatabase } from '../local/prepare-database.ts'
import { setRuntimeFlags } from '../local/set-runtime-flags.ts'

/**
 * Serves Worker modules in the way of `serveWorker`, for measurements that need another Worker
 * than the product's, or a debugger beside it. The first module is the Worker, the others it may
 * import by name.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: 'string' },
    state: { type: 'string' },
    'inspector-port': { type: 'string' },
  },
})
const { port = '', state = '', 'inspector-port': inspectorPort } = values

endNewestChildWithParent()
setRuntimeFlags()
await prepareDatabase(state, { localTokens: true })
const config = 'wrangler.toml'
// Without the dashboard: its router would stand before a Worker that has no named entrypoint.
const { assets: _, ...workerOptions } = unstable_getMiniflareWorkerOptions(config).workerOptions
const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    ...workerOptions,
    bindings: { ...(workerOptions['bindings'] as object), INGEST_OVERFLOW: 'refuse' },
    name: unstable_readConfig({ config }).name,
    modules: positionals.map((path) => ({
      type: 'ESModule',
      path: path.split('/').at(-1)!,
      contents: readFileSync(path, 'utf8'),
    })),
    resourcePersistencePath: state,
    unsafeDirectSockets: [{ host: '127.0.0.1', port: Number(port) }],
    cf: false,
    log: new Log(LogLevel.WARN),
    logRequests: false,
    ...(inspectorPort !== undefined && { inspectorPort: Number(inspectorPort) }),
  }),
)
await miniflare.ready
console.log(`The Worker is running at http://127.0.0.1:${port}`)
