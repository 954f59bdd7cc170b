/** A node of the tree that the second reader makes; its types do not tell what is really in it. */
export type SecondNode = { readonly [key: string]: unknown }

/** The second reader's tree holds something that has no place in ours. */
export class UnreadableError extends Error {}

export function asNode(value: unknown, what: string): SecondNode {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unreadable(what)
  return value as SecondNode
}

export function asNodes(value: unknown, what: string): SecondNode[] {
  if (!Array.isArray(value)) throw unreadable(what)
  return value.map((item) => asNode(item, what))
}

export function asText(value: unknown, what: string): string {
  if (typeof value !== 'string') throw unreadable(what)
  return value
}

/** What a node says besides `known` would be lost: null, empty lists and empty records say nothing. */
export function checkFields(node: SecondNode, what: string, known: string[]): void {
  const odd = Object.keys(node).filter((key) => !known.includes(key) && !isEmpty(node[key]))
  if (odd.length > 0) throw unreadable(`${what} with ${odd.join(', ')}`)
}

export function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true
  return typeof value === 'object' && Object.values(value).every(isEmpty)
}

export function unreadable(what: string): UnreadableError {
  return new UnreadableError(what)
}
