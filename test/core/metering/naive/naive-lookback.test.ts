import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NaiveDuplicates, placeText } from '../../../../src/core/metering/naive/naive-duplicates.ts'
import { NaiveLookback } from '../../../../src/core/metering/naive/naive-lookback.ts'

const PERIOD_START = 300
const FUTURE_MAX = 10
const LIFETIME = 100
const FROM = PERIOD_START - FUTURE_MAX - LIFETIME

interface At {
  id: string
  acceptedAtMs: number
  timeMs: number
}

/** Which events of the period count, by their places in the whole log. */
function countedOf(log: At[], firstSeq: number) {
  const span = { fromMs: FROM, periodStartMs: PERIOD_START, lifetimeMs: LIFETIME }
  const lookback = new NaiveLookback(span)
  const duplicates = new NaiveDuplicates({ ingestIds: new Set(['a']), lifetimeMs: LIFETIME })
  const places = log.map((_, seq) => ({ meter: 'm', seq, index: 0 }))
  for (const [seq, { id, acceptedAtMs, timeMs }] of log.entries()) {
    if (seq < firstSeq) continue
    const event = { transactionId: id, ingestId: 'a', time: { ms: timeMs } }
    duplicates.add(event, acceptedAtMs, places[seq]!)
  }
  const uncounted = duplicates.uncounted(firstSeq === 0 ? null : lookback)
  const counted = log.flatMap(({ timeMs }, seq) =>
    seq >= firstSeq && timeMs >= PERIOD_START && !uncounted.has(placeText(places[seq]!))
      ? [seq]
      : [],
  )
  return { counted, isAmbiguous: lookback.isAmbiguous }
}

/** Where a reading begins that leaves out what cannot matter. */
function startOf(log: At[]): number {
  const first = log.findIndex(
    ({ acceptedAtMs, timeMs }) => acceptedAtMs >= FROM || timeMs >= PERIOD_START,
  )
  return first < 0 ? log.length : first
}

test('a log that is read from the lookback on has the same events of the period that count, or says that it may not', () => {
  const event = fc.record({
    id: fc.constantFrom('t', 'u', 'v'),
    acceptedAtMs: fc.integer({ min: 0, max: 500 }),
    ahead: fc.integer({ min: -60, max: FUTURE_MAX }),
    wait: fc.constantFrom(0, 0, 0, 30),
  })
  const outcomes = { read: 0, left: 0, ambiguous: 0 }
  fc.assert(
    fc.property(fc.array(event, { maxLength: 25 }), (events) => {
      // Queued events come into the log later than others that were accepted after them.
      const log = events
        .toSorted((a, b) => a.acceptedAtMs + a.wait - (b.acceptedAtMs + b.wait))
        .map(({ ahead, ...each }): At => ({ ...each, timeMs: each.acceptedAtMs + ahead }))
      const start = startOf(log)
      const later = countedOf(log, start)
      outcomes[later.isAmbiguous ? 'ambiguous' : 'read'] += 1
      if (start > 0) outcomes.left += 1
      if (!later.isAmbiguous) expect(later.counted).toEqual(countedOf(log, 0).counted)
    }),
    { numRuns: 2_000 },
  )
  for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(100)
})

test('a chain of duplicates that begins before what is read, and reaches into the period, is told', () => {
  const chain = (second: number, third: number) => {
    const at = (acceptedAtMs: number) => ({ id: 't', acceptedAtMs, timeMs: acceptedAtMs })
    return countedOf([at(150), at(second), at(third)], 1)
  }
  // The second is a duplicate of the first, so that the third counts: not so as far as was read.
  expect(chain(240, 310)).toEqual({ counted: [], isAmbiguous: true })
  // The third counts either way.
  expect(chain(240, 340)).toEqual({ counted: [2], isAmbiguous: false })
  // The second counts either way.
  expect(chain(295, 310)).toEqual({ counted: [], isAmbiguous: false })
})
