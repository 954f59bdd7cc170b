import { unreachable } from '../../result.ts'
import { isReserved } from './keywords.ts'
import { numericText, parseNumeric } from '../values/numeric.ts'
import { readTokens } from './tokens.ts'
import type { Token } from './tokens.ts'
import type { QueryTree } from '../tree.ts'

/** Text that any lexer reads alike: printable ASCII without quotes and backslashes. */
const PLAIN_TEXT = /^[ !#-&(-[\]-_a-z|~]*$/
/** Stands for other texts, by their number; `{` is not plain. */
const STAND_IN = /^\{(\d+)\}$/

/** What the second reader takes for a plain function, or not at all, as what it takes alike. */
const KNOWN_CALLS = new Map([
  ['LATEST', 'MAX'],
  ['EARLIEST', 'MIN'],
  ['TRY_CAST', 'CAST'],
])

/** A query as the second reader gets it, and the texts that it gets stand-ins for. */
export interface SecondText {
  text: string
  strings: string[]
}

/**
 * Writes a query anew for the second reader, from our tokens: without comments, in ASCII, and with
 * what it does not know as what it does, of the same place in the grammar. `likenTree` does the same
 * to our tree.
 */
export function writeSecondText(query: string): SecondText {
  const tokens = readTokens(query)
  const strings: string[] = []
  const parts: string[] = []
  for (let at = 0; at < tokens.length - 1;) {
    const { text, length } = rewritePhrase(tokens, at) ?? writeToken(tokens, at, strings)
    if (needsSpace(tokens, at)) parts.push(' ')
    parts.push(text)
    at += length
  }
  return { text: parts.join(''), strings }
}

/** Our tree as far as the second reader could know it. */
export function likenTree(tree: QueryTree): QueryTree {
  return rewrite(tree, (node) => {
    switch (node['kind']) {
      case 'number':
        return { ...node, text: plainNumber(String(node['text'])) }
      case 'cast':
        return { ...node, isTry: false }
      case 'distinct-from':
        return { ...node, kind: 'comparison', operator: node['isNegated'] === true ? '=' : '!=' }
      case 'call':
        return { ...node, name: KNOWN_CALLS.get(String(node['name'])) ?? node['name'] }
      case 'select':
        return node['having'] === null ? { ...node, having: node['qualify'], qualify: null } : node
      default:
        return node
    }
  })
}

/** The second reader's tree with the texts that stand-ins stand for, and numbers in plain digits. */
export function restoreTree(tree: QueryTree, strings: string[]): QueryTree {
  const restore = (value: unknown) => {
    const place = typeof value === 'string' ? STAND_IN.exec(value)?.[1] : undefined
    return place === undefined ? value : (strings[Number(place)] ?? value)
  }
  return rewrite(tree, (node) => {
    switch (node['kind']) {
      case 'number':
        return { ...node, text: plainNumber(String(node['text'])) }
      case 'string':
        return { ...node, value: restore(node['value']) }
      case 'timestamp':
        return { ...node, text: restore(node['text']) }
      case 'like':
        return { ...node, pattern: restore(node['pattern']) }
      default:
        return node
    }
  })
}

function plainNumber(text: string): string {
  const number = parseNumeric(text)
  return number === null ? text : numericText(number)
}

type Node = { [key: string]: unknown }

/** Rewrites every node of a tree, from the leaves up. */
function rewrite<Tree>(tree: Tree, change: (node: Node) => Node): Tree {
  if (Array.isArray(tree)) return tree.map((item) => rewrite(item as unknown, change)) as Tree
  if (typeof tree !== 'object' || tree === null) return tree
  const node: Node = {}
  for (const [key, value] of Object.entries(tree)) node[key] = rewrite(value as unknown, change)
  return change(node) as Tree
}

/** Signs stand apart, so that `-1` is a sign before a number, as it is for us. */
function needsSpace(tokens: Token[], at: number): boolean {
  const [previous, token] = [tokens[at - 1], tokens[at]]
  if (previous === undefined || token === undefined || token.text === '[') return false
  return token.start > previous.end || ['+', '-'].includes(previous.text)
}

/** What is written otherwise: `properties['x']`, keywords as names, calls, IS DISTINCT FROM. */
function rewritePhrase(tokens: Token[], at: number): { text: string; length: number } | null {
  const [first, second] = tokens.slice(at, at + 2)
  if (first?.kind === 'operator' && first.text === '[' && second?.kind === 'string') {
    return { text: `."${second.text}"`, length: 3 }
  }
  if (first?.kind !== 'word') return null
  if (isReserved(first.upper) && isNamePlace(tokens[at - 1])) {
    return { text: `"${first.text}"`, length: 1 }
  }
  const call = KNOWN_CALLS.get(first.upper)
  if (call !== undefined && second?.text === '(') return { text: call, length: 1 }
  if (first.upper === 'QUALIFY') return { text: 'HAVING', length: 1 }
  const words = tokens.slice(at, at + 4).map((token) => (token.kind === 'word' ? token.upper : ''))
  if (words.slice(0, 3).join(' ') === 'IS DISTINCT FROM') return { text: '!=', length: 3 }
  return words.join(' ') === 'IS NOT DISTINCT FROM' ? { text: '=', length: 4 } : null
}

/** After a dot or AS, a keyword is a name; types, which follow AS too, are not reserved. */
function isNamePlace(before: Token | undefined): boolean {
  if (before?.kind === 'operator') return before.text === '.'
  return before?.kind === 'word' && before.upper === 'AS'
}

function writeToken(tokens: Token[], at: number, strings: string[]) {
  const text = textOf(tokens[at], strings)
  return { text, length: 1 }
}

function textOf(token: Token | undefined, strings: string[]): string {
  if (token === undefined) return ''
  switch (token.kind) {
    case 'string':
      if (PLAIN_TEXT.test(token.text)) return `'${token.text}'`
      strings.push(token.text)
      return `'{${strings.length - 1}}'`
    case 'quoted-name':
      return `"${token.text}"`
    case 'word':
    case 'number':
    case 'operator':
    case 'end':
      return token.text
    default:
      return unreachable(token)
  }
}
