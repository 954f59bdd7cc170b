import * as fc from 'fast-check'
import { parseJson } from '../../../src/core/json-number.ts'
import type { UsageEvent } from '../../../src/core/metering/event.ts'

/** Values as they stand in JSON: missing, null, no numbers, and numbers of all sizes and forms. */
const NUMBERS = fc.option(
  fc.oneof(
    fc.constantFrom('"1"', '"1.0"', '1', '2', '"2.50"', '-3', '"n/a"', '""', 'null', '0', '"-0"'),
    fc.constantFrom('1e3', '"1e3"', '".5"', '12345678901234567890.123', '"1e-20"', '0.1', '"0.2"'),
    fc.constantFrom('"9007199254740993"', '"-1e30"', '1e-40', '{"a":1.50}', '[1]', 'true', '" 7 "'),
    fc.integer({ min: -9_999, max: 9_999 }).map((cents) => `"${cents / 100}"`),
  ),
  { freq: 6, nil: undefined },
)

const REGIONS = fc.option(
  fc.constantFrom(
    '"eu"',
    '"us"',
    '"us"',
    '"\u{1f600}u"',
    '"\ufffd"',
    '"2026-03-02"',
    'null',
    '5',
    '""',
  ),
  { freq: 6, nil: undefined },
)

const START_MS = Date.UTC(2026, 2, 1)

/** Three days, with many of the same instants, some of them apart by less than a millisecond. */
const TIMES = fc.record({
  timestampMs: fc.oneof(
    fc.nat(8).map((eighth) => START_MS + eighth * 9 * 3_600_000),
    fc.nat(3 * 86_400_000 - 1).map((ms) => START_MS + ms),
  ),
  subMs: fc.constantFrom('', '', '', '1', '0005', '123456'),
})

const EVENT: fc.Arbitrary<Omit<UsageEvent, 'transactionId'>> = fc
  .record({
    time: TIMES,
    eventType: fc.constantFrom('call', 'call', 'probe', 'other'),
    ingestId: fc.constantFrom('acme', 'acme-eu'),
    n: NUMBERS,
    m: NUMBERS,
    region: REGIONS,
    user_id: fc.option(fc.constantFrom('"u1"', '"u2"', '"u3"'), { freq: 9, nil: undefined }),
    proto: NUMBERS,
    odd: REGIONS,
  })
  .map(({ time, eventType, ingestId, n, m, region, user_id, proto, odd }) => {
    const named = { n, m, region, user_id, constructor: odd, 'a.b c': odd, toString: proto }
    const members = [...Object.entries(named), ['__proto__', proto] as const]
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${JSON.stringify(name)}:${value}`)
    const properties = parseJson(`{${members.join(',')}}`) as Record<string, unknown>
    return { ...time, eventType, ingestId, properties }
  })

/** Events with transaction ids of their own, in no order. */
export const EVENTS: fc.Arbitrary<UsageEvent[]> = fc
  .array(EVENT, { maxLength: 25, size: 'max' })
  .map((events) => events.map((event, i) => ({ ...event, transactionId: `t${(i * 7) % 25}` })))

/** The three days as windows: boundaries in ascending order, from the first instant to the end. */
export const BOUNDARIES: fc.Arbitrary<number[]> = fc
  .array(fc.nat(71), { maxLength: 4 })
  .map((hours) => {
    const cuts = [...new Set([0, ...hours, 72])].toSorted((a, b) => a - b)
    return cuts.map((hour) => START_MS + hour * 3_600_000)
  })
