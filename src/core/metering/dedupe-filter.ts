import { HASH_WORDS } from './chunk.ts'
import type { IdColumns } from './dedupe-ids.ts'

/** 512 bits: a cache line, so that asking for an id costs one access to memory. */
export const BLOCK_WORDS = 16
const BLOCK_BITS = BLOCK_WORDS * 32
const BITS_PER_ID = 16

/** How many blocks a filter of so many ids has. */
export function filterBlocks(count: number): number {
  return Math.max(1, Math.ceil((count * BITS_PER_ID) / BLOCK_BITS))
}

/**
 * A blocked bloom filter: it tells most ids that are not in a run from those that may be in it.
 * Blocks follow the order of the keys, so that a filter of sorted ids is made from its beginning to
 * its end. Two bytes an id; one id in a thousand that is not there seems to be.
 */
export class DedupeFilter {
  private readonly words: Uint32Array
  private readonly blocks: number

  constructor(words: Uint32Array) {
    this.words = words
    this.blocks = words.length / BLOCK_WORDS
  }

  get bytes(): number {
    return this.words.byteLength
  }

  /** False if no id with this key was added. */
  has(key: Uint32Array, keyAt: number): boolean {
    const { words } = this
    const at = blockOf(key[keyAt]!, this.blocks) * BLOCK_WORDS
    const b = key[keyAt + 1]!
    const c = key[keyAt + 2]!
    const d = key[keyAt + 3]!
    // Without a branch after each of them: most ids that are new fail at one of the first three.
    const first = bitOf(words, at, b) & bitOf(words, at, c) & bitOf(words, at, d) & 1
    if (first === 0) return false
    const second = bitOf(words, at, b >>> 9) & bitOf(words, at, c >>> 9) & bitOf(words, at, d >>> 9)
    return (second & bitOf(words, at, b >>> 18) & bitOf(words, at, c >>> 18) & 1) !== 0
  }
}

/** The block of a filter that an id belongs to, by the first word of its key. */
export function blockOf(firstWord: number, blocks: number): number {
  return Math.floor((firstWord * blocks) / 2 ** 32)
}

/**
 * Adds ids to a filter of so many blocks.
 * @param words the part of the filter that begins at `firstBlock` and reaches as far as the ids do
 */
export function addToFilter(
  words: Uint32Array,
  ids: IdColumns,
  { blocks, firstBlock = 0 }: { blocks: number; firstBlock?: number },
): void {
  const { keys } = ids
  for (let i = 0; i < ids.count; i++) {
    const at = i * HASH_WORDS
    const block = (blockOf(keys[at]!, blocks) - firstBlock) * BLOCK_WORDS
    const b = keys[at + 1]!
    const c = keys[at + 2]!
    const d = keys[at + 3]!
    for (let shift = 0; shift <= 18; shift += 9) {
      setBit(words, block, b >>> shift)
      setBit(words, block, c >>> shift)
      if (shift < 18) setBit(words, block, d >>> shift)
    }
  }
}

/** The bit that is asked for, as the lowest of a word. */
function bitOf(words: Uint32Array, at: number, bit: number): number {
  return words[at + ((bit >>> 5) & (BLOCK_WORDS - 1))]! >>> (bit & 31)
}

function setBit(words: Uint32Array, at: number, bit: number): void {
  words[at + ((bit >>> 5) & (BLOCK_WORDS - 1))]! |= 1 << (bit & 31)
}
