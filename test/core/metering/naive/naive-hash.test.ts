import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hash128 } from '../../../../src/core/metering/hash128.ts'
import { naiveHash } from '../../../../src/core/metering/naive/naive-hash.ts'

// Made with the reference implementation over the UTF-16LE bytes of the text.
const REFERENCE: [string, number[]][] = [
  ['', [0, 0, 0, 0]],
  ['t1', [0xca738176, 0xc9736954, 0xc9736954, 0xc9736954]],
  ['12345678', [0x83fc1f2, 0xe182fa4f, 0xbd464907, 0xc7fddd7a]],
  ['z\u00fcrich-\u{1f600}-event', [0x955d6e17, 0x2dc49f1f, 0x43cde0fc, 0xc0835453]],
]

test('the hash is MurmurHash3 x86 128 of the UTF-16 units', () => {
  for (const [text, words] of REFERENCE) expect(naiveHash(text)).toEqual(words)
})

test('the hash is the one that the log is written with', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      expect(naiveHash(text)).toEqual(hashOf(text))
    }),
  )
})

function hashOf(text: string): number[] {
  const words = new Uint32Array(4)
  hash128(text, words, 0)
  return [...words]
}
