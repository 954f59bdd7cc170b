import { EVENTS_PER_BATCH, makeIngestRequests } from './events.ts'
import { runLoad, type LoadResult, type Response } from './load.ts'
import { readCpuMs } from './process-stats.ts'
import type { BenchServer } from './server.ts'

/**
 * As many as keep the server busy; with more, batches only wait longer, and with fewer, the server
 * waits for the disk.
 */
const CONNECTIONS = 16

export const TOKEN = 'tactus_production_local'

/** How much is sent: so many events, unless the time is up before. */
export interface Amount {
  events: number
  secondsMax: number
}

/** What was sent, and what it took. */
export interface IngestRun {
  events: number
  seconds: number
  serverCpuMs: number
  driverCpuSeconds: number
  latenciesMs: number[]
}

/** Sends batches of new events, all of which must be accepted and be no duplicates. */
export function sendBatches(
  server: BenchServer,
  customerIds: string[],
  amount: Amount,
  path?: string,
): Promise<IngestRun> {
  return send(server, customerIds, EVENTS_PER_BATCH, amount, CONNECTIONS, path)
}

/** Sends events one by one. */
export function sendSingles(
  server: BenchServer,
  customerIds: string[],
  amount: Amount,
  connections = CONNECTIONS,
): Promise<IngestRun> {
  return send(server, customerIds, 1, amount, connections)
}

export function addRuns(a: IngestRun, b: IngestRun): IngestRun {
  return {
    events: a.events + b.events,
    seconds: a.seconds + b.seconds,
    serverCpuMs: a.serverCpuMs + b.serverCpuMs,
    driverCpuSeconds: a.driverCpuSeconds + b.driverCpuSeconds,
    latenciesMs: [...a.latenciesMs, ...b.latenciesMs],
  }
}

async function send(
  { port, workerd }: BenchServer,
  customerIds: string[],
  eventsPerRequest: number,
  { events, secondsMax }: Amount,
  connections: number,
  path?: string,
): Promise<IngestRun> {
  const makers = Array.from({ length: connections }, () =>
    makeIngestRequests(TOKEN, customerIds, eventsPerRequest, path),
  )
  let left = Math.ceil(events / eventsPerRequest)
  const cpuMs = readCpuMs(workerd)
  const result: LoadResult = await runLoad({
    port,
    connections,
    next: (connection) => (left-- > 0 ? makers[connection]!() : null),
    secondsMax,
    isGood: (response) => areAccepted(response, eventsPerRequest),
  })
  return {
    events: result.requests * eventsPerRequest,
    seconds: result.seconds,
    serverCpuMs: readCpuMs(workerd) - cpuMs,
    driverCpuSeconds: result.driverCpuSeconds,
    latenciesMs: result.latenciesMs,
  }
}

export function areAccepted({ status, body }: Response, events: number): boolean {
  return status === 200 && body.includes(`"accepted":${events},"duplicates":0,`)
}
