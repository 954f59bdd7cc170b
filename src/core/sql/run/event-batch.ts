import type { UsageEvent } from '../../metering/event.ts'
import { propertyOf } from '../../metering/property.ts'
import { unreachable } from '../../result.ts'
import { readingText, type ScanColumn, type SqlValue } from '../plan.ts'
import type { EventBatch } from './scan-fragment.ts'
import { microsOf } from '../values/timestamps.ts'

/** Events as columns. */
export function batchOf(events: readonly UsageEvent[]): EventBatch {
  const columns = new Columns((column) => events.map((event) => eventValue(event, column)))
  const column = (wanted: ScanColumn) => columns.get(wanted)
  return { from: 0, to: events.length, skipped: null, column }
}

export type Column = ArrayLike<SqlValue | undefined>

/** Columns that are made when they are first asked for. */
export class Columns {
  private readonly made = new Map<string, Column>()
  private readonly make: (column: ScanColumn) => Column

  constructor(make: (column: ScanColumn) => Column) {
    this.make = make
  }

  get(column: ScanColumn): Column {
    const key = column.kind === 'property' ? `property/${column.name}` : column.kind
    let made = this.made.get(key)
    if (made === undefined) this.made.set(key, (made = this.make(column)))
    return made
  }
}

/** One column of one event; undefined where it has no such property. */
export function eventValue(event: UsageEvent, column: ScanColumn): SqlValue | undefined {
  switch (column.kind) {
    case 'event_type':
      return event.eventType
    case 'timestamp':
      return microsOf(event.timestampMs, event.subMs)
    case 'transaction_id':
      return event.transactionId
    case 'customer_id':
      return event.ingestId
    case 'reading':
      return readingText(event)
    case 'property':
      return propertyOf(event, column.name)
    default:
      return unreachable(column)
  }
}
