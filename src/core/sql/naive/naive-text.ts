import { SqlLimitError } from '../sql-error.ts'

const TEXT_CHARACTERS_MAX = 4_096

/**
 * Whether a text is as a pattern says, in which `%` stands for any characters and `_` for one: by
 * a table that tells which prefix of the pattern is matched by which prefix of the text.
 */
export function isLike(text: string, pattern: string): boolean {
  const characters = [...text]
  let reached = [true, ...characters.map(() => false)]
  for (const sign of pattern) {
    const next = [sign === '%' && reached[0] === true]
    for (const [i, character] of characters.entries()) {
      if (sign === '%') next.push(next[i] === true || reached[i + 1] === true)
      else next.push(reached[i] === true && (sign === '_' || sign === character))
    }
    reached = next
  }
  return reached.at(-1) === true
}

/**
 * @param from place of the first code point, from 1; negative: from the end
 * @param length how many places, also those where the text has none; null: all that follow
 */
export function partOf(text: string, from: number, length: number | null): string {
  const characters = [...text]
  const start = from < 0 ? Math.max(0, characters.length + from) : from - 1
  return characters.filter((_, i) => i >= start && (length === null || i < start + length)).join('')
}

/** Without spaces at either end; other white space stays. */
export function trimSpaces(text: string): string {
  let rest = text
  while (rest.startsWith(' ')) rest = rest.slice(1)
  while (rest.endsWith(' ')) rest = rest.slice(0, -1)
  return rest
}

/** Every `from` is replaced, from left to right; an empty one never occurs. */
export function replaceAll(text: string, from: string, to: string): string {
  if (from === '') return text
  let [result, rest] = ['', text]
  for (let at = rest.indexOf(from); at >= 0; at = rest.indexOf(from)) {
    result += rest.slice(0, at) + to
    rest = rest.slice(at + from.length)
  }
  return limitText(result + rest)
}

/** @throws SqlLimitError `text` beyond 4,096 code points */
export function limitText(text: string): string {
  if ([...text].length > TEXT_CHARACTERS_MAX) {
    throw new SqlLimitError('text', 'a text has more than 4,096 characters')
  }
  return text
}
