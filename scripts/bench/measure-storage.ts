import { join } from 'node:path'
import { buildWorker } from '../local/build-worker.ts'
import { sendBatches, sendSingles, type Amount } from './ingest.ts'
import { makeFolder } from './scratch.ts'
import { findFreePort, launch, wait, type BenchServer } from './server.ts'
import { setUpIngest } from './set-up.ts'
import { readMeterFiles, type MeterFiles } from './meter-files.ts'

/** Long enough for the timed writes of a quiet meter to come more than once. */
const QUIET_SECONDS = 65
/** Events that come alone, for what each takes on disk: more than make a block. */
const ALONE_EVENTS = 33_000
/** What is not a whole block yet stays as it was written. */
const UNSEALED_EVENTS_MAX = 32_767
/** Sealing waits until nothing comes for ten seconds. */
const SEALING_SECONDS_MAX = 120

export interface Storage {
  /** Under load, when what was written has been sealed. */
  sealed: Stored
  /** Bytes for each event before that. */
  unsealedBytesPerEvent: number
  /** With an event a second; null when not measured. */
  quiet: Stored | null
}

interface Stored {
  bytesPerEvent: number
  rowsPerMillion: number
}

/**
 * Measures what meters keep, and counts the rows that they write, as Cloudflare bills them, in a
 * server of its own: the product's Worker in a wrapper that adds up what every statement reports.
 * @returns the rest of the measurement: what was written is sealed half a minute later
 */
export async function startStorage(
  amount: Amount,
): Promise<(withQuiet: boolean) => Promise<Storage>> {
  const server = await startCounting()
  const setUp = await setUpIngest(server)
  // The first batch makes the meter learn its configuration.
  await sendSingles(server, setUp.aliases, { events: 1, secondsMax: 10 })
  const before = { ...readMeterFiles(server.state), written: await readRowsWritten(server) }
  const { events } = await sendBatches(server, setUp.aliases.slice(0, 1), amount)
  const unsealed = readMeterFiles(server.state)
  return async (withQuiet) => {
    const { bytes } = await untilSealed(server)
    const rows = (await readRowsWritten(server)) - before.written
    await server.kill()
    const quiet = withQuiet ? await measureQuiet() : null
    return {
      sealed: {
        bytesPerEvent: (bytes - before.bytes) / events,
        rowsPerMillion: (rows / events) * 1e6,
      },
      unsealedBytesPerEvent: (unsealed.bytes - before.bytes) / events,
      quiet,
    }
  }
}

async function untilSealed({ state }: BenchServer): Promise<MeterFiles> {
  const files = readMeterFiles(state)
  let { unsealedEvents } = files
  for (let seconds = 0; unsealedEvents > UNSEALED_EVENTS_MAX; seconds++) {
    if (seconds > SEALING_SECONDS_MAX) throw new Error(`${unsealedEvents} events are not sealed`)
    await wait(1_000)
    unsealedEvents = readMeterFiles(state).unsealedEvents
  }
  return readMeterFiles(state)
}

async function startCounting(): Promise<BenchServer> {
  const port = await findFreePort()
  const state = makeFolder()
  const args = ['--port', String(port), '--state', join(state, 'v3')]
  const modules = ['scripts/bench/counting-worker.js', await buildWorker()]
  return launch('scripts/bench/serve.ts', [...args, ...modules], { port, state })
}

async function measureQuiet(): Promise<Stored> {
  const server = await startCounting()
  const { aliases } = await setUpIngest(server)
  const one = aliases.slice(0, 1)
  await sendSingles(server, one, { events: 1, secondsMax: 10 }, 1)
  const written = await readRowsWritten(server)
  for (let second = 0; second < QUIET_SECONDS; second++) {
    await Promise.all([sendSingles(server, one, { events: 1, secondsMax: 10 }, 1), wait(1_000)])
  }
  const rows = (await readRowsWritten(server)) - written
  // One after the other, each is written by itself, as when they come a second apart.
  const { bytes } = readMeterFiles(server.state)
  const { events } = await sendSingles(server, one, { events: ALONE_EVENTS, secondsMax: 180 }, 1)
  const sealed = await untilSealed(server)
  await server.kill()
  return {
    bytesPerEvent: (sealed.bytes - bytes) / events,
    // Each row that was written is deleted once.
    rowsPerMillion: (rows / QUIET_SECONDS) * 1e6 + 1e6,
  }
}

async function readRowsWritten({ url }: BenchServer): Promise<number> {
  return Number(await (await fetch(`${url}/rows-written`)).json())
}
