/** A whole number from 0 to below `limit`. */
export type Random = (limit: number) => number

/** A linear congruential generator: poor randomness, but the same on every machine. */
export function createRandom(seed: number): Random {
  let state = seed
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

export function shuffle(items: unknown[], random: Random): void {
  for (let i = items.length - 1; i > 0; i -= 1) {
    const j = random(i + 1)
    ;[items[i], items[j]] = [items[j], items[i]]
  }
}
