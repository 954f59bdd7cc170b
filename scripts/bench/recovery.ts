import { sendBatches } from './ingest.ts'
import { startServer, wait, type BenchServer } from './server.ts'
import { readCount, type IngestSetUp } from './set-up.ts'

const DEADLINE_MS = 120_000

export interface Recovery {
  /** From the start of the process to the first usage read. */
  ms: number
  /** What the first batch after that took: it reads the transaction ids into memory. */
  firstBatchMs: number
}

/**
 * Kills the server, starts it again on the same state, and reads usage.
 * @param expected what the server must have counted: every event that it answered for, once
 */
export async function measureRecovery(
  server: BenchServer,
  setUp: IngestSetUp,
  expected: number,
): Promise<{ server: BenchServer; recovery: Recovery }> {
  await server.kill()
  const start = performance.now()
  const restarted = await startServer(server.state)
  const count = await readWhenReady(restarted, setUp, start + DEADLINE_MS)
  const ms = performance.now() - start
  if (count !== expected) {
    throw new Error(`${expected} events were accepted; after kill -9 the server counts ${count}`)
  }
  const first = await sendBatches(restarted, setUp.aliases, { events: 100, secondsMax: 60 })
  return { server: restarted, recovery: { ms, firstBatchMs: first.latenciesMs[0] ?? NaN } }
}

async function readWhenReady(
  server: BenchServer,
  setUp: IngestSetUp,
  deadline: number,
): Promise<number> {
  for (;;) {
    try {
      return await readCount(server, setUp)
    } catch (error) {
      if (performance.now() > deadline) throw error
      await wait(10)
    }
  }
}
