import * as postgresql from 'node-sql-parser/build/postgresql.js'
import { MeteredText, ReadingLimitError } from './metered-text.ts'
import { findDifference } from './reading-difference.ts'
import type { ReadingDifference } from './reading-difference.ts'
import { unreadable } from './second-node.ts'
import { convertQuery } from './second-query.ts'
import { likenTree, restoreTree, writeSecondText } from './second-text.ts'
import type { QueryTree } from '../tree.ts'

/**
 * How often the second reader may look at the text: it takes time exponential in how deep some
 * constructs nest. A look takes some 0.15 µs; the queries of the guide take about 10,000.
 */
export const LOOKS_MAX = 250_000

const REASON_CHARACTERS_MAX = 200

export type CrossCheck =
  | { verdict: 'same' }
  /** Whoever wrote the query has to say by parentheses which reading is meant. */
  | { verdict: 'different'; difference: ReadingDifference }
  /** The second reader does not know something in it. */
  | { verdict: 'unreadable'; reason: string }
  | { verdict: 'skipped'; reason: string }

/**
 * Reads the text that our parser made `tree` of by an independent parser too, and compares: no
 * misreading of ours may reach a bill unseen. For when a metric is created.
 */
export function crossCheck(text: string, tree: QueryTree): CrossCheck {
  const second = writeSecondText(text)
  try {
    const theirs = restoreTree(readSecond(second.text), second.strings)
    const difference = findDifference(likenTree(tree), theirs)
    return difference === null ? { verdict: 'same' } : { verdict: 'different', difference }
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, REASON_CHARACTERS_MAX) : ''
    // Whatever else it throws is its way to say that it does not read this.
    return { verdict: error instanceof ReadingLimitError ? 'skipped' : 'unreadable', reason }
  }
}

/** Throws UnreadableError, ReadingLimitError, and what the second reader throws. */
function readSecond(text: string): QueryTree {
  // It calls no other methods of a text than these.
  const metered = new MeteredText(text, LOOKS_MAX) as unknown as string
  const statements: unknown = parser.astify(metered, { database: 'postgresql' })
  if (!Array.isArray(statements)) return convertQuery(statements)
  if (statements.length !== 1) throw unreadable(`${statements.length} statements`)
  return convertQuery(statements[0])
}

const parser = makeParser()

/** The package is CommonJS: which of these holds its exports is up to who loads it. */
function makeParser(): postgresql.Parser {
  const loaded = postgresql as typeof postgresql & { default?: typeof postgresql }
  const { Parser } = loaded.default ?? loaded
  // In workerd it leaves itself here as well, where nobody needs it.
  Reflect.deleteProperty(globalThis, 'NodeSQLParser')
  return new Parser()
}
