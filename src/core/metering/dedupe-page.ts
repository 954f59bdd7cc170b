import { HASH_WORDS } from './chunk.ts'
import { compareKeys, type IdColumns } from './dedupe-ids.ts'

/** Ids on a page: a look-up reads one, and each is a row. */
export const PAGE_IDS = 2_048

const HEADER_WORDS = 5
const REST_WORDS = HASH_WORDS - 1
/** Where gaps are spread as those of random numbers are, remainders of so much of the mean are shortest. */
const LN_2 = Math.log(2)

/** Sorted ids as the pages of a run. */
export interface CutPages {
  pages: Uint32Array[]
  /** The first key of each page, four words each. */
  fence: Uint32Array
}

/** Cuts sorted ids into pages. */
export function cutPages(ids: IdColumns): CutPages {
  const pages: Uint32Array[] = []
  const fence = new Uint32Array(Math.ceil(ids.count / PAGE_IDS) * HASH_WORDS)
  for (let from = 0; from < ids.count; from += PAGE_IDS) {
    const at = from * HASH_WORDS
    fence.set(ids.keys.subarray(at, at + HASH_WORDS), pages.length * HASH_WORDS)
    pages.push(encodePage(ids, from, Math.min(from + PAGE_IDS, ids.count)))
  }
  return { pages, fence }
}

/** The number of the page that a key is on if it is anywhere; -1 before the first. */
export function pageOf(fence: Uint32Array, key: Uint32Array, keyAt = 0): number {
  let [low, high] = [0, fence.length / HASH_WORDS]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareKeys(fence, middle * HASH_WORDS, key, keyAt) <= 0) low = middle + 1
    else high = middle
  }
  return low - 1
}

/**
 * Sorted ids `from` … `to` as a page of 32-bit words. First words are stored as gaps in a Rice code,
 * since those of n random ids lie close together: that saves about log2(n) - 1.5 bits an id. Seconds
 * are stored in as many bits as their range on this page takes.
 *
 *     0 count   1 bits of a gap's remainder + 256 × bits of a second   2 least second
 *     3 first word of the first id   4 words of gaps
 *     then three words of each key; gaps; seconds
 */
function encodePage(ids: IdColumns, from: number, to: number): Uint32Array {
  const count = to - from
  const keys = ids.keys.subarray(from * HASH_WORDS, to * HASH_WORDS)
  const seconds = ids.seconds.subarray(from, to)
  const gapBits = gapBitsOf(keys, count)
  const gapsAt = HEADER_WORDS + count * REST_WORDS
  let bits = 0
  for (let i = 1; i < count; i++) bits += (gapAt(keys, i) >>> gapBits) + 1 + gapBits
  const secondsAt = gapsAt + Math.ceil(bits / 32)
  const { secondMin, secondBits } = rangeOf(seconds)
  const page = new Uint32Array(secondsAt + Math.ceil((count * secondBits) / 32))
  page.set([count, gapBits | (secondBits << 8), secondMin, keys[0]!, secondsAt - gapsAt])
  for (let i = 0; i < count; i++) {
    const at = HEADER_WORDS + i * REST_WORDS
    page[at] = keys[i * HASH_WORDS + 1]!
    page[at + 1] = keys[i * HASH_WORDS + 2]!
    page[at + 2] = keys[i * HASH_WORDS + 3]!
  }
  let position = gapsAt * 32
  for (let i = 1; i < count; i++) {
    const gap = gapAt(keys, i)
    // As many zeros as the gap holds remainders, and a one.
    position += gap >>> gapBits
    writeBits(page, position, 1, 1)
    writeBits(page, position + 1, gap & ((1 << gapBits) - 1), gapBits)
    position += 1 + gapBits
  }
  for (let i = 0; i < count; i++) {
    writeBits(page, secondsAt * 32 + i * secondBits, seconds[i]! - secondMin, secondBits)
  }
  return page
}

function gapAt(keys: Uint32Array, i: number): number {
  return keys[i * HASH_WORDS]! - keys[(i - 1) * HASH_WORDS]!
}

function gapBitsOf(keys: Uint32Array, count: number): number {
  const span = keys[(count - 1) * HASH_WORDS]! - keys[0]!
  return Math.max(0, Math.floor(Math.log2((span / count) * LN_2)))
}

