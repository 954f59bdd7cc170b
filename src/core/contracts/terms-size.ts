import { ok, refuse, type Result } from '../result.ts'
import type { ContractTerms } from './contract.ts'

/** As many overrides as one contract has. */
export const OVERRIDES_MAX = 1_000

/** As long as the JSON text of a contract's terms is: a row holds it twice, and 2 MB at most. */
export const TERMS_LENGTH_MAX = 300_000

/** @param field the list that made the terms grow */
export function checkTermsSize(terms: ContractTerms, field: string): Result<null> {
  const { overrides = [] } = terms
  if (overrides.length > OVERRIDES_MAX) {
    return refuse('invalid', `${field}: a contract has at most ${OVERRIDES_MAX} overrides`)
  }
  if (JSON.stringify(terms).length <= TERMS_LENGTH_MAX) return ok(null)
  return refuse(
    'invalid',
    `${field}: the terms of a contract have at most ${TERMS_LENGTH_MAX} characters as JSON`,
  )
}
