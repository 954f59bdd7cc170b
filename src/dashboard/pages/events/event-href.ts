import type { FoundEvent } from '../../api/answers.ts'

/** The page of an event; its id tells it from others of the same transaction id. */
export function eventHref({ transaction_id, id }: Pick<FoundEvent, 'transaction_id' | 'id'>) {
  return `/events/${encodeURIComponent(transaction_id)}?id=${encodeURIComponent(id)}`
}

/** The router decodes addresses too early for ids with percent signs or slashes in them. */
export function transactionIdHere(): string {
  return decodeURIComponent(window.location.pathname.slice('/events/'.length))
}
