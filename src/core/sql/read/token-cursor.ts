import { isReserved } from './keywords.ts'
import { SqlError } from '../sql-error.ts'
import type { SqlErrorCode } from '../sql-error.ts'
import { NESTING_MAX, NODES_MAX } from './text-limits.ts'
import { readTokens } from './tokens.ts'
import type { Token } from './tokens.ts'
import type { Name, Span } from '../tree.ts'

/** The most of a token that a message shows. */
const SHOWN_CHARACTERS_MAX = 30

/** Where the parser stands in a query's tokens, and how much it has made of them. */
export class TokenCursor {
  private readonly text: string
  private readonly tokens: Token[]
  private at = 0
  private nodes = 0
  private nesting = 0

  constructor(text: string) {
    this.text = text
    this.tokens = readTokens(text)
  }

  get token(): Token {
    return this.peek(0)
  }

  /** A token further on; the end of the query stands for all beyond it. */
  peek(ahead: number): Token {
    const token = this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)]
    if (token === undefined) throw new Error('a query has at least the token of its end')
    return token
  }

  /** Where the token before this one ends. */
  get endBefore(): number {
    return this.tokens[this.at - 1]?.end ?? 0
  }

  isAtEnd(): boolean {
    return this.token.kind === 'end'
  }

  advance(): Token {
    const token = this.token
    if (this.at < this.tokens.length - 1) this.at += 1
    return token
  }

  /** The tokens from here on are these words. */
  isAtWords(...words: string[]): boolean {
    return words.every((word, ahead) => {
      const token = this.peek(ahead)
      return token.kind === 'word' && token.upper === word
    })
  }

  isAtOneOf(...words: string[]): boolean {
    return words.some((word) => this.isAtWords(word))
  }

  takeWords(...words: string[]): boolean {
    if (!this.isAtWords(...words)) return false
    this.at += words.length
    return true
  }

  needWords(...words: string[]): void {
    if (!this.takeWords(...words)) throw this.expected(words.join(' '))
  }

  isAtOperator(operator: string, ahead = 0): boolean {
    const token = this.peek(ahead)
    return token.kind === 'operator' && token.text === operator
  }

  takeOperator(operator: string): boolean {
    if (!this.isAtOperator(operator)) return false
    this.at += 1
    return true
  }

  needOperator(operator: string): void {
    if (!this.takeOperator(operator)) throw this.expected(`'${operator}'`)
  }

  /** A name that could be an alias without AS: quoted, or a word that is not reserved. */
  isAtName(): boolean {
    const { token } = this
    return token.kind === 'quoted-name' || (token.kind === 'word' && !isReserved(token.upper))
  }

  /** Reads a name; after a dot or AS it may be a keyword as well. */
  needName(what: string, { isKeywordAllowed = false } = {}): Name {
    const { token } = this
    if (!this.isAtName() && !(isKeywordAllowed && token.kind === 'word')) {
      const hint =
        token.kind === 'word'
          ? `${token.upper} is a keyword; write "${token.text}" if it is a name`
          : undefined
      throw this.expected(what, hint)
    }
    this.advance()
    const { text, start, end } = token
    return { text, isQuoted: token.kind === 'quoted-name', start, end }
  }

  /** Counts a node of the tree, which ends before the current token. */
  node<const Node extends object>(start: number, node: Node): Node & Span {
    const span = { start, end: this.endBefore }
    this.nodes += 1
    if (this.nodes > NODES_MAX) {
      throw this.error('too_complex', `the query has more than ${NODES_MAX} syntax nodes`, span)
    }
    return { ...node, ...span }
  }

  /** Runs `parse` one level deeper. */
  nest<Result>(parse: () => Result): Result {
    this.nesting += 1
    if (this.nesting > NESTING_MAX) {
      throw this.error('too_complex', `nesting deeper than ${NESTING_MAX}`)
    }
    const result = parse()
    this.nesting -= 1
    return result
  }

  expected(what: string, hint?: string): SqlError {
    return this.error('syntax', `expected ${what} but found ${this.shown()}`, this.token, hint)
  }

  unsupported(what: string, hint?: string, span: Span = this.token): SqlError {
    return this.error('unsupported', `${what} is not supported`, span, hint)
  }

  error(code: SqlErrorCode, message: string, span: Span = this.token, hint?: string): SqlError {
    return new SqlError(code, message, span, hint)
  }

  /** The current token as a message names it. */
  shown(): string {
    const { kind, start, end } = this.token
    if (kind === 'end') return 'end of query'
    const shown = this.text.slice(start, end)
    return shown.length > SHOWN_CHARACTERS_MAX
      ? `'${shown.slice(0, SHOWN_CHARACTERS_MAX).toWellFormed()}…'`
      : `'${shown}'`
  }
}
