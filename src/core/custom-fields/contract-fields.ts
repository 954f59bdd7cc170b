import type { Contract } from '../contracts/contract.ts'
import type { Customer } from '../customer.ts'
import type { Balance } from '../ledger/balance.ts'
import type { Package } from '../packages/package.ts'
import type { FieldHolder } from './check-fields.ts'
import { CONTRACT_TERM_LISTS, PACKAGE_TERM_LISTS, type TermList } from './term-lists.ts'

/** @param field as the request calls the fields */
export function customerFields(
  { id, customFields }: Pick<Customer, 'id' | 'customFields'>,
  field: string,
): FieldHolder {
  return { entity: 'customer', entityId: id, fields: customFields, field }
}

/** The custom fields of a new contract and of its terms. */
export function contractFields({
  id,
  customFields,
  terms,
}: Pick<Contract, 'id' | 'customFields'> & { terms: object }): FieldHolder[] {
  const own = { entity: 'contract', entityId: id, fields: customFields, field: 'custom_fields' }
  return [own as FieldHolder, ...termFields(CONTRACT_TERM_LISTS, terms)]
}

/**
 * The custom fields of a commit or credit.
 * @param field as the request calls the fields
 */
export function balanceFields(
  { id, type, customFields }: Pick<Balance, 'id' | 'type' | 'customFields'>,
  field: string,
): FieldHolder {
  const entity = type === 'CREDIT' ? 'contract_credit' : 'commit'
  return { entity, entityId: id, fields: customFields, field }
}

/** The custom fields of the terms of a new package. */
export function packageFields({ terms }: Package): FieldHolder[] {
  return termFields(PACKAGE_TERM_LISTS, terms)
}

/** What an edit makes of the custom fields of a contract's terms. */
export interface EditedFields {
  /** Of all terms after the edit. Those that it added are called as the request calls them. */
  holders: FieldHolder[]
  /** The keys that terms no longer have values of. */
  released: (Pick<FieldHolder, 'entity' | 'entityId'> & { keys: string[] })[]
}

/** @param prefix of the lists of new terms in the request, such as `add_` */
export function editedFields(
  before: Pick<Contract, 'terms'>,
  after: Pick<Contract, 'terms'>,
  prefix: string,
): EditedFields {
  const known = new Map(
    termFields(CONTRACT_TERM_LISTS, before.terms).map((holder) => [holder.entityId, holder]),
  )
  const holders = CONTRACT_TERM_LISTS.flatMap((list) => {
    const all = fieldsOfList(list, after.terms)
    const added = all.filter(({ entityId }) => !known.has(entityId))
    return all.map((holder) => {
      const at = added.indexOf(holder)
      return at < 0 ? holder : { ...holder, field: `${prefix}${list.field}[${at}].custom_fields` }
    })
  })
  const released = holders.flatMap(({ entity, entityId, fields }) => {
    const had = Object.keys(known.get(entityId)?.fields ?? {})
    const keys = had.filter((key) => !Object.hasOwn(fields, key))
    return keys.length === 0 ? [] : [{ entity, entityId, keys }]
  })
  return { holders, released }
}

function termFields(lists: readonly TermList[], terms: object): FieldHolder[] {
  return lists.flatMap((list) => fieldsOfList(list, terms))
}

function fieldsOfList({ entity, list, type, field }: TermList, terms: object): FieldHolder[] {
  const members = (terms as Record<string, TermWithFields[]>)[list] ?? []
  return members
    .filter((member) => type === undefined || member.type === type)
    .map(({ id, customFields: fields = {} }, i) => ({
      entity,
      entityId: id,
      fields,
      field: `${field}[${i}].custom_fields`,
    }))
}

interface TermWithFields {
  id: string
  type?: string
  customFields?: Record<string, string>
}
