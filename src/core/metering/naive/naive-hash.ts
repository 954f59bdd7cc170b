/**
 * MurmurHash3_x86_128 with seed 0 of a text's UTF-16 code units, low byte first, as the algorithm's
 * description has it: over bytes. The log has it of each transaction id.
 * @returns four words of 32 bits, unsigned
 */
export function naiveHash(text: string): Words {
  const bytes: number[] = []
  for (let i = 0; i < text.length; i++) {
    bytes.push(text.charCodeAt(i) % 256, Math.floor(text.charCodeAt(i) / 256))
  }
  let h: Words = [0, 0, 0, 0]
  let at = 0
  for (; at + 16 <= bytes.length; at += 16) {
    const k = wordsAt(bytes, at)
    h[0] = add(times(add(rotate(xor(h[0], mix(k[0], 0)), 19), h[1]), 5), 0x561ccd1b)
    h[1] = add(times(add(rotate(xor(h[1], mix(k[1], 1)), 17), h[2]), 5), 0x0bcaa747)
    h[2] = add(times(add(rotate(xor(h[2], mix(k[2], 2)), 15), h[3]), 5), 0x96cd1c35)
    h[3] = add(times(add(rotate(xor(h[3], mix(k[3], 3)), 13), h[0]), 5), 0x32ac3b17)
  }
  // Bytes that are missing at the end count as zeros, which change nothing.
  const tail = wordsAt(bytes, at)
  h = h.map((word, i) => xor(xor(word, mix(tail[i]!, i)), bytes.length)) as Words
  return spread(spread(h).map(finish) as Words)
}

type Words = [number, number, number, number]

const FACTORS: Words = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93]
const ROTATIONS: Words = [15, 16, 17, 18]

function wordsAt(bytes: number[], at: number): Words {
  return [0, 4, 8, 12].map((offset) =>
    [3, 2, 1, 0].reduce((word, i) => word * 256 + (bytes[at + offset + i] ?? 0), 0),
  ) as Words
}

function mix(word: number, lane: number): number {
  return times(rotate(times(word, FACTORS[lane]!), ROTATIONS[lane]!), FACTORS[(lane + 1) % 4]!)
}

function spread([a, b, c, d]: Words): Words {
  const all = add(add(add(a, b), c), d)
  return [all, add(all, b), add(all, c), add(all, d)]
}

function finish(word: number): number {
  const once = times(xor(word, word >>> 16), 0x85ebca6b)
  const twice = times(xor(once, once >>> 13), 0xc2b2ae35)
  return xor(twice, twice >>> 16)
}

function add(a: number, b: number): number {
  return (a + b) >>> 0
}

function times(a: number, b: number): number {
  return Math.imul(a, b) >>> 0
}

function xor(a: number, b: number): number {
  return (a ^ b) >>> 0
}

function rotate(word: number, bits: number): number {
  return ((word << bits) | (word >>> (32 - bits))) >>> 0
}
