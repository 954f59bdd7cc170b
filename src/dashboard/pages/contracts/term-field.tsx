import { SelectField, TextField } from '../../components/inputs.tsx'
import { TokensField } from '../../components/tokens-field.tsx'
import { OffsetField } from '../../components/offset-field.tsx'
import { unitName } from '../../format/money.ts'
import { listOf } from './build-term.ts'
import { ProductPicker } from '../offering/pickers.tsx'
import { PicksField } from './picks-field.tsx'
import { RowsField } from './rows-field.tsx'
import { unitOfField, type FieldSpec, type ReadField, type TermContext } from './term.ts'

export interface TermFieldProps {
  field: FieldSpec
  read: ReadField
  context: TermContext
  name: string
  rowPlaces?: readonly string[] | undefined
  isDisabled?: boolean
  onChange: (value: string) => void
}

/** One question of a term, asked in the way that suits its answer. */
export function TermField(props: TermFieldProps) {
  const { field, read, context, name, onChange } = props
  const { label, hint, type, isOptional = false } = field
  const value = read(field.path)
  const error = field.problem?.(read)
  const shared = { name, label, isOptional, error, ...(hint !== undefined && { hint }) }
  switch (type) {
    case 'choice':
    case 'flag': {
      const { choices = [] } = field
      const offered = typeof choices === 'function' ? choices(context) : choices
      return <SelectField {...shared} choices={offered} value={value} onChange={onChange} />
    }
    case 'product':
      return <ProductField {...props} />
    case 'products':
      return (
        <PicksField
          {...shared}
          choices={productsFor(field, context)}
          value={value}
          onChange={onChange}
        />
      )
    case 'picks': {
      const { choices = [] } = field
      const offered = typeof choices === 'function' ? choices(context) : choices
      return <PicksField {...shared} choices={offered} value={value} onChange={onChange} />
    }
    case 'tags':
      return (
        <TokensField
          {...shared}
          values={listOf(value)}
          suggestions={tagsOf(context)}
          onChange={(tags) => onChange(tags.join(', '))}
        />
      )
    case 'offset':
      return <OffsetField {...shared} value={value} onChange={onChange} />
    case 'rows':
    case 'schedule':
      return <RowsField {...props} />
    case 'text':
    case 'values':
    case 'money':
    case 'decimal':
    case 'day':
    default:
      return <TypedField {...props} />
  }
}

function TypedField({ field, read, context, name, isDisabled, onChange }: TermFieldProps) {
  const { label, hint, type, isOptional = false } = field
  const value = read(field.path)
  const unit = unitName(unitOfField(field, context, read))
  // What begins or ends within a day is shown to the minute.
  const dayType = value.includes('T') ? 'datetime-local' : 'date'
  return (
    <TextField
      name={name}
      isOptional={isOptional}
      error={field.problem?.(read)}
      {...(hint !== undefined && { hint })}
      label={type === 'money' ? `${label}, ${unit}` : label}
      value={value}
      disabled={isDisabled}
      onChange={(event) => onChange(event.target.value)}
      {...(type === 'day' && { type: dayType })}
      {...((type === 'money' || type === 'decimal') && {
        inputMode: 'decimal',
        className: 'input number',
      })}
    />
  )
}

/** More are searched for on the server, by those who choose. */
const CHOICES_MAX = 100

function ProductField({ field, read, context, name, onChange }: TermFieldProps) {
  const { label, hint, productTypes = [], isOptional = false } = field
  const offered = productsFor(field, context)
  if (offered.length > CHOICES_MAX) {
    const value = read(field.path)
    const shared = { name, label, isOptional, ...(hint !== undefined && { hint }) }
    return <ProductPicker {...shared} {...{ value, onChange }} types={productTypes} />
  }
  const kinds = productTypes.join(' or ').toLowerCase()
  const none = isOptional ? 'Any' : 'Choose…'
  return (
    <SelectField
      name={name}
      label={label}
      value={read(field.path)}
      onChange={onChange}
      choices={[{ value: '', label: offered.length === 0 ? 'None there yet' : none }, ...offered]}
      {...(offered.length === 0
        ? { hint: `It takes a product of type ${kinds}.` }
        : hint !== undefined && { hint })}
    />
  )
}

function productsFor({ productTypes = [] }: FieldSpec, { products }: TermContext) {
  return products
    .filter(({ type }) => productTypes.includes(type))
    .map(({ id, current }) => ({ value: id, label: current.name }))
    .sort((a, b) => a.label.localeCompare(b.label))
}

/** The tags that products have. */
function tagsOf({ products }: TermContext): string[] {
  return [...new Set(products.flatMap(({ current }) => current.tags ?? []))].sort()
}
