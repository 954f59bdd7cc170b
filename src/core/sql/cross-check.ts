import * as postgresql from 'node-sql-parser/build/postgresql.js'
import { printTree } from './print-tree.ts'
import { UnreadableError } from './second-node.ts'
import { convertQuery } from './second-query.ts'
import { likenTree, restoreStrings, writeSecondText } from './second-text.ts'
import { readTokens } from './tokens.ts'
import type { QueryTree } from './tree.ts'

/**
 * The second reader takes time exponential in how deep parentheses nest, and a few milliseconds for
 * a hundred tokens of other constructs: beyond these it is not asked.
 */
export const GROUPS_NESTED_MAX = 5
export const TOKENS_CHECKED_MAX = 600

export type CrossCheck =
  | { verdict: 'same' }
  /** Both readings, as `printTree` prints them: whoever wrote the query has to say which is meant. */
  | { verdict: 'different'; ours: string; theirs: string }
  /** The second reader does not know something in it. */
  | { verdict: 'unreadable'; reason: string }
  | { verdict: 'skipped'; reason: string }

/**
 * Reads the text that our parser made `tree` of by an independent parser too, and compares: no
 * misreading of ours may reach a bill unseen (spec, decision 1). For when a metric is created.
 */
export function crossCheck(text: string, tree: QueryTree): CrossCheck {
  const reason = reasonToSkip(text)
  if (reason !== null) return { verdict: 'skipped', reason }
  const second = writeSecondText(text)
  const reading = readSecond(second.text)
  if ('reason' in reading) return { verdict: 'unreadable', reason: reading.reason }
  const ours = printTree(likenTree(tree))
  const theirs = printTree(restoreStrings(reading.tree, second.strings))
  return ours === theirs ? { verdict: 'same' } : { verdict: 'different', ours, theirs }
}

function reasonToSkip(text: string): string | null {
  const tokens = readTokens(text)
  if (tokens.length > TOKENS_CHECKED_MAX) return `more than ${TOKENS_CHECKED_MAX} tokens`
  const open: boolean[] = []
  let groups = 0
  for (const [at, token] of tokens.entries()) {
    if (token.text === '(' && token.kind === 'operator') {
      const isGroup = tokens[at - 1]?.kind !== 'word'
      open.push(isGroup)
      groups += isGroup ? 1 : 0
    } else if (token.text === ')' && token.kind === 'operator')
      groups -= open.pop() === true ? 1 : 0
    if (groups > GROUPS_NESTED_MAX) return `parentheses nested more than ${GROUPS_NESTED_MAX} deep`
  }
  return null
}

function readSecond(text: string): { tree: QueryTree } | { reason: string } {
  try {
    const statements: unknown = parser.astify(text, { database: 'postgresql' })
    if (!Array.isArray(statements)) return { tree: convertQuery(statements) }
    if (statements.length !== 1) return { reason: `${statements.length} statements` }
    return { tree: convertQuery(statements[0]) }
  } catch (error) {
    if (error instanceof UnreadableError) return { reason: error.message }
    // Whatever else it throws is its way to say that it does not read this.
    return { reason: error instanceof Error ? error.message.slice(0, 200) : String(error) }
  }
}

const parser = makeParser()

/** The package is CommonJS: which of these holds its exports is up to who loads it. */
function makeParser(): postgresql.Parser {
  const loaded = postgresql as typeof postgresql & { default?: typeof postgresql }
  const { Parser } = loaded.default ?? loaded
  return new Parser()
}
