import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteReader, ByteWriter } from '../../../src/core/metering/byte-stream.ts'

test('numbers come back as they were written, small ones in a byte', () => {
  const numbers = [0, 1, 127, 128, 16_383, 16_384, 2 ** 28, 2 ** 28 + 1, 2 ** 32, 2 ** 53 - 1]
  const writer = new ByteWriter()
  for (const value of numbers) writer.writeNumber(value)
  const reader = new ByteReader(writer.bytes())
  expect(numbers.map(() => reader.readNumber())).toEqual(numbers)
  const small = new ByteWriter()
  small.writeNumber(127)
  small.writeSigned(-64)
  expect([...small.bytes()]).toEqual([127, 127])
})

test('signed numbers and bytes come back, however many there are', () => {
  const values = fc.array(fc.integer({ min: -(2 ** 51), max: 2 ** 51 }), { maxLength: 2_000 })
  fc.assert(
    fc.property(values, fc.uint8Array(), (numbers, bytes) => {
      const writer = new ByteWriter()
      for (const value of numbers) writer.writeSigned(value)
      writer.writeBytes(bytes)
      const reader = new ByteReader(writer.bytes())
      expect(numbers.map(() => reader.readSigned() + 0)).toEqual(numbers)
      expect([...reader.readBytes(bytes.length)]).toEqual([...bytes])
    }),
  )
})

test('bytes that end too early are no numbers', () => {
  expect(() => new ByteReader(new Uint8Array([0x80])).readNumber()).toThrow('end')
  expect(() => new ByteReader(new Uint8Array([1])).readBytes(2)).toThrow('end')
})
