import { parseJson } from '../core/json-number.ts'
import { dealEvents, meterNames, type PlacedEnvironment } from '../core/metering/place.ts'
import { ok, type Result } from '../core/result.ts'
import type { Env } from '../env.ts'
import type { IngestBatch, IngestOutcome } from '../objects/meter-rpc.ts'

/**
 * Takes a batch of valid events to the meters where they belong. When one of several meters refuses
 * or fails, others may have taken theirs: the batch is to be sent again as a whole then, which is
 * safe, since what is there already is a duplicate (EV-34).
 * @throws what a meter throws, when all meters have answered
 */
export async function ingestBatch(
  env: Env,
  environment: PlacedEnvironment,
  batch: IngestBatch,
): Promise<Result<IngestOutcome>> {
  const meters = meterNames(environment)
  const ingest = (meter: number, part: IngestBatch) =>
    env.METER.getByName(meters[meter] ?? '').ingest(part)
  if (meters.length === 1) return ingest(0, batch)
  const parts = splitBatch(batch, meters.length)
  // The quarantine comes last: a batch that is sent again leaves its rejected events there once.
  const [quarantining, others] = [
    parts.filter(({ part }) => part.rejected.length > 0),
    parts.filter(({ part }) => part.rejected.length === 0),
  ]
  const merged: IngestOutcome = { accepted: 0, duplicates: [] }
  for (const some of [others, quarantining]) {
    const outcomes = await Promise.allSettled(some.map(({ meter, part }) => ingest(meter, part)))
    for (const [i, settled] of outcomes.entries()) {
      if (settled.status === 'rejected') throw settled.reason
      if (!settled.value.ok) return settled.value
      const { accepted, duplicates } = settled.value.value
      merged.accepted += accepted
      for (const place of duplicates) merged.duplicates.push(some[i]!.places[place]!)
    }
  }
  merged.duplicates.sort((a, b) => a - b)
  return ok(merged)
}

interface BatchPart {
  meter: number
  part: IngestBatch
  /** Where its events are in the whole batch. */
  places: number[]
}

/** Rejected events go to the first meter, whether it gets others or not. */
function splitBatch(batch: IngestBatch, meterCount: number): BatchPart[] {
  const events = parseJson(batch.events) as { transaction_id: string }[]
  const dealt = dealEvents(
    events.map(({ transaction_id }) => transaction_id),
    meterCount,
  )
  if (batch.rejected.length > 0 && !dealt.has(0)) dealt.set(0, [])
  return [...dealt].map(([meter, places]) => {
    const texts = places.map((place) => JSON.stringify(events[place]))
    const rejected = meter === 0 ? batch.rejected : []
    return { meter, part: { ...batch, events: `[${texts.join(',')}]`, rejected }, places }
  })
}
