import { BLOCK_WORDS, blockOf } from './dedupe-filter.ts'

const IDS_PER_BLOCK = 64
const ROOM_MIN = 2 ** 17
/** Beyond 16 MB, more ids share the same memory: the summary says less often that an id is new. */
const BLOCKS_MAX = 2 ** 18

/**
 * A bloom filter over the ids of several runs, so that a look-up of a new id asks one instead of
 * each run's. Its bits do not follow from those that the runs' filters use: an id that seems to be
 * here (3 % of those that are not, at worst) seems to be in a run no more often than any other.
 */
export class DedupeSummary {
  private readonly words: Uint32Array
  private readonly blocks: number
  private readonly room: number
  private added = 0

  /** @param count of ids at first; there is room for as many again */
  constructor(count: number) {
    this.room = Math.max(count * 2, ROOM_MIN)
    this.blocks = Math.min(Math.ceil(this.room / IDS_PER_BLOCK), BLOCKS_MAX)
    this.words = new Uint32Array(this.blocks * BLOCK_WORDS)
  }

  get bytes(): number {
    return this.words.byteLength
  }

  /** Whether so many ids have been added that a new summary says more than this one. */
  get isFull(): boolean {
    return this.added >= this.room
  }

  add(key: Uint32Array, keyAt = 0): void {
    const { words } = this
    const at = blockOf(key[keyAt]!, this.blocks) * BLOCK_WORDS
    const bits = spread(key[keyAt + 1]! ^ key[keyAt + 2]!)
    const more = spread(key[keyAt + 2]! ^ key[keyAt + 3]!)
    words[at + (bits >>> 28)]! |= 1 << (bits >>> 23)
    words[at + ((bits >>> 19) & 15)]! |= 1 << (bits >>> 14)
    words[at + (more >>> 28)]! |= 1 << (more >>> 23)
    words[at + ((more >>> 19) & 15)]! |= 1 << (more >>> 14)
    this.added++
  }

  /** False if no id with this key was added. */
  has(key: Uint32Array, keyAt = 0): boolean {
    const { words } = this
    const at = blockOf(key[keyAt]!, this.blocks) * BLOCK_WORDS
    const bits = spread(key[keyAt + 1]! ^ key[keyAt + 2]!)
    const more = spread(key[keyAt + 2]! ^ key[keyAt + 3]!)
    const found =
      (words[at + (bits >>> 28)]! >>> (bits >>> 23)) &
      (words[at + ((bits >>> 19) & 15)]! >>> (bits >>> 14)) &
      (words[at + (more >>> 28)]! >>> (more >>> 23)) &
      (words[at + ((more >>> 19) & 15)]! >>> (more >>> 14))
    return (found & 1) !== 0
  }
}

/** Of the product, the upper bits depend on all bits of the word. */
function spread(word: number): number {
  return Math.imul(word, 0x9e3779b1)
}
