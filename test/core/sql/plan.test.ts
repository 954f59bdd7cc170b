import { expect, test } from 'vitest'
import { compareCodePoints } from '../../../src/core/metering/code-point.ts'
import { readingText } from '../../../src/core/sql/plan.ts'

test('AG-5: of events of one millisecond the latest has the greatest reading', () => {
  const readings = [
    { subMs: '', transactionId: 't9', ingestId: 'z' },
    { subMs: '0001', transactionId: 't1', ingestId: 'a' },
    { subMs: '001', transactionId: 't1', ingestId: 'a' },
    { subMs: '001', transactionId: 't1', ingestId: 'b' },
    { subMs: '001', transactionId: 't10', ingestId: 'a' },
    { subMs: '001', transactionId: 't2', ingestId: 'a' },
    { subMs: '0011', transactionId: 't1', ingestId: 'a' },
    { subMs: '01', transactionId: '\ufffd', ingestId: 'a' },
    { subMs: '01', transactionId: '\u{1f600}', ingestId: 'a' },
  ].map(readingText)
  expect(readings.toReversed().toSorted(compareCodePoints)).toEqual(readings)
})
