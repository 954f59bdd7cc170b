import { expect, test } from 'vitest'
import { ExactNumber, parseJson, parseWrittenJson } from '../../../src/core/json-number.ts'
import { ByteReader, ByteWriter } from '../../../src/core/metering/byte-stream.ts'
import {
  readPropertyTexts,
  readValues,
  ValueColumn,
} from '../../../src/core/metering/value-column.ts'

function reader(values: unknown[]): ByteReader {
  const column = new ValueColumn(values.length)
  values.forEach((value, i) => value !== undefined && column.add(i, value))
  const writer = new ByteWriter()
  column.write(writer)
  return new ByteReader(writer.bytes())
}

test('values of every kind come back, told apart', () => {
  const values = [1, '1', undefined, true, 'true', null, 'null', '', [1, '1'], { a: [] }, 0.1, 1e21]
  expect(readValues(reader(values), values.length, parseJson)).toEqual(values)
  const digits = [new ExactNumber('12345678901234567890.10'), new ExactNumber('1e-400')]
  expect(readValues(reader(digits), 2, parseJson)).toEqual(digits)
  expect(readValues(reader(['\ud800', '\udc00x']), 2, parseJson)).toEqual(['\ud800', '\udc00x'])
})

test('a number that a float holds is one, however it was written', () => {
  const written = ['1.0', '1e3', '-0', '0.10'].map((text) => new ExactNumber(text))
  expect(readValues(reader(written), 4, parseJson)).toEqual([1, 1_000, -0, 0.1])
})

test('values that are to be written again keep their spelling', () => {
  const written = ['1.0', '1e3', '-0'].map((text) => new ExactNumber(text))
  expect(readValues(reader(written), 3, parseWrittenJson)).toEqual(written)
  expect(readValues(reader([{ a: written }]), 1, parseWrittenJson)).toEqual([{ a: written }])
})

test('texts are those by which events are filtered and counted', () => {
  const values = [1, '1', undefined, true, null, { a: 1 }, new ExactNumber('1.50'), 1e21]
  expect(readPropertyTexts(reader(values), values.length)).toEqual([
    '1',
    '1',
    undefined,
    'true',
    undefined,
    '{"a":1}',
    '1.5',
    '1000000000000000000000',
  ])
})
