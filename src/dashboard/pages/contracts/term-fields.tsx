import { SelectField, TextAreaField, TextField } from '../../components/inputs.tsx'
import { unitName } from '../../format/money.ts'
import {
  fieldsShown,
  readerOf,
  unitOfField,
  type FieldSpec,
  type ReadField,
  type Term,
  type TermContext,
} from './term.ts'
import { TERM_KINDS, type TermKinds } from './term-kinds.ts'

interface Props {
  term: Term
  context: TermContext
  /** Where the term is in the request, as refusals name it: `commits[0].`. */
  place: string
  onChange: (term: Term) => void
  kinds?: TermKinds
}

/** The questions of one term. */
export function TermFields({ term, context, place, onChange, kinds = TERM_KINDS }: Props) {
  const kind = kinds[term.kind]
  if (kind === undefined) return null
  const read = readerOf(kind, term, context)
  return (
    <div className="term-grid">
      {fieldsShown(kind, read).map((field) => (
        <TermField
          key={field.path + field.label}
          field={field}
          read={read}
          context={context}
          name={place + field.path}
          onChange={(value) =>
            onChange({ ...term, values: { ...term.values, [field.path]: value } })
          }
        />
      ))}
    </div>
  )
}

interface FieldProps {
  field: FieldSpec
  read: ReadField
  context: TermContext
  name: string
  onChange: (value: string) => void
}

function TermField({ field, read, context, name, onChange }: FieldProps) {
  const { label, hint, type, isOptional = false } = field
  const value = read(field.path)
  const shared = { name, isOptional, ...(hint !== undefined && { hint }) }
  if (type === 'choice' || type === 'flag') {
    const { choices = [] } = field
    const offered = typeof choices === 'function' ? choices(context) : choices
    return (
      <SelectField {...shared} label={label} choices={offered} value={value} onChange={onChange} />
    )
  }
  if (type === 'product') {
    return <ProductField {...{ field, context, name, value, onChange }} />
  }
  if (type === 'tiers') {
    return (
      <TextAreaField
        {...shared}
        label={label}
        rows={3}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    )
  }
  const unit = unitName(unitOfField(field, context, read))
  return (
    <TextField
      {...shared}
      label={type === 'money' ? `${label}, ${unit}` : label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      {...(type === 'day' && { type: 'date' })}
      {...((type === 'money' || type === 'decimal') && {
        inputMode: 'decimal',
        className: 'input number',
      })}
    />
  )
}

type ProductProps = Omit<FieldProps, 'read'> & { value: string }

function ProductField({ field, context, name, value, onChange }: ProductProps) {
  const { label, hint, productTypes = [] } = field
  const offered = context.products
    .filter(({ type }) => productTypes.includes(type))
    .map(({ id, current }) => ({ value: id, label: current.name }))
    .sort((a, b) => a.label.localeCompare(b.label))
  const kinds = productTypes.join(' or ').toLowerCase()
  return (
    <SelectField
      name={name}
      label={label}
      value={value}
      onChange={onChange}
      choices={[
        { value: '', label: offered.length === 0 ? 'None there yet' : 'Choose…' },
        ...offered,
      ]}
      {...(offered.length === 0
        ? { hint: `It takes a product of type ${kinds}.` }
        : hint !== undefined && { hint })}
    />
  )
}
