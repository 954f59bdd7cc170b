import type { BatchItem } from 'drizzle-orm/batch'
import type { Contract } from '../core/contracts/contract.ts'
import type { EditInput } from '../core/contracts/edit-contract.ts'
import {
  balanceFields,
  contractFields,
  editedFields,
} from '../core/custom-fields/contract-fields.ts'
import { ok, type Result } from '../core/result.ts'
import { patchRow, releaseValues } from '../db/custom-field-values.ts'
import { customFieldWrites } from '../db/custom-fields.ts'
import type { Database } from '../db/database.ts'

/** What an edit says of custom fields. */
type NewFields = Pick<EditInput, 'amendment' | 'customFields' | 'addBalances'>

/**
 * The statements that belong into the batch of an edit for the custom fields of the contract and
 * its terms. They name all terms: so an edit that was decided on before a key was removed fails
 * instead of bringing the key's values back.
 */
export async function editedFieldWrites(
  db: Database,
  environmentId: string,
  { amendment, customFields = {}, addBalances = [] }: NewFields,
  before: Contract,
  after: Contract,
): Promise<Result<BatchItem<'sqlite'>[]>> {
  const { id } = after
  const prefix = amendment === undefined ? 'add_' : ''
  const { holders, released } = editedFields(before, after, prefix)
  const own = contractFields({ id, customFields, terms: {} })
  const claims = await customFieldWrites(db, environmentId, [
    ...own,
    ...holders,
    ...addBalances.map((one) => balanceFields(one, `${one.path}custom_fields`)),
  ])
  if (!claims.ok) return claims
  const isSet = Object.keys(customFields).length > 0
  return ok([
    ...(isSet ? [patchRow(db, environmentId, 'contract', id, customFields)] : []),
    ...released.map((term) =>
      releaseValues(db, environmentId, term.entity, term.entityId, term.keys),
    ),
    ...claims.value,
  ])
}
