import { readFileSync } from 'node:fs'
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare'
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from 'wrangler'
import { keepSessionSecret } from './session-secret.ts'
import { setRuntimeFlags } from './set-runtime-flags.ts'

/** Due work is taken each minute, as the cron of `wrangler.toml` does on Cloudflare. */
const CRON_INTERVAL_MS = 60_000

/**
 * Serves the bundled Worker with the bindings of `wrangler.toml`, state under `statePath`. The
 * sockets lead straight into workerd; `wrangler dev` puts two proxies before it, which cost 20
 * times as much as the Worker's own part of a request.
 */
export async function serveWorker({
  script,
  statePath,
  addresses,
  port,
}: {
  script: string
  statePath: string
  addresses: string[]
  port: number
}): Promise<void> {
  setRuntimeFlags()
  const config = 'wrangler.toml'
  const { workerOptions } = unstable_getMiniflareWorkerOptions(config)
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      ...workerOptions,
      // The local queue lives in memory only: what it holds would be lost with the process.
      bindings: {
        ...(workerOptions['bindings'] as object),
        INGEST_OVERFLOW: 'refuse',
        SESSION_SECRET: keepSessionSecret(statePath).secret,
      },
      // Objects keep their state in a folder named after the Worker: `wrangler dev` must find it.
      name: unstable_readConfig({ config }).name,
      modules: [{ type: 'ESModule', path: 'index.js', contents: readFileSync(script, 'utf8') }],
      resourcePersistencePath: statePath,
      unsafeDirectSockets: addresses.map((host) => ({ host, port, entrypoint: 'direct' })),
      cf: false,
      log: new Log(LogLevel.WARN),
      logRequests: false,
    }),
  )
  await miniflare.ready
  startCron(miniflare)
}

function startCron(miniflare: Miniflare): void {
  let running = false
  setInterval(() => {
    if (running) return
    running = true
    runScheduled(miniflare)
      .catch((error: unknown) => console.error('The scheduled run failed:', error))
      .finally(() => (running = false))
  }, CRON_INTERVAL_MS)
}

async function runScheduled(miniflare: Miniflare): Promise<void> {
  const worker = await miniflare.getWorker()
  await worker.scheduled({ cron: '* * * * *', scheduledTime: new Date() })
}
