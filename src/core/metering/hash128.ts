/**
 * MurmurHash3 (x86, 128 bits) of a text's UTF-16 units. It finds transaction ids, in the dedupe set
 * and in the log; it is no protection against someone who constructs collisions on purpose.
 * @param out receives four words at `offset`
 */
export function hash128(text: string, out: Uint32Array, offset: number): void {
  const lanes: Lanes = [0, 0, 0, 0]
  const { length } = text
  let i = 0
  for (; i + 8 <= length; i += 8) {
    mixBlock(lanes, units(text, i), units(text, i + 2), units(text, i + 4), units(text, i + 6))
  }
  if (i < length) mixTail(lanes, text, i)
  const bytes = length * 2
  let [a, b, c, d] = lanes
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

type Lanes = [number, number, number, number]

const C1 = 0x239b961b
const C2 = 0xab0e9789
const C3 = 0x38b34ae5
const C4 = 0xa1e38b93

/** Two UTF-16 units as one word, the first one low; nothing beyond the end. */
function units(text: string, at: number): number {
  const low = at < text.length ? text.charCodeAt(at) : 0
  const high = at + 1 < text.length ? text.charCodeAt(at + 1) : 0
  return low | (high << 16)
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits))
}

function mixBlock(lanes: Lanes, k1: number, k2: number, k3: number, k4: number): void {
  let [a, b, c, d] = lanes
  a = (rotate(a ^ Math.imul(rotate(Math.imul(k1, C1), 15), C2), 19) + b) | 0
  a = (Math.imul(a, 5) + 0x561ccd1b) | 0
  b = (rotate(b ^ Math.imul(rotate(Math.imul(k2, C2), 16), C3), 17) + c) | 0
  b = (Math.imul(b, 5) + 0x0bcaa747) | 0
  c = (rotate(c ^ Math.imul(rotate(Math.imul(k3, C3), 17), C4), 15) + d) | 0
  c = (Math.imul(c, 5) + 0x96cd1c35) | 0
  d = (rotate(d ^ Math.imul(rotate(Math.imul(k4, C4), 18), C1), 13) + a) | 0
  d = (Math.imul(d, 5) + 0x32ac3b17) | 0
  lanes[0] = a
  lanes[1] = b
  lanes[2] = c
  lanes[3] = d
}

function mixTail(lanes: Lanes, text: string, at: number): void {
  lanes[3] ^= Math.imul(rotate(Math.imul(units(text, at + 6), C4), 18), C1)
  lanes[2] ^= Math.imul(rotate(Math.imul(units(text, at + 4), C3), 17), C4)
  lanes[1] ^= Math.imul(rotate(Math.imul(units(text, at + 2), C2), 16), C3)
  lanes[0] ^= Math.imul(rotate(Math.imul(units(text, at), C1), 15), C2)
}

function scramble(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}
