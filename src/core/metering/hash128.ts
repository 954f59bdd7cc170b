/**
 * MurmurHash3 (x86, 128 bits) of a text's UTF-16 units. It finds transaction ids, in the dedupe set
 * and in the log; it is no protection against someone who constructs collisions on purpose.
 * @param out receives four words at `offset`
 */
export function hash128(text: string, out: Uint32Array, offset: number): void {
  const { length } = text
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  let i = 0
  for (; i + 8 <= length; i += 8) {
    a = (rotate(a ^ mixA(units(text, i)), 19) + b) | 0
    a = (Math.imul(a, 5) + 0x561ccd1b) | 0
    b = (rotate(b ^ mixB(units(text, i + 2)), 17) + c) | 0
    b = (Math.imul(b, 5) + 0x0bcaa747) | 0
    c = (rotate(c ^ mixC(units(text, i + 4)), 15) + d) | 0
    c = (Math.imul(c, 5) + 0x96cd1c35) | 0
    d = (rotate(d ^ mixD(units(text, i + 6)), 13) + a) | 0
    d = (Math.imul(d, 5) + 0x32ac3b17) | 0
  }
  if (i < length) {
    d ^= mixD(unitsToEnd(text, i + 6))
    c ^= mixC(unitsToEnd(text, i + 4))
    b ^= mixB(unitsToEnd(text, i + 2))
    a ^= mixA(unitsToEnd(text, i))
  }
  const bytes = length * 2
  a ^= bytes
  b ^= bytes
  c ^= bytes
  d ^= bytes
  a = (a + b + c + d) | 0
  b = scramble((b + a) | 0)
  c = scramble((c + a) | 0)
  d = scramble((d + a) | 0)
  a = scramble(a)
  a = (a + b + c + d) | 0
  out[offset] = a
  out[offset + 1] = b + a
  out[offset + 2] = c + a
  out[offset + 3] = d + a
}

const C1 = 0x239b961b
const C2 = 0xab0e9789
const C3 = 0x38b34ae5
const C4 = 0xa1e38b93

function mixA(word: number): number {
  return Math.imul(rotate(Math.imul(word, C1), 15), C2)
}

function mixB(word: number): number {
  return Math.imul(rotate(Math.imul(word, C2), 16), C3)
}

function mixC(word: number): number {
  return Math.imul(rotate(Math.imul(word, C3), 17), C4)
}

function mixD(word: number): number {
  return Math.imul(rotate(Math.imul(word, C4), 18), C1)
}

/** Two UTF-16 units as one word, the first one low. */
function units(text: string, at: number): number {
  return text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16)
}

/** The same near the end of the text, with nothing beyond it. */
function unitsToEnd(text: string, at: number): number {
  const low = at < text.length ? text.charCodeAt(at) : 0
  const high = at + 1 < text.length ? text.charCodeAt(at + 1) : 0
  return low | (high << 16)
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits))
}

function scramble(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
