import type { Choice } from '../../components/inputs.tsx'
import type { Unit } from '../../format/money.ts'
import type { CreditType, Product } from '../offering/answers.ts'

/** What the fields of a term start from. */
export interface TermContext {
  /** Of the rate card, or dollars. */
  currency: { id: string; name: string }
  /** Custom pricing units. */
  units: readonly CreditType[]
  products: readonly Product[]
  /** Commits and credits, and subscriptions, that other terms may name. */
  balances: readonly Choice[]
  subscriptions: readonly Choice[]
  /** Days such as `2026-11-01`; empty where they are not known, or there is no end. */
  start: string
  end: string
}

/** Reads the text of another field of the same term. */
export type ReadField = (path: string) => string

/** One question of a term: where its answer goes in the request, and how it is asked. */
export interface FieldSpec {
  /** Its place in the term, as the API's refusals name it. One that begins with $ is not sent. */
  path: string
  label: string
  type:
    | 'text'
    | 'money'
    | 'decimal'
    | 'day'
    | 'choice'
    | 'flag'
    | 'product'
    | 'products'
    | 'picks'
    | 'tags'
    | 'values'
    | 'rows'
    | 'schedule'
    | 'offset'
  choices?: readonly Choice[] | ((context: TermContext) => readonly Choice[])
  /** What stands there until someone changes it. */
  initial?: (context: TermContext, read: ReadField) => string
  hint?: string
  /** What is wrong with what was typed, where the server would not name this field. */
  problem?: (read: ReadField) => string | undefined
  isOptional?: boolean
  /** What an edit sets to null to take the answer away, if that is more than the field. */
  clearAt?: string
  isShown?: (read: ReadField) => boolean
  /** Unfolded by those who need it. */
  isMore?: true
  /** Of money that may be in a custom unit: the field that says which. */
  unitAt?: string
  /** Of money whose unit is settled. */
  unit?: Unit
  /** Of `rows` and `schedule`: what is asked of each, by paths in it. */
  row?: readonly FieldSpec[]
  /** Of `rows`: so many of the list are asked for by fields of their own. */
  rowsBefore?: number
  /** What one of several is called: `period`. */
  noun?: string
  productTypes?: readonly Product['type'][]
}

/** A kind of term that a contract can have. */
export interface TermKind {
  label: string
  /** The member of the contract that it goes to. */
  member: string
  /** The member holds one, not a list. */
  isSingle?: true
  fields: readonly FieldSpec[]
  /** What is sent besides, by paths; what the fields say goes first. */
  fixed?: (context: TermContext, read: ReadField) => Record<string, unknown>
}

/** A term that is being put together: what was typed, by the paths of the fields. */
export interface Term {
  key: string
  kind: string
  values: Values
}

export const DOLLARS = { id: '2714e483-4ff1-48e4-9e25-ac732e8f24f2', name: 'USD (cents)' }

export type Fields = readonly FieldSpec[]
export type Values = Readonly<Record<string, string>>

/** Reads what fields of a term say. */
export function readerOf(
  { fields }: Pick<TermKind, 'fields'>,
  { values }: Pick<Term, 'values'>,
  context: TermContext,
): ReadField {
  return readFrom(fields, values, context)
}

/** Reads what fields say, be it typed or what they start from. */
export function readFrom(fields: Fields, values: Values, context: TermContext): ReadField {
  const read = (path: string): string => {
    const typed = values[path]
    if (typed !== undefined) return typed
    const field = fields.find((each) => each.path === path)
    return field?.initial?.(context, read) ?? ''
  }
  return read
}

export function fieldsShown({ fields }: Pick<TermKind, 'fields'>, read: ReadField): FieldSpec[] {
  return fields.filter(({ isShown }) => isShown?.(read) ?? true)
}

/** One of several answers: what was typed, by the paths of the fields of a row. */
export type Row = Record<string, string>

/** A row that has this stays as it is: what it says has happened. */
export const SETTLED = '$settled'

/** The rows that a text of a field of rows holds. */
export function rowsOf(text: string): Row[] {
  return text === '' ? [] : (JSON.parse(text) as Row[])
}

export function textOfRows(rows: readonly Row[]): string {
  return rows.length === 0 ? '' : JSON.stringify(rows)
}

/** The unit that a field's money is in. */
export function unitOfField(field: FieldSpec, context: TermContext, read: ReadField): Unit {
  if (field.unit !== undefined) return field.unit
  const id = field.unitAt === undefined ? '' : read(field.unitAt)
  return context.units.find((unit) => unit.id === id) ?? context.currency
}

/** For fields that start from nothing, and name nothing. */
export const NO_CONTEXT: TermContext = {
  currency: DOLLARS,
  units: [],
  products: [],
  balances: [],
  subscriptions: [],
  start: '',
  end: '',
}
