import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteReader, ByteWriter } from '../../../src/core/metering/byte-stream.ts'
import { readIds, writeIds } from '../../../src/core/metering/uuid-column.ts'

const A = '0f8fad5b-d9cb-469f-a165-70867728950e'

function roundTrip(ids: string[]) {
  const writer = new ByteWriter()
  const areUuids = writeIds(writer, ids)
  const bytes = writer.bytes()
  return { areUuids, size: bytes.length, ids: readIds(new ByteReader(bytes), ids.length) }
}

test('UUIDs take sixteen bytes each', () => {
  const ids = Array.from({ length: 100 }, (_, i) => A.replace('0f', String(10 + (i % 90))))
  // Besides them: one run and the length of no texts.
  expect(roundTrip(ids)).toEqual({ areUuids: true, ids, size: 1_603 })
})

test('an id that only looks like a UUID stays as it is', () => {
  const ids = [
    A,
    A.toUpperCase(),
    A.replaceAll('-', ''),
    `${A} `,
    A.replace('-', '_'),
    'é'.repeat(36),
  ]
  expect(roundTrip(ids)).toMatchObject({ areUuids: false, ids })
})

test('all ids come back', () => {
  const id = fc.oneof(fc.uuid(), fc.string({ unit: 'binary', minLength: 1 }))
  fc.assert(
    fc.property(fc.array(id), (ids) => {
      expect(roundTrip(ids).ids).toEqual(ids)
    }),
  )
})
