import type { Segment } from '../../metering/segment-reader.ts'
import { unreachable } from '../../result.ts'
import { Columns, type Column } from './event-batch.ts'
import { readingText, type ScanColumn } from '../plan.ts'
import type { EventBatch } from './scan-fragment.ts'
import { microsOf } from '../values/timestamps.ts'

/**
 * Events of a segment as columns for SQL, of which only those that are asked for are decoded.
 * @param skipped places of events that do not count
 * @param idIndexes the ingest ids whose events are read; null: all of them
 */
export function segmentBatches(
  segment: Segment,
  skipped: ReadonlySet<number> | null,
  idIndexes: ReadonlySet<number> | null,
): EventBatch[] {
  const columns = new Columns((column) => readColumn(segment, column))
  const column = (wanted: ScanColumn) => columns.get(wanted)
  if (idIndexes === null) return [{ from: 0, to: segment.count, skipped, column }]
  return [...idIndexes].flatMap((idIndex): EventBatch[] => {
    const { from, to } = segment.rangeOf(idIndex)
    return from === to ? [] : [{ from, to, skipped, column }]
  })
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
      return readMicros(segment)
    case 'reading': {
      const { transactionIds, ingestIds, subMs } = segment
      return transactionIds.map((transactionId, i) =>
        readingText({ subMs: subMs?.[i] ?? '', transactionId, ingestId: ingestIds[i]! }),
      )
    }
    default:
      return unreachable(column)
  }
}

function readMicros({ timestampsMs, subMs }: Segment): Float64Array {
  const micros = new Float64Array(timestampsMs.length)
  for (let i = 0; i < micros.length; i++) {
    micros[i] = subMs === null ? timestampsMs[i]! * 1_000 : microsOf(timestampsMs[i]!, subMs[i]!)
  }
  return micros
}
