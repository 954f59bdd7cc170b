import { expect, test } from 'vitest'
import type { AggregationType } from '../../../../src/core/metering/metric.ts'
import {
  addTally,
  emptyTally,
  tallyOf,
  tallyValue,
} from '../../../../src/core/metering/naive/naive-tally.ts'
import { readAll, sent, type SentEvent } from './stored-events.ts'

/** The value of events with these texts; events are otherwise equal unless they say so. */
function valueOf(type: AggregationType, ...items: [text: string | null, Partial<SentEvent>?][]) {
  const tally = emptyTally()
  for (const [text, part] of items) {
    const [event] = readAll(JSON.stringify([sent(part)]))
    const more = tallyOf(type, event!, text)
    if (more !== null) addTally(type, tally, more)
  }
  return tallyValue(type, tally).toFixed()
}

test('each aggregation adds up as it is defined, exactly', () => {
  expect(valueOf('COUNT', [null], ['x'], ['1'])).toBe('3')
  expect(valueOf('SUM', ['0.1'], ['0.2'], ['n/a'], [null], ['1e30'])).toBe(
    '1000000000000000000000000000000.3',
  )
  expect(valueOf('MAX', ['-5'], ['-7'], ['n/a'])).toBe('-5')
  expect(valueOf('UNIQUE', ['1'], ['1.0'], ['n/a'], [null], ['1'])).toBe('3')
  expect(valueOf('LATEST')).toBe('0')
})

test('AG-5, AG-6: the latest is by time to its last digit, then transaction id, then ingest id', () => {
  const at = (timestamp: string, part: Partial<SentEvent> = {}) => ({ timestamp, ...part })
  const ten = '2026-03-02T10:00:00Z'
  expect(valueOf('LATEST', ['1', at(ten)], ['2', at('2026-03-02T09:59:59Z')])).toBe('1')
  expect(
    valueOf(
      'LATEST',
      ['1', at('2026-03-02T10:00:00.00045Z')],
      ['2', at('2026-03-02T10:00:00.0005Z')],
    ),
  ).toBe('2')
  // U+1F600 is greater than U+FFFD, though its first UTF-16 unit is smaller.
  const ids = (transaction_id: string, customer_id = 'acme') => ({ transaction_id, customer_id })
  expect(valueOf('LATEST', ['1', ids('\u{1f600}')], ['2', ids('\ufffd')])).toBe('1')
  expect(valueOf('LATEST', ['1', ids('t', 'b')], ['2', ids('t', 'a')])).toBe('1')
  expect(valueOf('LATEST', ['1', ids('t10')], ['2', ids('t1')])).toBe('1')
  expect(valueOf('LATEST', ['7', at(ten)], ['n/a', at('2026-03-02T11:00:00Z')])).toBe('7')
})
