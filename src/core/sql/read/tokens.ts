import { readNumber } from './number-token.ts'
import { SqlError } from '../sql-error.ts'
import { NAME_CHARACTERS_MAX, STRING_CHARACTERS_MAX, TEXT_CHARACTERS_MAX } from './text-limits.ts'
import { isReserved } from './keywords.ts'
import type { Span } from '../tree.ts'

export type Token = Span &
  (
    | { kind: 'word'; text: string; upper: string }
    | { kind: 'quoted-name' | 'string' | 'number' | 'operator'; text: string }
    | { kind: 'end'; text: '' }
  )

/** Longer ones first: the first that fits is taken. */
const OPERATORS = ':: <> != <= >= || ( ) , . + - * / % = < > [ ] ;'.split(' ')
/** The guide writes comparisons so, and text editors turn the ASCII forms into these (SQ-23). */
const GLYPHS = new Map([
  ['≥', '>='],
  ['≤', '<='],
  ['≠', '!='],
])
/** What is meant by characters that look or read alike. */
const LOOKALIKES = new Map([
  ...['–', '—', '−', '‐', '‑'].map((dash) => [dash, "write '-'"] as const),
  ['×', "write '*'"],
  ['÷', "write '/'"],
  ['！', 'write ASCII punctuation'],
  ['（', "write '('"],
  ['）', "write ')'"],
  ['，', "write ','"],
  ['＝', "write '='"],
  ['&', 'write AND'],
  ['|', 'write OR, or || to join text'],
  ['!', 'write NOT, or != to compare'],
  ['?', 'write the value itself: there are no parameters'],
  ['$', 'write the value itself: there are no parameters'],
  ['@', 'write the value itself: there are no parameters'],
  [':', 'write the value itself: there are no parameters'],
])
/** Space, tab, line feed, carriage return, no-break space, byte order mark. */
const SPACE = /[ \t\n\r\u00a0\ufeff]+/y
const WORD = /[A-Za-z_][A-Za-z0-9_$]*/y
const QUOTES = new Map<string, { kind: 'string' | 'quoted-name'; what: string }>([
  ["'", { kind: 'string', what: 'text' }],
  ['"', { kind: 'quoted-name', what: 'quoted name' }],
  ['`', { kind: 'quoted-name', what: 'quoted name' }],
])

/**
 * Splits a query's text into tokens, the last of which is its end; comments and spaces are left
 * out. Reads each character once. Throws SqlError `too_long`, `syntax`, `bad_literal`, `bad_name`.
 */
export function readTokens(text: string): Token[] {
  if (text.length > TEXT_CHARACTERS_MAX) {
    throw new SqlError(
      'too_long',
      `the query has ${text.length} characters; at most ${TEXT_CHARACTERS_MAX} are accepted`,
      { start: TEXT_CHARACTERS_MAX, end: text.length },
    )
  }
  const tokens: Token[] = []
  let start = skipBlank(text, 0)
  while (start < text.length) {
    const token = readToken(text, start, tokens.at(-1))
    tokens.push(token)
    start = skipBlank(text, token.end)
  }
  tokens.push({ kind: 'end', text: '', start: text.length, end: text.length })
  return tokens
}

/** The next place that is neither space nor comment. */
function skipBlank(text: string, from: number): number {
  let at = from
  for (;;) {
    if (text.startsWith('--', at)) {
      const end = text.indexOf('\n', at)
      at = end < 0 ? text.length : end + 1
    } else if (text.startsWith('/*', at)) {
      const end = text.indexOf('*/', at + 2)
      if (end < 0) {
        const span = { start: at, end: text.length }
        throw new SqlError('syntax', 'unterminated comment', span, 'end it by */')
      }
      at = end + 2
    } else {
      const space = match(SPACE, text, at)
      if (space === '') return at
      at += space.length
    }
  }
}

