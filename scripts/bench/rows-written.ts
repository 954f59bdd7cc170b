import { join } from 'node:path'
import { buildWorker } from '../local/build-worker.ts'
import { sendBatches, sendSingles, type Amount } from './ingest.ts'
import { makeFolder } from './scratch.ts'
import { findFreePort, launch, wait, type BenchServer } from './server.ts'
import { setUpIngest, type IngestSetUp } from './set-up.ts'
import { readMeterFiles } from './storage.ts'

/** Long enough for the timed writes of a quiet meter to come more than once. */
const QUIET_SECONDS = 65
/** Events that come alone, for what each takes on disk. */
const ALONE_EVENTS = 1_000

export interface RowsWritten {
  perMillion: number
  /** With an event a second; null when not measured. */
  quiet: { perMillion: number; bytesPerEvent: number } | null
}

/**
 * Counts the rows that meters write, as Cloudflare bills them, in a server of its own: the
 * product's Worker in a wrapper that adds up what every statement reports.
 */
export async function measureRowsWritten(
  amount: Amount,
  { withQuiet }: { withQuiet: boolean },
): Promise<RowsWritten> {
  const server = await startCounting()
  try {
    const setUp = await setUpIngest(server)
    // The first batch makes the meter learn its configuration.
    await sendSingles(server, setUp.aliases, { events: 1, secondsMax: 10 })
    const before = await readRowsWritten(server)
    const { events } = await sendBatches(server, setUp.aliases.slice(0, 1), amount)
    const perMillion = (((await readRowsWritten(server)) - before) / events) * 1e6
    return { perMillion, quiet: withQuiet ? await measureQuiet(server, setUp) : null }
  } finally {
    await server.kill()
  }
}

async function startCounting(): Promise<BenchServer> {
  const port = await findFreePort()
  const state = makeFolder()
  const args = ['--port', String(port), '--state', join(state, 'v3')]
  const modules = ['scripts/bench/counting-worker.js', await buildWorker()]
  return launch('scripts/bench/serve.ts', [...args, ...modules], { port, state })
}

async function measureQuiet(server: BenchServer, { aliases }: IngestSetUp) {
  const one = aliases.slice(0, 1)
  // One after the other, each is written by itself, as when they come a second apart.
  const bytes = readMeterFiles(server.state).bytes
  await sendSingles(server, one, { events: ALONE_EVENTS, secondsMax: 30 }, 1)
  const bytesPerEvent = (readMeterFiles(server.state).bytes - bytes) / ALONE_EVENTS

  const before = await readRowsWritten(server)
  for (let second = 0; second < QUIET_SECONDS; second++) {
    await Promise.all([sendSingles(server, one, { events: 1, secondsMax: 10 }, 1), wait(1_000)])
  }
  const rows = (await readRowsWritten(server)) - before
  return { perMillion: (rows / QUIET_SECONDS) * 1e6, bytesPerEvent }
}

async function readRowsWritten({ url }: BenchServer): Promise<number> {
  return Number(await (await fetch(`${url}/rows-written`)).json())
}
