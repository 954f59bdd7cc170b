import { toInstant } from '../../components/inputs.tsx'
import { unreachable } from '../../../core/result.ts'
import { jsonNumber } from '../../../core/json-number.ts'
import { decimalText, shiftDecimal } from '../../format/decimal-text.ts'
import {
  fieldsShown,
  readerOf,
  unitOfField,
  type FieldSpec,
  type Term,
  type TermContext,
} from './term.ts'
import { TERM_KINDS, type TermKinds } from './term-kinds.ts'

const DECIMAL = /^-?(\d+\.?\d*|\.\d+)$/
const USD_CENTS = 'USD (cents)'

/** A term as the API takes it. What is no number is sent as it is, so that the server names it. */
export function buildTerm(
  term: Term,
  context: TermContext,
  kinds: TermKinds = TERM_KINDS,
): Record<string, unknown> {
  const kind = kinds[term.kind]
  if (kind === undefined) return {}
  const read = readerOf(kind, term, context)
  const body: Record<string, unknown> = {}
  for (const [path, value] of Object.entries(kind.fixed?.(context, read) ?? {})) {
    assign(body, path, value)
  }
  for (const field of fieldsShown(kind, read)) {
    const text = read(field.path).trim()
    if (text === '' || field.path.startsWith('$')) continue
    const unit = unitOfField(field, context, read)
    assign(body, field.path, valueOf(field, text, unit.name === USD_CENTS))
  }
  return body
}

/**
 * All terms under their members: lists, or the one thing that there can be.
 * @param prefix `add_` for an edit
 */
export function buildTerms(
  terms: readonly Term[],
  context: TermContext,
  prefix = '',
  kinds: TermKinds = TERM_KINDS,
): Record<string, unknown> {
  const body: Record<string, unknown> = {}
  for (const term of terms) {
    const kind = kinds[term.kind]
    if (kind === undefined) continue
    const member = prefix + kind.member
    const built = buildTerm(term, context, kinds)
    const before = body[member]
    if (kind.isSingle === true) body[member] = built
    else body[member] = Array.isArray(before) ? [...(before as unknown[]), built] : [built]
  }
  return body
}

/** Where each term is in the request, as refusals name it: `commits[1].`. */
export function placesOf(
  terms: readonly Term[],
  prefix = '',
  kinds: TermKinds = TERM_KINDS,
): string[] {
  const counts: Record<string, number> = {}
  return terms.map((term) => {
    const kind = kinds[term.kind]
    if (kind === undefined) return ''
    const { member, isSingle } = kind
    if (isSingle === true) return `${prefix}${member}.`
    const index = counts[member] ?? 0
    counts[member] = index + 1
    return `${prefix}${member}[${index}].`
  })
}

function valueOf({ type }: FieldSpec, text: string, isInCents: boolean): unknown {
  switch (type) {
    case 'money':
      return amountOf(text, isInCents)
    case 'decimal':
      return amountOf(text, false)
    case 'day':
      return toInstant(text) ?? text
    case 'flag':
      return text === 'yes'
    case 'tags':
      return listOf(text)
    case 'values':
      return valuesOf(text)
    case 'tiers':
      return tiersOf(text, isInCents)
    case 'text':
    case 'choice':
    case 'product':
      return text
    default:
      return unreachable(type)
  }
}

/** A number as it was typed, with thousands grouped or not; dollars become cents. */
export function amountOf(text: string, isInCents: boolean): unknown {
  const plain = text.replace(/[\s_]|,(?=\d{3}(?:\D|$))/g, '')
  if (!DECIMAL.test(plain)) return text
  return jsonNumber(isInCents ? shiftDecimal(decimalText(plain), -2) : decimalText(plain))
}

export function listOf(text: string): string[] {
  return text
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** `region=us, model=large` as an object. */
function valuesOf(text: string): unknown {
  const pairs = listOf(text).map((part) => part.split('='))
  if (pairs.some((pair) => pair.length !== 2)) return text
  return Object.fromEntries(pairs.map(([name = '', value = '']) => [name.trim(), value.trim()]))
}

/** `1000: 0.10` in a line for each tier, the last without a size. */
function tiersOf(text: string, isInCents: boolean): unknown[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines.map((line) => {
    const [first = '', second] = line.split(':').map((part) => part.trim())
    if (second === undefined) return { price: amountOf(first, isInCents) }
    return { size: amountOf(first, false), price: amountOf(second, isInCents) }
  })
}

/** Sets a value at a path such as `access_schedule.schedule_items[0].amount`. */
function assign(body: Record<string, unknown>, path: string, value: unknown): void {
  const steps = path.split(/[.[\]]+/).filter((step) => step !== '')
  let place: Record<string, unknown> = body
  steps.forEach((step, i) => {
    const next = steps[i + 1]
    if (next === undefined) {
      place[step] = value
      return
    }
    place[step] ??= /^\d+$/.test(next) ? [] : {}
    place = place[step] as Record<string, unknown>
  })
}