function readToken(text: string, start: number, previous: Token | undefined): Token {
  const word = match(WORD, text, start)
  if (word !== '') {
    return { kind: 'word', text: word, upper: word.toUpperCase(), start, end: start + word.length }
  }
  if (isNumberStart(text, start, previous)) return readNumber(text, start)
  const first = text.charAt(start)
  const quotes = QUOTES.get(first)
  if (quotes !== undefined) return readQuoted(text, start, quotes)
  const glyph = GLYPHS.get(first)
  if (glyph !== undefined) return { kind: 'operator', text: glyph, start, end: start + 1 }
  const operator = OPERATORS.find((candidate) => text.startsWith(candidate, start))
  if (operator === undefined) throw strangeCharacter(text, start)
  return { kind: 'operator', text: operator, start, end: start + operator.length }
}

/** `.5` is a number, but in `properties.5` the dot belongs to the path. */
function isNumberStart(text: string, start: number, previous: Token | undefined): boolean {
  if (isDigit(text, start)) return true
  if (text.charAt(start) !== '.' || !isDigit(text, start + 1)) return false
  if (previous === undefined || previous.end !== start) return true
  if (previous.kind === 'word') return isReserved(previous.upper)
  return previous.kind !== 'quoted-name' && previous.text !== ']'
}

function isDigit(text: string, at: number): boolean {
  const character = text.charAt(at)
  return character >= '0' && character <= '9'
}

/** A quote within is written twice; a backslash means nothing. */
function readQuoted(
  text: string,
  start: number,
  { kind, what }: { kind: 'string' | 'quoted-name'; what: string },
): Token {
  const quote = text.charAt(start)
  const parts: string[] = []
  let from = start + 1
  for (;;) {
    const to = text.indexOf(quote, from)
    if (to < 0) {
      const span = { start, end: text.length }
      throw new SqlError('syntax', `unterminated ${what}`, span, `end it by ${quote}`)
    }
    parts.push(text.slice(from, to))
    from = to + 1
    if (text.charAt(from) !== quote) break
    from += 1
  }
  const token = { kind, text: parts.join(quote), start, end: from }
  if (kind === 'string') checkString(token)
  else checkName(token)
  return token
}

function checkString(token: { text: string } & Span): void {
  if (token.text.length > STRING_CHARACTERS_MAX) {
    const message = `text of ${token.text.length} characters; at most ${STRING_CHARACTERS_MAX} are accepted`
    throw new SqlError('bad_literal', message, token)
  }
  if (!token.text.isWellFormed() || token.text.includes('\0')) {
    throw new SqlError('bad_literal', 'text holds a character that no event can hold', token)
  }
}

/**
 * Names that cannot be bound as a path in SQLite's JSON, or be shown, are refused. Also those in
 * `properties['…']`, which are strings for the lexer.
 */
export function checkName(token: { text: string } & Span): void {
  if (token.text === '') throw new SqlError('bad_name', 'a name cannot be empty', token)
  if (token.text.length > NAME_CHARACTERS_MAX) {
    const message = `name of ${token.text.length} characters; at most ${NAME_CHARACTERS_MAX} are accepted`
    throw new SqlError('bad_name', message, token)
  }
  if (/["\\]|\p{Cc}|\p{Cs}/u.test(token.text)) {
    const message = 'a name cannot hold ", \\ or control characters'
    throw new SqlError('bad_name', message, token)
  }
}

function strangeCharacter(text: string, start: number): SqlError {
  const character = String.fromCodePoint(text.codePointAt(start) ?? 0)
  const span = { start, end: start + character.length }
  if ('‘’‚‛“”„‟«»´'.includes(character)) {
    const hint = "use straight quotes: '...'"
    return new SqlError('syntax', 'curly quotes are not SQL quotes', span, hint)
  }
  const hint =
    LOOKALIKES.get(character) ??
    (/[\p{L}\p{N}]/u.test(character)
      ? 'names are ASCII letters, digits and _; put others in double quotes'
      : undefined)
  return new SqlError('syntax', `unexpected character ${showCharacter(character)}`, span, hint)
}

/** Characters that cannot be seen, or that look like an ASCII one, are told by their number too. */
function showCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const number = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
  if (code > 32 && code < 127) return `'${character}'`
  return /[\p{C}\p{Z}]/u.test(character) ? number : `'${character}' (${number})`
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? ''
}
