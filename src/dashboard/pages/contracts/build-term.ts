import { toInstant } from '../../components/inputs.tsx'
import { unreachable } from '../../../core/result.ts'
import { jsonNumber } from '../../../core/json-number.ts'
import { offsetOf } from '../../format/offset.ts'
import { plainNumber } from '../../format/plain-number.ts'
import { decimalText, shiftDecimal } from '../../format/decimal-text.ts'
import type { Unit } from '../../format/money.ts'
import {
  fieldsShown,
  readFrom,
  rowsOf,
  unitOfField,
  type Fields,
  type FieldSpec,
  type ReadField,
  type Row,
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
  const { fields, fixed } = kind
  const read = readFrom(fields, term.values, context)
  return buildFields(fields, { read, context, fixed: fixed?.(context, read) ?? {} })
}

interface Given {
  read: ReadField
  context: TermContext
  /** Sent besides, by paths. */
  fixed?: Record<string, unknown>
}

/** What the fields that are shown say. */
export function buildFields(
  fields: Fields,
  { read, context, fixed = {} }: Given,
): Record<string, unknown> {
  const body: Record<string, unknown> = {}
  for (const [path, value] of Object.entries(fixed)) assign(body, path, value)
  for (const field of fieldsShown({ fields }, read)) {
    const text = read(field.path).trim()
    if (text === '' || field.path.startsWith('$')) continue
    if (field.type === 'rows') assignRows(body, field, { text, context, read })
    else assign(body, field.path, valueOf(field, text, unitOfField(field, context, read)))
  }
  return body
}

function assignRows(
  body: Record<string, unknown>,
  field: FieldSpec,
  { text, context, read }: { text: string; context: TermContext; read: ReadField },
): void {
  const { path, rowsBefore = 0 } = field
  rowsOf(text).forEach((row, i) => {
    assign(body, `${path}[${rowsBefore + i}]`, buildRow(field, row, { context, read }))
  })
}

/** One of the rows of a field. Its fields may ask for the units of the term that it is in. */
export function buildRow(
  { row: fields = [] }: FieldSpec,
  row: Row,
  { context, read }: { context: TermContext; read: ReadField },
): Record<string, unknown> {
  const ofRow = readFrom(fields, row, context)
  const isOwn = (path: string) => fields.some((each) => each.path === path)
  return buildFields(fields, {
    read: (path) => (isOwn(path) ? ofRow(path) : read(path)),
    context,
  })
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
  const all = terms.map((term) => buildTerm(term, context, kinds))
  const said = JSON.stringify(all)
  terms.forEach(({ kind: name, key }, i) => {
    const kind = kinds[name]
    if (kind === undefined) return
    const member = prefix + kind.member
    // A term that others name has no id yet: its key is its name in this request.
    const built = { ...all[i], ...(said.includes(key) && isKey(key) && { temporary_id: key }) }
    const before = body[member]
    if (kind.isSingle === true) body[member] = built
    else body[member] = Array.isArray(before) ? [...(before as unknown[]), built] : [built]
  })
  return body
}

/** Terms of the wizard have keys that occur nowhere by chance. */
function isKey(key: string): boolean {
  return key.length === 36
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

/** What a text of one field is sent as. */
export function valueOf({ type }: FieldSpec, text: string, unit: Unit): unknown {
  const isInCents = unit.name === USD_CENTS
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
    case 'products':
    case 'picks':
      return listOf(text)
    case 'values':
      return valuesOf(text)
    case 'offset':
      return offsetOf(text)
    case 'rows':
    case 'schedule':
    case 'text':
    case 'choice':
    case 'product':
      return text
    default:
      return unreachable(type)
  }
}

/** A number as it was typed; dollars become cents. */
export function amountOf(text: string, isInCents: boolean): unknown {
  const plain = plainNumber(text)
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

/** Sets a value at a path such as `access_schedule.schedule_items[0].amount`. */
export function assign(body: Record<string, unknown>, path: string, value: unknown): void {
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
