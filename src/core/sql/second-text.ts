import { unreachable } from '../result.ts'
import { readTokens } from './tokens.ts'
import type { Token } from './tokens.ts'
import type { QueryTree } from './tree.ts'

/** Text that any lexer reads alike: printable ASCII without quotes and backslashes. */
const PLAIN_TEXT = /^[ !#-&(-[\]-_a-~]*$/
/** Stands for other texts, by their number; `{` is not plain. */
const STAND_IN = /^\{(\d+)\}$/

/** A query as the second reader gets it, and the texts that it gets stand-ins for. */
export interface SecondText {
  text: string
  strings: string[]
}

/**
 * Writes a query anew for the second reader, from our tokens: without comments, in ASCII, and with
 * what it does not know (TRY_CAST, IS DISTINCT FROM, QUALIFY) as what it does, of the same place in
 * the grammar. `likenTree` does the same to our tree.
 */
export function writeSecondText(query: string): SecondText {
  const tokens = readTokens(query)
  const strings: string[] = []
  const parts: string[] = []
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at]
    if (token === undefined || token.kind === 'end') break
    if (needsSpace(token, tokens[at - 1])) parts.push(' ')
    const distinct = distinctFrom(tokens, at)
    if (distinct === null) parts.push(writeToken(token, tokens[at + 1], strings))
    else {
      parts.push(distinct.operator)
      at += distinct.length - 1
    }
  }
  return { text: parts.join(''), strings }
}

/** Our tree as far as the second reader could know it. */
export function likenTree(tree: QueryTree): QueryTree {
  return rewrite(tree, (node) => {
    switch (node['kind']) {
      case 'cast':
        return { ...node, isTry: false }
      case 'distinct-from': {
        const operator = node['isNegated'] === true ? '=' : '!='
        return { kind: 'comparison', operator, left: node['left'], right: node['right'] }
      }
      case 'select':
        return node['having'] === null ? { ...node, having: node['qualify'], qualify: null } : node
      default:
        return node
    }
  })
}

/** The second reader's tree with the texts that stand-ins stand for. */
export function restoreStrings(tree: QueryTree, strings: string[]): QueryTree {
  const restore = (value: unknown) => {
    const place = typeof value === 'string' ? STAND_IN.exec(value)?.[1] : undefined
    return place === undefined ? value : (strings[Number(place)] ?? value)
  }
  return rewrite(tree, (node) => {
    switch (node['kind']) {
      case 'string':
        return { ...node, value: restore(node['value']) }
      case 'timestamp':
        return { ...node, text: restore(node['text']) }
      case 'like':
        return { ...node, pattern: restore(node['pattern']) }
      case 'column':
        return {
          ...node,
          path: (node['path'] as Node[]).map((name) => ({ ...name, text: restore(name['text']) })),
        }
      default:
        return node
    }
  })
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
function needsSpace(token: Token, previous: Token | undefined): boolean {
  if (previous === undefined) return false
  const isSign = previous.kind === 'operator' && '+-'.includes(previous.text)
  return token.start > previous.end || isSign
}

function writeToken(token: Token, next: Token | undefined, strings: string[]): string {
  switch (token.kind) {
    case 'string':
      if (PLAIN_TEXT.test(token.text)) return `'${token.text}'`
      strings.push(token.text)
      return `'{${strings.length - 1}}'`
    case 'quoted-name':
      return `"${token.text}"`
    case 'word':
      if (token.upper === 'TRY_CAST' && next?.text === '(') return 'CAST'
      return token.upper === 'QUALIFY' ? 'HAVING' : token.text
    case 'number':
    case 'operator':
    case 'end':
      return token.text
    default:
      return unreachable(token)
  }
}

/** IS [NOT] DISTINCT FROM from this token on, as a comparison of the same rank. */
function distinctFrom(tokens: Token[], at: number): { operator: string; length: number } | null {
  const words = tokens.slice(at, at + 4).map((token) => (token.kind === 'word' ? token.upper : ''))
  if (words.slice(0, 3).join(' ') === 'IS DISTINCT FROM') return { operator: '!=', length: 3 }
  return words.join(' ') === 'IS NOT DISTINCT FROM' ? { operator: '=', length: 4 } : null
}
