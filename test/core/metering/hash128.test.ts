import { expect, test } from 'vitest'
import { hash128 } from '../../../src/core/metering/hash128.ts'

// Made with the reference implementation over the UTF-16LE bytes of the text.
const REFERENCE: [string, number[]][] = [
  ['', [0, 0, 0, 0]],
  ['a', [0x33bb196, 0xccef4fe1, 0xccef4fe1, 0xccef4fe1]],
  ['t1', [0xca738176, 0xc9736954, 0xc9736954, 0xc9736954]],
  ['abcd', [0x95ef82c7, 0xe4ec9aa2, 0xa8cb00d, 0xa8cb00d]],
  ['12345678', [0x83fc1f2, 0xe182fa4f, 0xbd464907, 0xc7fddd7a]],
  ['123456789abcdef0', [0x114b869b, 0x2a6610c, 0x3805dba1, 0x17692051]],
  ['req_01HZX3Y9KQ', [0x327fa0d7, 0x74a7b2c6, 0xf21e22f9, 0x488bd871]],
  ['zürich-\u{1f600}-event', [0x955d6e17, 0x2dc49f1f, 0x43cde0fc, 0xc0835453]],
]

test('the hash is MurmurHash3 x86 128 of the UTF-16 units', () => {
  for (const [text, words] of REFERENCE) {
    const out = new Uint32Array(6)
    hash128(text, out, 1)
    expect([...out]).toEqual([0, ...words, 0])
  }
})
