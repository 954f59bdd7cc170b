import type { ContractEdit } from '../../api/answers.ts'
import { formatDay, formatInstant, isMidnight } from '../../format/time-text.ts'

const VERBS: Record<string, string> = {
  add: 'Added',
  update: 'Changed',
  remove: 'Removed',
  archive: 'Archived',
  amend: 'Amended',
}

const NAMED = new Set(['id', 'timestamp', 'uniqueness_key'])

/** Names of terms by their ids, as far as they are known. */
type NameOf = (id: string) => string | undefined

/** What an edit did, a sentence for each of its verbs, without the full stop. */
export function describeEdit(edit: ContractEdit, nameOf: NameOf = () => undefined): string[] {
  return Object.entries(edit).flatMap(([member, value]: [string, unknown]) => {
    if (NAMED.has(member) || value === undefined) return []
    return [describeMember(member, value, nameOf)]
  })
}

function describeMember(member: string, value: unknown, nameOf: NameOf): string {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  if (member === 'update_contract_end_date') {
    return value === null ? 'The contract has no end any more' : `The contract ends ${when(text)}`
  }
  if (member === 'update_contract_name') {
    return value === null ? 'The name is taken away' : `Renamed to “${text}”`
  }
  if (member === 'update_net_payment_terms_days') {
    return value === null ? 'Payment terms are taken away' : `Invoices are due after ${text} days`
  }
  const [verb = '', ...nouns] = member.split('_')
  const noun = nouns.join(' ')
  const said = VERBS[verb] ?? verb
  if (!Array.isArray(value)) return `${said} the ${noun}`
  const names = value.flatMap((item) => describeItem(item, verb, nameOf))
  const counted = value.length === 1 ? withArticle(singular(noun)) : `${value.length} ${noun}`
  return names.length === 0 ? `${said} ${counted}` : `${said} ${counted}: ${names.join(', ')}`
}

function singular(noun: string): string {
  if (noun.endsWith('ies')) return `${noun.slice(0, -3)}y`
  return noun.endsWith('s') ? noun.slice(0, -1) : noun
}

function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`
}

function when(text: string): string {
  const at = new Date(text)
  return isMidnight(at) ? `before ${formatDay(at)}` : `at ${formatInstant(at)} UTC`
}

/** The name of what was added or changed, where it is known, and what was changed of it. */
function describeItem(item: unknown, verb: string, nameOf: NameOf): string[] {
  if (typeof item !== 'object' || item === null) return []
  const { id, name, product } = item as {
    id?: unknown
    name?: unknown
    product?: { name?: unknown }
  }
  const known = typeof id === 'string' ? nameOf(id) : undefined
  const found = known ?? name ?? product?.name
  const members = verb === 'update' ? changedMembers(item) : ''
  if (typeof found !== 'string' || found === '') return members === '' ? [] : [members]
  return [members === '' ? found : `${found} (${members})`]
}

function changedMembers(item: object): string {
  return Object.entries(item)
    .filter(([member, value]) => member !== 'id' && value !== undefined)
    .map(([member]) => member.replaceAll('_', ' '))
    .join(', ')
}
