/** Random numbers that follow from a seed alone. */
export interface Random {
  /** At least 0, less than 1. */
  next: () => number
  /** An integer of at least `min` and at most `max`. */
  integer: (min: number, max: number) => number
  chance: (probability: number) => boolean
  pick: <T>(items: readonly T[]) => T
  shuffle: <T>(items: readonly T[]) => T[]
  /** An independent sequence: what draws from it does not shift this one. */
  fork: (name: string) => Random
}

export function createRandom(seed: string): Random {
  let state = hash(seed)
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const integer = (min: number, max: number) => min + Math.floor(next() * (max - min + 1))
  return {
    next,
    integer,
    chance: (probability) => probability > 0 && next() < probability,
    pick: (items) => {
      if (items.length === 0) throw new Error('there is nothing to pick from')
      return items[integer(0, items.length - 1)]!
    },
    shuffle: (items) => {
      const shuffled = [...items]
      for (let i = shuffled.length - 1; i > 0; i -= 1) {
        const other = integer(0, i)
        ;[shuffled[i], shuffled[other]] = [shuffled[other]!, shuffled[i]!]
      }
      return shuffled
    },
    fork: (name) => createRandom(`${seed}/${name}`),
  }
}

/** FNV-1a of the text, mixed so that similar seeds have nothing in common. */
function hash(text: string): number {
  let hashed = 0x811c9dc5
  for (let i = 0; i < text.length; i += 1) {
    hashed = Math.imul(hashed ^ text.charCodeAt(i), 0x01000193)
  }
  hashed = Math.imul(hashed ^ (hashed >>> 16), 0x85ebca6b)
  hashed = Math.imul(hashed ^ (hashed >>> 13), 0xc2b2ae35)
  return hashed ^ (hashed >>> 16)
}
