import type { ContractTerms } from '../contracts/contract.ts'
import { CONTRACT_TERM_LISTS } from './term-lists.ts'

interface TermWithFields {
  id: string
  customFields?: Record<string, string>
}

/**
 * Terms as they were once, with the custom fields that they have now: these are no part of edits,
 * so no history tells what they were.
 */
export function withPresentFields(terms: ContractTerms, present: ContractTerms): ContractTerms {
  const lists = [...new Set(CONTRACT_TERM_LISTS.map(({ list }) => list))]
  const changed = lists.flatMap((list) => {
    const now = new Map(listOf(present, list).map((term) => [term.id, term.customFields]))
    const before = listOf(terms, list)
    const shown = before.map((term) =>
      now.has(term.id) ? { ...term, customFields: now.get(term.id) } : term,
    )
    return before.length === 0 ? [] : [[list, shown] as const]
  })
  return { ...terms, ...Object.fromEntries(changed) }
}

function listOf(terms: object, list: string): TermWithFields[] {
  return (terms as Record<string, TermWithFields[]>)[list] ?? []
}