function rangeOf(seconds: Uint32Array): { secondMin: number; secondBits: number } {
  let [least, most] = [seconds[0]!, seconds[0]!]
  for (let i = 1; i < seconds.length; i++) {
    const second = seconds[i]!
    if (second < least) least = second
    else if (second > most) most = second
  }
  return { secondMin: least, secondBits: 32 - Math.clz32(most - least) }
}

/** A page that can be searched. */
export class DedupePage {
  readonly count: number
  private readonly words: Uint32Array
  private readonly firstWords: Uint32Array
  private readonly secondMin: number
  private readonly secondBits: number
  private readonly secondsAt: number

  /** @param words as `cutPages` made them */
  constructor(words: Uint32Array) {
    this.words = words
    this.count = words[0]!
    this.secondMin = words[2]!
    this.secondBits = words[1]! >>> 8
    const gapsAt = HEADER_WORDS + this.count * REST_WORDS
    this.secondsAt = gapsAt + words[4]!
    this.firstWords = readFirstWords(words, gapsAt * 32)
  }

  get bytes(): number {
    return this.words.byteLength + this.firstWords.byteLength
  }

  /** When the id with this key was accepted; 0 if it is not on the page. */
  find(key: Uint32Array, keyAt = 0): number {
    const place = this.lowerBound(key, keyAt)
    return place < this.count && this.compareAt(place, key, keyAt) === 0 ? this.second(place) : 0
  }

  /** The first place whose key is not less than this one; `count` if there is none. */
  lowerBound(key: Uint32Array, keyAt = 0): number {
    let [low, high] = [0, this.count]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.compareAt(middle, key, keyAt) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Copies the key at a place into `out`. */
  copyKey(place: number, out: Uint32Array, outAt = 0): void {
    const at = HEADER_WORDS + place * REST_WORDS
    out[outAt] = this.firstWords[place]!
    out[outAt + 1] = this.words[at]!
    out[outAt + 2] = this.words[at + 1]!
    out[outAt + 3] = this.words[at + 2]!
  }

  second(place: number): number {
    const { words, secondsAt, secondBits } = this
    return this.secondMin + readBits(words, secondsAt * 32 + place * secondBits, secondBits)
  }

  private compareAt(place: number, key: Uint32Array, keyAt: number): number {
    const { words } = this
    const at = HEADER_WORDS + place * REST_WORDS
    return (
      this.firstWords[place]! - key[keyAt]! ||
      words[at]! - key[keyAt + 1]! ||
      words[at + 1]! - key[keyAt + 2]! ||
      words[at + 2]! - key[keyAt + 3]!
    )
  }
}

function readFirstWords(words: Uint32Array, gapsAtBit: number): Uint32Array {
  const firstWords = new Uint32Array(words[0]!)
  const gapBits = words[1]! & 0xff
  let position = gapsAtBit
  let value = words[3]!
  firstWords[0] = value
  for (let i = 1; i < firstWords.length; i++) {
    let quotient = 0
    let rest = words[position >>> 5]! >>> (position & 31)
    while (rest === 0) {
      const step = 32 - (position & 31)
      quotient += step
      position += step
      rest = words[position >>> 5]!
    }
    const zeros = 31 - Math.clz32(rest & -rest)
    quotient += zeros
    position += zeros + 1
    value += quotient * 2 ** gapBits + readBits(words, position, gapBits)
    position += gapBits
    firstWords[i] = value
  }
  return firstWords
}

/** Writes a number of up to 32 bits, where all bits are 0 yet. */
function writeBits(words: Uint32Array, position: number, value: number, bits: number): void {
  const shift = position & 31
  words[position >>> 5]! |= value << shift
  if (shift + bits > 32) words[(position >>> 5) + 1]! |= value >>> (32 - shift)
}

function readBits(words: Uint32Array, position: number, bits: number): number {
  if (bits === 0) return 0
  const shift = position & 31
  let value = words[position >>> 5]! >>> shift
  if (shift + bits > 32) value |= words[(position >>> 5) + 1]! << (32 - shift)
  return (value & (0xffff_ffff >>> (32 - bits))) >>> 0
}
