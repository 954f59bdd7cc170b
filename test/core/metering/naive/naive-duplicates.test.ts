import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NaiveDuplicates, placeText } from '../../../../src/core/metering/naive/naive-duplicates.ts'
import { suppressedEvents } from '../../../../src/core/metering/suppression.ts'

interface At {
  meter?: string
  seq?: number
  index?: number
  acceptedAtMs?: number
  transactionId?: string
  ingestId?: string
}

function uncounted(events: At[]): string[] {
  const duplicates = new NaiveDuplicates({ ingestIds: new Set(['a', 'b']), lifetimeMs: 100 })
  for (const event of events) {
    const { meter = 'm', seq = 1, index = 0, acceptedAtMs = 0 } = event
    const { transactionId = 't', ingestId = 'a' } = event
    const time = { ms: acceptedAtMs }
    duplicates.add({ transactionId, ingestId, time }, acceptedAtMs, { meter, seq, index })
  }
  return [...duplicates.uncounted()].sort()
}

test('of one log, its order tells which event counts', () => {
  const late = { seq: 2, acceptedAtMs: 5 }
  expect(uncounted([late, { seq: 1, acceptedAtMs: 9, ingestId: 'b' }])).toEqual(['m 2 0'])
  expect(uncounted([{ index: 1 }, { index: 0, transactionId: 'u' }])).toEqual([])
  expect(uncounted([{ index: 1 }, { index: 0, ingestId: 'somebody' }])).toEqual([])
})

test('of several logs, the time of acceptance tells, then the name of the meter', () => {
  const here = { meter: 'n', seq: 1, acceptedAtMs: 5 }
  expect(uncounted([here, { seq: 7, acceptedAtMs: 9 }])).toEqual(['m 7 0'])
  expect(uncounted([here, { seq: 7, acceptedAtMs: 5 }])).toEqual(['n 1 0'])
  expect(uncounted([here, { seq: 7, acceptedAtMs: 105 }])).toEqual([])
})

test('it finds what meters find', () => {
  const events = fc.uniqueArray(
    fc.record({
      meter: fc.constantFrom('m', 'n', 'o'),
      seq: fc.nat(3),
      index: fc.nat(2),
      acceptedAtMs: fc.nat(300),
    }),
    { selector: placeText, maxLength: 8 },
  )
  fc.assert(
    fc.property(events, (some) => {
      expect(uncounted(some)).toEqual(suppressedEvents(some, 100).map(placeText).sort())
    }),
  )
})
