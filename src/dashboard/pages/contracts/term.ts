import type { Choice } from '../../components/inputs.tsx'
import type { CreditType, Product } from '../offering/answers.ts'

/** What the fields of a term start from. */
export interface TermContext {
  /** Of the rate card, or dollars. */
  currency: { id: string; name: string }
  /** Custom pricing units. */
  units: readonly CreditType[]
  products: readonly Product[]
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
    | 'tags'
    | 'values'
    | 'tiers'
  choices?: readonly Choice[] | ((context: TermContext) => readonly Choice[])
  /** What stands there until someone changes it. */
  initial?: (context: TermContext, read: ReadField) => string
  hint?: string
  isOptional?: boolean
  isShown?: (read: ReadField) => boolean
  /** Of money that may be in a custom unit: the field that says which. */
  unitAt?: string
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
  /** What is sent besides, by paths. */
  fixed?: (context: TermContext, read: ReadField) => Record<string, unknown>
}

/** A term that is being put together: what was typed, by the paths of the fields. */
export interface Term {
  key: string
  kind: string
  values: Record<string, string>
}

export const DOLLARS = { id: '2714e483-4ff1-48e4-9e25-ac732e8f24f2', name: 'USD (cents)' }

/** Reads what fields of a term say, be it typed or what they start from. */
export function readerOf(kind: TermKind, term: Term, context: TermContext): ReadField {
  const read = (path: string): string => {
    const typed = term.values[path]
    if (typed !== undefined) return typed
    const field = kind.fields.find((each) => each.path === path)
    return field?.initial?.(context, read) ?? ''
  }
  return read
}

export function fieldsShown(kind: TermKind, read: ReadField): FieldSpec[] {
  return kind.fields.filter(({ isShown }) => isShown?.(read) ?? true)
}

/** The unit that a field's money is in. */
export function unitOfField(field: FieldSpec, context: TermContext, read: ReadField) {
  const id = field.unitAt === undefined ? '' : read(field.unitAt)
  return context.units.find((unit) => unit.id === id) ?? context.currency
}
