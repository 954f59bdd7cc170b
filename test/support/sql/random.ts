/** A source of random choices: the same seed makes the same choices everywhere. */
export interface Random {
  /** 0 … n - 1 */
  below(n: number): number
  chance(probability: number): boolean
  pick<T>(items: readonly T[]): T
}

/** @returns Mulberry32 from the seed, which is hashed so that seeds may be consecutive. */
export function createRandom(seed: number): Random {
  let state = Math.imul(seed + 0x9e3779b9, 0x85ebca6b) >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (n: number) => Math.floor(next() * n)
  return {
    below,
    chance: (probability) => next() < probability,
    pick: (items) => {
      if (items.length === 0) throw new Error('nothing to pick from')
      return items[below(items.length)]!
    },
  }
}

/** @returns so many different items, in their order */
export function pickSome<T>(random: Random, items: readonly T[], count: number): T[] {
  const left = items.map((item, place) => ({ item, place }))
  const chosen: typeof left = []
  while (chosen.length < count && left.length > 0) {
    chosen.push(...left.splice(random.below(left.length), 1))
  }
  return chosen.sort((a, b) => a.place - b.place).map(({ item }) => item)
}
