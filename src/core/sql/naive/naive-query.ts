import { readElements, textOf, type NaiveEvent } from '../../metering/naive/naive-event.ts'
import type { UsageEvent } from '../../metering/event.ts'
import { unreachable } from '../../result.ts'
import type { BoundQuery, Fragment, ScanColumn, SqlPlan } from '../plan.ts'
import { isTrue } from './naive-expression.ts'
import { instantOf } from './naive-instant.ts'
import { aggregateGroups, evaluateAll, evaluateRelation } from './naive-relation.ts'
import { plainValue, type NaiveValue, type NaiveValues } from './naive-value.ts'

/** A row of a result: numbers as plain decimals, instants in RFC 3339. */
export type NaiveRow = (string | boolean | null)[]

/**
 * The second opinion on SQL metrics: every operator from all rows of its input, in decimal
 * arithmetic and by the calendar. It is slow, and shares nothing with the executor.
 * @param query before or after its reading of events is split off
 * @param events those that count, of one customer and one period
 * @returns rows in the order of the query where it has one, otherwise in no particular order
 * @throws SqlLimitError where a number or a text becomes too long; it knows no other limits
 */
export function evaluateNaively(
  query: BoundQuery | SqlPlan,
  events: readonly UsageEvent[],
): NaiveRow[] {
  const rows = evaluateRelation(query.relation, {
    scan: (columns) => scanEvents(columns, events),
    fragment: (index) => {
      const fragment = 'fragments' in query ? query.fragments[index] : undefined
      if (fragment === undefined) throw new Error(`there is no fragment ${index}`)
      return readFragment(fragment, events)
    },
  })
  return rows.map((row) => row.map(plainValue))
}

function readFragment(fragment: Fragment, events: readonly UsageEvent[]): NaiveValues[] {
  const { columns, filter, keys, aggregates } = fragment
  const rows = scanEvents(columns, events).filter((row) => isTrue(filter, row))
  if (aggregates === null) return rows.map((row) => evaluateAll(keys, row))
  return aggregateGroups(keys, aggregates, rows)
}

function scanEvents(columns: ScanColumn[], events: readonly UsageEvent[]): NaiveValues[] {
  return events.map((event) => {
    const properties = readProperties(event)
    return columns.map((column) => valueOf(column, event, properties))
  })
}

/** Properties are read again from JSON, so that this has its own opinion of numbers in it. */
function readProperties({ properties = {} }: UsageEvent): NaiveEvent['properties'] {
  const [again] = readElements(JSON.stringify([properties])) ?? []
  return again as NaiveEvent['properties']
}

function valueOf(
  column: ScanColumn,
  event: UsageEvent,
  properties: NaiveEvent['properties'],
): NaiveValue {
  switch (column.kind) {
    case 'event_type':
      return event.eventType
    case 'timestamp':
      return instantOf(event.timestampMs, Number(`${event.subMs}000`.slice(0, 3)))
    case 'transaction_id':
      return event.transactionId
    case 'customer_id':
      return event.ingestId
    case 'reading':
      return [event.subMs, event.transactionId, event.ingestId].join('\0')
    case 'property':
      return textOf({ properties }, column.name)
    default:
      return unreachable(column)
  }
}
