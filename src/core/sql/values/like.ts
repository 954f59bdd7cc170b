/**
 * Whether a text matches a LIKE pattern: `%` stands for any characters, `_` for one (a code point),
 * and nothing escapes them. What lies between two `%` is sought from left to right and never given
 * up again, so that the time is at most the product of both lengths.
 */
export function likeMatcher(pattern: string): (text: string) => boolean {
  const pieces = pattern.split('%')
  return pattern.includes('_') ? wildcardMatcher(pieces) : plainMatcher(pieces)
}

function plainMatcher(pieces: string[]): (text: string) => boolean {
  const first = pieces[0] ?? ''
  if (pieces.length === 1) return (text) => text === first
  const last = pieces.at(-1) ?? ''
  const middle = pieces.slice(1, -1).filter((piece) => piece !== '')
  return (text) => {
    const end = text.length - last.length
    if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false
    let place = first.length
    for (const piece of middle) {
      const found = text.indexOf(piece, place)
      if (found < 0) return false
      place = found + piece.length
    }
    return place <= end
  }
}

/** Without these each unit of a text is a code point. */
const SURROGATE = /[\ud800-\udfff]/

function wildcardMatcher(texts: string[]): (text: string) => boolean {
  const pieces = texts.map((piece) => Array.from(piece))
  const first = pieces[0] ?? []
  const last = pieces.at(-1) ?? []
  const middle = pieces.slice(1, -1)
  return (text) => {
    const characters = SURROGATE.test(text) ? Array.from(text) : text
    const end = characters.length - last.length
    if (pieces.length === 1) return end === 0 && matchesAt(characters, 0, first)
    if (end < first.length || !matchesAt(characters, 0, first)) return false
    if (!matchesAt(characters, end, last)) return false
    let place = first.length
    for (const piece of middle) {
      while (place + piece.length <= end && !matchesAt(characters, place, piece)) place++
      place += piece.length
      if (place > end) return false
    }
    return true
  }
}

function matchesAt(characters: ArrayLike<string>, place: number, piece: string[]): boolean {
  for (let i = 0; i < piece.length; i++) {
    if (piece[i] !== '_' && piece[i] !== characters[place + i]) return false
  }
  return true
}
