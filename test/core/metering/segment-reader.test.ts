import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJson, parseWrittenJson } from '../../../src/core/json-number.ts'
import { storedEvent } from '../../../src/core/metering/event.ts'
import { propertyOf } from '../../../src/core/metering/property.ts'
import { encodeSegment, type SegmentEntry } from '../../../src/core/metering/segment.ts'
import { Segment } from '../../../src/core/metering/segment-reader.ts'
import { CODEC, entriesOf } from './segment-builder.ts'

const number = fc.oneof(
  fc.constantFrom('0', '-0', '1.0', '1e3', '1E+400', '-1.50', '12345678901234567890.123456789'),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
)
const name = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', '', '\ud800', '7', 'é', 'properties.v'),
  fc.string({ unit: 'binary', maxLength: 5 }),
)
const string = fc.oneof(
  fc.constantFrom('', '\udfff', '\ud83d', '\ufeff', '\u0000', '1', 'null'),
  fc.string({ unit: 'binary', maxLength: 12 }),
)
const scalar = fc.oneof(
  number,
  string.map((text) => JSON.stringify(text)),
  fc.constantFrom('true', 'null'),
)
/** The JSON text of any value, numbers as they may be written. */
const json: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(',')}]`),
    fc.array(fc.tuple(name, tie('value')), { maxLength: 3 }).map(objectText),
  ),
})).value

function objectText(members: [name: string, value: string][]): string {
  return `{${members.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`
}

const timestamp = fc.constantFrom(
  '2026-03-02T10:00:00Z',
  '2026-03-02T10:00:00.120Z',
  '2026-03-02T10:00:00.123456780+05:30',
  '2026-03-02t10:00:00z',
  '2016-12-31T23:59:60.5Z',
)
const eventText = fc
  .record({
    id: fc.oneof(fc.uuid(), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })),
    timestamp,
    properties: fc.option(fc.array(fc.tuple(name, json), { maxLength: 4 }), { nil: null }),
    members: fc.array(fc.tuple(name, json), { maxLength: 1 }),
  })
  .map(({ id, timestamp: time, properties, members }) =>
    objectText([
      ...members,
      ['transaction_id', JSON.stringify(id)],
      ['customer_id', '"acme"'],
      ['event_type', '"call"'],
      ['timestamp', JSON.stringify(time)],
      ...(properties === null ? [] : [['properties', objectText(properties)] as [string, string]]),
    ]),
  )

test('every event comes back as it was received, and denotes what it denoted', () => {
  fc.assert(
    fc.property(fc.array(eventText, { minLength: 1, maxLength: 20 }), (texts) => {
      const raws = texts.map((text) => parseJson(text) as object)
      const written = texts.map((text) => (parseWrittenJson(`[${text}]`) as object[])[0]!)
      const segment = new Segment(encodeSegment(entriesOf(written), CODEC), CODEC)
      const events = segment.events()
      expect(events.map(({ event }) => event)).toEqual(raws.map(storedEvent))
      for (const [i, { raw }] of events.entries()) {
        expect(canonical(raw)).toBe(canonical(raws[i]))
      }
      for (const key of ['v', '__proto__', '7', 'é']) {
        const expected = raws.map((raw) => propertyOf(storedEvent(raw), key))
        expect(segment.propertyTexts(key)).toEqual(expected)
      }
    }),
    { numRuns: 300 },
  )
})

test('events that are written again keep the digits of their numbers', () => {
  const text = `{"transaction_id":"t","customer_id":"acme","event_type":"call","timestamp":"2026-03-02T10:00:00Z","properties":{"a":1.0,"b":[1e3,{"c":-0}]},"other":0.50}`
  const [raw] = parseWrittenJson(`[${text}]`) as [object]
  const segment = new Segment(encodeSegment(entriesOf([raw]), CODEC), CODEC, parseWrittenJson)
  expect(JSON.stringify(segment.events()[0]!.raw)).toBe(text)
})

/** JSON with members in the order of their names. */
function canonical(value: unknown): string {
  return JSON.stringify(parseJson(JSON.stringify(value)), (_key, member: unknown) => {
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member
    if ('toJSON' in member) return member
    return Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1))
  })
}

const entry = (i: number, part: Partial<SegmentEntry>) => {
  const raw = {
    transaction_id: `t${i}`,
    customer_id: `id ${part.idIndex}`,
    event_type: i % 2 === 0 ? 'call' : 'mail',
    timestamp: '2026-03-02T10:00:00.5Z',
  }
  return { ...entriesOf([raw])[0]!, ...part }
}

test('a reader finds places, acceptance and the events of one ingest id', () => {
  const entries = [
    entry(0, { idIndex: 3, seq: 7, index: 1, acceptedAtMs: 50 }),
    entry(1, { idIndex: 3, seq: 9, index: 0, acceptedAtMs: 40 }),
    entry(2, { idIndex: 8, seq: 7, index: 0, acceptedAtMs: 60 }),
  ]
  const segment = new Segment(encodeSegment(entries, CODEC), CODEC)
  expect(segment.count).toBe(3)
  expect([...segment.idIndexes]).toEqual([3, 3, 8])
  expect(segment.ingestIds).toEqual(['id 3', 'id 3', 'id 8'])
  expect(segment.places).toEqual({ seqs: [7, 9, 7], indexes: [1, 0, 0] })
  expect(segment.acceptedAt).toEqual([50, 40, 60])
  expect(segment.transactionIds).toEqual(['t0', 't1', 't2'])
  expect(segment.eventTypes).toEqual(['call', 'mail', 'call'])
  expect(new Set(segment.timestampsMs)).toEqual(new Set([Date.UTC(2026, 2, 2, 10) + 500]))
  expect([3, 8, 5].map((id) => segment.rangeOf(id))).toEqual([
    { from: 0, to: 2 },
    { from: 2, to: 3 },
    { from: 2, to: 2 },
  ])
  expect(segment.events(1, 2)).toMatchObject([
    { seq: 9, index: 0, idIndex: 3, acceptedAtMs: 40, event: { transactionId: 't1' } },
  ])
})

test('only the columns that are asked for are decompressed', () => {
  const bytes = encodeSegment(
    Array.from({ length: 500 }, (_, i) => entry(i, { idIndex: 1, index: i })),
    CODEC,
  )
  let inflated = 0
  const counting = { ...CODEC, inflate: (part: Uint8Array) => (inflated++, CODEC.inflate(part)) }
  const segment = new Segment(bytes, counting)
  expect([segment.eventTypes.length, segment.eventTypes.length, inflated]).toEqual([500, 500, 1])
})
