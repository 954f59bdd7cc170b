import type { Segment } from '../core/metering/segment-reader.ts'
import { batchOf } from '../core/sql/run/event-batch.ts'
import type { EventBatch } from '../core/sql/run/scan-fragment.ts'
import { segmentBatches } from '../core/sql/run/segment-batch.ts'
import type { MeterMemory } from './meter-memory.ts'
import { openSegment, readPart, type LogPart } from './meter-parts.ts'
import { suppressedIn } from './meter-suppression.ts'

/**
 * The events of a part of the log under these ingest ids, or under all, as columns for SQL. Of a
 * sealed segment only the columns that are asked for are decoded.
 */
export function openBatches(
  memory: MeterMemory,
  part: LogPart,
  idIndexes: ReadonlySet<number> | undefined,
): EventBatch[] {
  if (part.segment === null) {
    const isSuppressed = suppressedIn(memory.sql, part)
    const events = readPart(memory, part)
      .filter((logged) => idIndexes?.has(logged.idIndex) ?? true)
      .filter((logged) => isSuppressed?.(logged) !== true)
      .map(({ event }) => event)
    return events.length === 0 ? [] : [batchOf(events)]
  }
  const { block, number } = part.segment
  const segment = openSegment(memory, block, number)
  const skipped = skippedIn(memory, part, segment)
  // Which events are whose need not be decoded where all are of one id.
  const { idMin, idMax } = block.directory[number]!
  const areAllMeant = idIndexes === undefined || (idMin === idMax && idIndexes.has(idMin))
  return segmentBatches(segment, skipped, areAllMeant ? null : idIndexes)
}

function skippedIn(memory: MeterMemory, part: LogPart, segment: Segment): Set<number> | null {
  const isSuppressed = suppressedIn(memory.sql, part)
  if (isSuppressed === null) return null
  const { seqs, indexes } = segment.places
  const skipped = new Set<number>()
  for (let i = 0; i < segment.count; i++) {
    if (isSuppressed({ seq: seqs[i]!, index: indexes[i]! })) skipped.add(i)
  }
  return skipped
}
