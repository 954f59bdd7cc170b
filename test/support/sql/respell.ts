import type { Random } from './random.ts'

const SPACES = [' ', '\n', '\t', '  ', '\r\n', ' /* so; */ ', ' -- so\n']
const QUOTED = /('(?:[^']|'')*'|"[^"]*"|\[)/

/** The same query in other letters and with other white space, where neither has a meaning. */
export function respell(random: Random, sql: string): string {
  const isLower = random.chance(0.3)
  const isSpaced = random.chance(0.3)
  const isEnded = random.chance(0.1)
  const parts = sql.split(QUOTED).map((part, place) => {
    // Every second one is a text or a quoted name.
    if (place % 2 === 1) return part
    const letters = isLower ? part.toLowerCase() : part
    return isSpaced ? letters.replace(/ /g, () => random.pick(SPACES)) : letters
  })
  return `${parts.join('')}${isEnded ? ';' : ''}`
}
