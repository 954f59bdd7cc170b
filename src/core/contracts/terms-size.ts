import { ok, refuse, type Result } from '../result.ts'
import type { ContractTerms } from './contract.ts'

/** As many overrides as one contract has. */
export const OVERRIDES_MAX = 1_000

/** As long as the JSON text of a contract's terms is: a row holds it twice, and 2 MB at most. */
export const TERMS_LENGTH_MAX = 300_000

/** @param field the list of overrides, as the request calls it */
export function checkTermsSize(terms: ContractTerms, field: string): Result<null> {
  const { overrides = [] } = terms
  if (overrides.length > OVERRIDES_MAX) {
    return refuse('invalid', `${field}: a contract has at most ${OVERRIDES_MAX} overrides`)
  }
  if (JSON.stringify(terms).length <= TERMS_LENGTH_MAX) return ok(null)
  return refuse(
    'invalid',
    `${longestMember(terms)}: the terms of a contract have at most ${TERMS_LENGTH_MAX} characters as JSON, of which these take the most`,
  )
}

/** What takes most of the terms, as the API calls it. */
function longestMember(terms: ContractTerms): string {
  const lengths = Object.entries(terms).map(([name, value]) => {
    return { name, length: value === undefined ? 0 : JSON.stringify(value).length }
  })
  const longest = lengths.toSorted((a, b) => b.length - a.length)[0]!
  return longest.name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
