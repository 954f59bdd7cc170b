import type { Segment } from '../core/metering/segment-reader.ts'
import { batchOf, Columns, type Column } from '../core/sql/event-batch.ts'
import { readingText, type ScanColumn } from '../core/sql/plan.ts'
import type { EventBatch } from '../core/sql/scan-fragment.ts'
import { microsOf } from '../core/sql/timestamps.ts'
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
  const segment = openSegment(memory, part.segment.block, part.segment.number)
  const skipped = skippedIn(memory, part, segment)
  const columns = new Columns((column) => readColumn(segment, column))
  const column = (wanted: ScanColumn) => columns.get(wanted)
  if (idIndexes === undefined) return [{ from: 0, to: segment.count, skipped, column }]
  return [...idIndexes].flatMap((idIndex): EventBatch[] => {
    const { from, to } = segment.rangeOf(idIndex)
    return from === to ? [] : [{ from, to, skipped, column }]
  })
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

function readColumn(segment: Segment, column: ScanColumn): Column {
  switch (column.kind) {
    case 'event_type':
      return segment.eventTypes
    case 'transaction_id':
      return segment.transactionIds
    case 'customer_id':
      return segment.ingestIds
    case 'property':
      return segment.propertyTexts(column.name)
    case 'timestamp':
      return segment.timestampsMs.map((ms, i) => microsOf(ms, segment.subMsAt(i)))
    case 'reading': {
      const { transactionIds, ingestIds } = segment
      return transactionIds.map((transactionId, i) =>
        readingText({ subMs: segment.subMsAt(i), transactionId, ingestId: ingestIds[i]! }),
      )
    }
  }
}
