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

/** What an edit did, a sentence for each of its verbs, without the full stop. */
export function describeEdit(edit: ContractEdit): string[] {
  return Object.entries(edit).flatMap(([member, value]: [string, unknown]) => {
    if (NAMED.has(member) || value === undefined) return []
    return [describeMember(member, value)]
  })
}

function describeMember(member: string, value: unknown): string {
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
  const names = value.flatMap(nameOf)
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

/** The name of what was added or changed, where it is said. */
function nameOf(item: unknown): string[] {
  if (typeof item !== 'object' || item === null) return []
  const { name, product } = item as { name?: unknown; product?: { name?: unknown } }
  const found = name ?? product?.name
  return typeof found === 'string' && found !== '' ? [found] : []
}
