import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteReader, ByteWriter } from '../../../src/core/metering/byte-stream.ts'
import {
  readDeltas,
  readRepeated,
  readRuns,
  readTexts,
  writeDeltas,
  writeRepeated,
  writeRuns,
  writeTexts,
} from '../../../src/core/metering/column.ts'

function written(write: (writer: ByteWriter) => void): ByteReader {
  const writer = new ByteWriter()
  write(writer)
  return new ByteReader(writer.bytes())
}

const text = fc.string({ unit: 'binary' })

test('texts come back, whatever they contain and whether they repeat', () => {
  fc.assert(
    fc.property(fc.array(text), fc.array(fc.constantFrom('', 'a', '\ufeff', '😀')), (any, few) => {
      for (const texts of [any, few, [...any, ...any, ...any]]) {
        const plain = written((writer) => writeTexts(writer, texts))
        expect(readTexts(plain, texts.length)).toEqual(texts)
        const repeated = written((writer) => writeRepeated(writer, texts))
        expect(readRepeated(repeated, texts.length)).toEqual(texts)
      }
    }),
  )
})

test('numbers come back from differences and from runs', () => {
  fc.assert(
    fc.property(fc.array(fc.maxSafeNat()), fc.array(fc.nat(2)), (numbers, few) => {
      const values = numbers.map((value) => Math.floor(value / 4))
      const deltas = written((writer) => writeDeltas(writer, values))
      expect(readDeltas(deltas, values.length)).toEqual(values)
      const runs = written((writer) => writeRuns(writer, few))
      expect([...readRuns(runs, few.length)]).toEqual(few)
    }),
  )
})

test('a run that is longer than its column is refused', () => {
  const reader = written((writer) => writeRuns(writer, [7, 7, 7]))
  expect(() => readRuns(reader, 2)).toThrow('run')
})
