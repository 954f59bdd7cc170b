import type { Query } from '../../api/request.ts'
import type { EventFilterValues } from './event-filters.tsx'
import type { EventRange } from './ranges.ts'

/** What is asked of the event log; the members are those of `POST /v1/events/search`. */
export interface EventQuestion {
  [member: string]: unknown
  starting_on: string
  ending_before?: string | undefined
  customer_id?: string | undefined
  billable_metric_id?: string | undefined
  ingest_ids?: string[] | undefined
  event_types?: string[] | undefined
  unmatched?: string | undefined
  is_duplicate?: boolean | undefined
}

export function toQuestion(values: EventFilterValues, range: EventRange): EventQuestion {
  const { customer, metric, ingestId, type, state } = values
  const { startMs, endMs } = range
  return {
    starting_on: new Date(startMs).toISOString(),
    ending_before: endMs === null ? undefined : new Date(endMs).toISOString(),
    customer_id: customer === '' ? undefined : customer,
    billable_metric_id: metric === '' ? undefined : metric,
    ingest_ids: ingestId === '' ? undefined : [ingestId],
    event_types: type === '' ? undefined : [type],
    unmatched: isUnmatched(state) ? state : undefined,
    is_duplicate: state === 'duplicate' ? true : undefined,
  }
}

export function isUnmatched(state: string): boolean {
  return state === 'customer' || state === 'billable_metric' || state === 'any'
}

/** As far as `GET /v1/events/volume` has parameters for it: it tells unmatched ones by itself. */
export function toVolumeQuery(question: EventQuestion): Query {
  const { customer_id, billable_metric_id, ingest_ids, event_types } = question
  return {
    customer_id,
    billable_metric_id,
    ingest_id: ingest_ids?.[0],
    event_type: event_types?.[0],
  }
}

/** The same question as parameters of `GET /v1/events/export`. */
export function toExportQuery(question: EventQuestion): Query {
  const { starting_on, ending_before, unmatched, is_duplicate } = question
  return { ...toVolumeQuery(question), starting_on, ending_before, unmatched, is_duplicate }
}
