import { MoreOptions } from './more-options.tsx'
import { TermField } from './term-field.tsx'
import {
  fieldsShown,
  readFrom,
  type Fields,
  type FieldSpec,
  type TermContext,
  type Values,
} from './term.ts'

interface Props {
  fields: Fields
  values: Values
  context: TermContext
  /** Where the term is in the request, as refusals name it: `commits[0].`. */
  place: string
  /** Where each row of a schedule is in the request, if it is not by its number. */
  rowPlaces?: Readonly<Record<string, readonly string[]>>
  onChange: (values: Values) => void
}

/** The questions of some fields; those that few ask for are folded away. */
export function FieldList({ fields, values, context, place, rowPlaces = {}, onChange }: Props) {
  const read = readFrom(fields, values, context)
  const shown = fieldsShown({ fields }, read)
  const show = (field: FieldSpec) => (
    <TermField
      key={field.path + field.label}
      field={field}
      read={read}
      context={context}
      name={place + field.path}
      rowPlaces={rowPlaces[field.path]}
      onChange={(value) => onChange({ ...values, [field.path]: value })}
    />
  )
  const more = shown.filter(({ isMore }) => isMore === true)
  const isOpen = more.some(({ path }) => (values[path] ?? '') !== '')
  return (
    <>
      {more.length < shown.length && (
        <div className="term-grid">{shown.filter(({ isMore }) => isMore !== true).map(show)}</div>
      )}
      {more.length > 0 && (
        <MoreOptions isOpen={isOpen}>
          <div className="term-grid">{more.map(show)}</div>
        </MoreOptions>
      )}
    </>
  )
}
