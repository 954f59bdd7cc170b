import { HASH_WORDS } from './chunk.ts'
import { compareKeys, type IdColumns } from './dedupe-ids.ts'

/** Ids on a page: a look-up reads one, and each is a row. */
export const PAGE_IDS = 2_048

/** A search reads the gaps of one block. */
const BLOCK_IDS = 64

const HEADER_WORDS = 4
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
 *     0 count   1 bits of a gap's remainder + 256 × bits of a second   2 least second   3 words of gaps
 *     then two words of each block: the first word of its first id, and at which bit its gaps begin;
 *     three words of each key; gaps; seconds
 */
function encodePage(ids: IdColumns, from: number, to: number): Uint32Array {
  const count = to - from
  const keys = ids.keys.subarray(from * HASH_WORDS, to * HASH_WORDS)
  const seconds = ids.seconds.subarray(from, to)
  const gapBits = gapBitsOf(keys, count)
  const { secondMin, secondBits } = rangeOf(seconds)
  const restAt = restAtOf(count)
  const gapsAt = restAt + count * REST_WORDS
  const gapWords = Math.ceil(gapBitsTotal(keys, count, gapBits) / 32)
  const secondsAt = gapsAt + gapWords
  const page = new Uint32Array(secondsAt + Math.ceil((count * secondBits) / 32))
  page.set([count, gapBits | (secondBits << 8), secondMin, gapWords])
  let position = 0
  for (let i = 0; i < count; i++) {
    const keyAt = i * HASH_WORDS
    const at = restAt + i * REST_WORDS
    page[at] = keys[keyAt + 1]!
    page[at + 1] = keys[keyAt + 2]!
    page[at + 2] = keys[keyAt + 3]!
    writeBits(page, secondsAt * 32 + i * secondBits, seconds[i]! - secondMin, secondBits)
    if (i % BLOCK_IDS === 0) {
      const block = HEADER_WORDS + (i / BLOCK_IDS) * 2
      page[block] = keys[keyAt]!
      page[block + 1] = position
      continue
    }
    const gap = gapAt(keys, i)
    // As many zeros as the gap holds remainders, and a one.
    position += gap >>> gapBits
    writeBits(page, gapsAt * 32 + position, 1, 1)
    writeBits(page, gapsAt * 32 + position + 1, gap & ((1 << gapBits) - 1), gapBits)
    position += 1 + gapBits
  }
  return page
}

function restAtOf(count: number): number {
  return HEADER_WORDS + Math.ceil(count / BLOCK_IDS) * 2
}

function gapBitsTotal(keys: Uint32Array, count: number, gapBits: number): number {
  let bits = 0
  for (let i = 0; i < count; i++) {
    if (i % BLOCK_IDS !== 0) bits += (gapAt(keys, i) >>> gapBits) + 1 + gapBits
  }
  return bits
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

/** A page that can be searched, and read from its beginning to its end. */
export class DedupePage {
  readonly count: number
  private readonly words: Uint32Array
  private readonly restAt: number
  private readonly gapsAt: number
  private readonly gapBits: number
  private readonly secondsAt: number
  private readonly secondBits: number
  private readonly secondMin: number

  /** @param words as `cutPages` made them */
  constructor(words: Uint32Array) {
    this.words = words
    this.count = words[0]!
    this.gapBits = words[1]! & 0xff
    this.secondBits = words[1]! >>> 8
    this.secondMin = words[2]!
    this.restAt = restAtOf(this.count)
    this.gapsAt = this.restAt + this.count * REST_WORDS
    this.secondsAt = this.gapsAt + words[3]!
  }

  get bytes(): number {
    return this.words.byteLength
  }

  /** When the id with this key was accepted; 0 if it is not on the page. */
  find(key: Uint32Array, keyAt = 0): number {
    const place = this.lowerBound(key, keyAt)
    const isFound = place.index < this.count && this.compareAt(place, key, keyAt) === 0
    return isFound ? this.second(place.index) : 0
  }

  /** The place of the first id whose key is not less than this one; at the page's end, if none is. */
  lowerBound(key: Uint32Array, keyAt = 0): PagePlace {
    let [low, high] = [0, Math.ceil(this.count / BLOCK_IDS)]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.compareAt(this.placeOf(middle), key, keyAt) <= 0) low = middle + 1
      else high = middle
    }
    const place = this.placeOf(Math.max(0, low - 1))
    while (place.index < this.count && this.compareAt(place, key, keyAt) < 0) this.next(place)
    return place
  }

  /** The place of the first id. */
  start(): PagePlace {
    return this.placeOf(0)
  }

  /** Moves a place on by one id. */
  next(place: PagePlace): void {
    place.index++
    if (place.index % BLOCK_IDS === 0) {
      place.firstWord = this.words[HEADER_WORDS + (place.index / BLOCK_IDS) * 2]!
      return
    }
    const { words, gapBits } = this
    let { position } = place
    let zeros = 0
    let rest = words[position >>> 5]! >>> (position & 31)
    while (rest === 0 && place.index < this.count) {
      zeros += 32 - (position & 31)
      position += 32 - (position & 31)
      rest = words[position >>> 5]!
    }
    const last = 31 - Math.clz32(rest & -rest)
    position += last + 1
    place.firstWord += (zeros + last) * 2 ** gapBits + readBits(words, position, gapBits)
    place.position = position + gapBits
  }

  /** Copies the key at a place into `out`. */
  copyKey({ index, firstWord }: PagePlace, out: Uint32Array): void {
    const at = this.restAt + index * REST_WORDS
    out[0] = firstWord
    out[1] = this.words[at]!
    out[2] = this.words[at + 1]!
    out[3] = this.words[at + 2]!
  }

  second(index: number): number {
    const { words, secondsAt, secondBits } = this
    return this.secondMin + readBits(words, secondsAt * 32 + index * secondBits, secondBits)
  }

  private placeOf(block: number): PagePlace {
    const at = HEADER_WORDS + block * 2
    const position = this.gapsAt * 32 + this.words[at + 1]!
    return { index: block * BLOCK_IDS, firstWord: this.words[at]!, position }
  }

  private compareAt({ index, firstWord }: PagePlace, key: Uint32Array, keyAt: number): number {
    const { words } = this
    const at = this.restAt + index * REST_WORDS
    return (
      firstWord - key[keyAt]! ||
      words[at]! - key[keyAt + 1]! ||
      words[at + 1]! - key[keyAt + 2]! ||
      words[at + 2]! - key[keyAt + 3]!
    )
  }
}

/** An id on a page. */
export interface PagePlace {
  index: number
  /** The first word of its key. */
  firstWord: number
  /** At which bit the next gap begins. */
  position: number
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
