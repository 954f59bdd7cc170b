import {
  readElements,
  readNaiveEvent,
  type NaiveEvent,
} from '../../../../src/core/metering/naive/naive-event.ts'

/** An event of a test as it is sent. */
export interface SentEvent {
  transaction_id: string
  customer_id: string
  event_type: string
  timestamp: string
  properties?: unknown
}

export function sent(part: Partial<SentEvent> = {}): SentEvent {
  return {
    transaction_id: 't1',
    customer_id: 'acme',
    event_type: 'call',
    timestamp: '2026-03-02T10:00:00Z',
    ...part,
  }
}

/** The events of a stored text, all of them valid. */
export function readAll(text: string): NaiveEvent[] {
  return readElements(text)!.map((element) => {
    const event = readNaiveEvent(element)
    if (typeof event === 'string') throw new Error(event)
    return event
  })
}
