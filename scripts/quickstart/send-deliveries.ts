import type Metronome from '@metronome/sdk'
import type { Delivery, UsageEvent } from './generate-events.ts'
import { advanceClock } from './sandbox.ts'

/** The API takes up to this many events in a call. */
const BATCH_EVENTS_MAX = 100

/**
 * Sends what arrives on each day, the clock moving along.
 * @param afterDay is awaited when all events of a day are sent, days counting from 0
 */
export async function sendDeliveries(
  client: Metronome,
  deliveries: Delivery[],
  print: (text: string) => void,
  afterDay: (day: number, clock: string) => Promise<void>,
) {
  const sum = { accepted: 0, duplicates: 0, refused: 0 }
  for (const [day, { clock, events }] of deliveries.entries()) {
    await advanceClock(client, clock)
    for (let i = 0; i < events.length; i += BATCH_EVENTS_MAX) {
      const batch = events.slice(i, i + BATCH_EVENTS_MAX).map(({ event }) => event)
      const report = await ingest(client, batch)
      sum.accepted += report.accepted
      sum.duplicates += report.duplicates
      sum.refused += report.errors.length
      for (const { message } of report.errors) print(`   refused: ${message}`)
    }
    await afterDay(day, clock)
  }
  return sum
}

interface IngestReport {
  accepted: number
  duplicates: number
  errors: { message: string }[]
}

async function ingest(client: Metronome, events: UsageEvent[]): Promise<IngestReport> {
  // The SDK's type has no answer; ours tells what became of each event.
  const response = await client.v1.usage.ingest({ usage: events }).asResponse()
  const { data } = await response.json<{ data: IngestReport }>()
  return data
}
