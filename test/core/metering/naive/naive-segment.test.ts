import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseWrittenJson } from '../../../../src/core/json-number.ts'
import { encodeSegment } from '../../../../src/core/metering/segment.ts'
import { readElements, readNaiveEvent } from '../../../../src/core/metering/naive/naive-event.ts'
import { readNaiveSegment } from '../../../../src/core/metering/naive/naive-segment.ts'
import { CODEC, entriesOf } from '../segment-builder.ts'
import { BLOCK_CODEC } from './sealed-block.ts'

const name = fc.constantFrom('v', '__proto__', '', '\ud800', 'toString', '7')
const value = fc.oneof(
  fc.constantFrom('1.0', '-0', '1e3', '12345678901234567890.10', 'true', 'null', '"\\ud800"', '""'),
  fc.json(),
)
const member = fc.tuple(name, value).map(([key, text]) => `${JSON.stringify(key)}:${text}`)
const eventText = fc
  .record({
    id: fc.oneof(fc.uuid(), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })),
    timestamp: fc.constantFrom(
      '2026-03-02T10:00:00Z',
      '2026-03-02T10:00:00.1234567-07:30',
      '2016-12-31 23:59:60z',
    ),
    properties: fc.option(fc.array(member, { maxLength: 3 }), { nil: null }),
    other: fc.array(member, { maxLength: 1 }),
  })
  .map(({ id, timestamp, properties, other }) => {
    const members = [
      ...other,
      `"transaction_id":${JSON.stringify(id)},"customer_id":"acme","event_type":"call"`,
      `"timestamp":"${timestamp}"`,
      ...(properties === null ? [] : [`"properties":{${properties.join(',')}}`]),
    ]
    return `{${members.join(',')}}`
  })

test('a segment gives the same events as their texts, with every digit', () => {
  fc.assert(
    fc.property(fc.array(eventText, { minLength: 1, maxLength: 20 }), (texts) => {
      const text = `[${texts.join(',')}]`
      const bytes = encodeSegment(entriesOf(parseWrittenJson(text) as object[]), CODEC)
      const events = readNaiveSegment(bytes, BLOCK_CODEC.inflateColumn)
      expect(events.map(({ event }) => event)).toEqual(readElements(text)!.map(readNaiveEvent))
    }),
    { numRuns: 200 },
  )
})

test('places, ingest ids and acceptance come with the events', () => {
  const raw = {
    transaction_id: 't',
    customer_id: 'acme',
    event_type: 'call',
    timestamp: '2026-03-02T10:00:00Z',
  }
  const entries = [
    ...entriesOf([raw, raw], { seq: 5, idIndex: 2, acceptedAtMs: 70 }),
    ...entriesOf([{ ...raw, customer_id: 'globex' }], { seq: 4, idIndex: 9, acceptedAtMs: 60 }),
  ]
  const events = readNaiveSegment(encodeSegment(entries, CODEC), BLOCK_CODEC.inflateColumn)
  expect(
    events.map(({ seq, index, idIndex, acceptedAtMs }) => [seq, index, idIndex, acceptedAtMs]),
  ).toEqual([
    [5, 0, 2, 70],
    [5, 1, 2, 70],
    [4, 0, 9, 60],
  ])
  expect(events.map(({ event }) => event.ingestId)).toEqual(['acme', 'acme', 'globex'])
})

test('a damaged segment is refused', () => {
  const raw = {
    transaction_id: 't',
    customer_id: 'a',
    event_type: 'e',
    timestamp: '2026-03-02T10:00:00Z',
  }
  const bytes = encodeSegment(entriesOf([raw]), CODEC)
  const read = (part: Uint8Array) => readNaiveSegment(part, BLOCK_CODEC.inflateColumn)
  expect(() => read(bytes.slice(0, -1))).toThrow('not as long as the segment')
  expect(() => read(new Uint8Array([...bytes, 0]))).toThrow('not as long as the segment')
  expect(() => read(new Uint8Array())).toThrow('JSON')
})
