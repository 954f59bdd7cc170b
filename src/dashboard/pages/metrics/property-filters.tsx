import { Button } from '../../components/button.tsx'
import { Icon } from '../../components/icon.tsx'
import { SelectField, TextField } from '../../components/inputs.tsx'
import { TokensField } from '../../components/tokens-field.tsx'
import type { DraftFilter, FilterMode } from './draft.ts'

const MODES: { value: FilterMode; label: string }[] = [
  { value: 'exists', label: 'is there' },
  { value: 'absent', label: 'is not there' },
  { value: 'in', label: 'is one of' },
  { value: 'not_in', label: 'is none of' },
]

interface Props {
  filters: readonly DraftFilter[]
  onChange: (filters: DraftFilter[]) => void
  properties: readonly string[]
  valuesOf: (property: string) => readonly string[]
}

/** Conditions on properties, all of which must hold. */
export function PropertyFilters({ filters, onChange, properties, valuesOf }: Props) {
  const set = (key: number, part: Partial<DraftFilter>) =>
    onChange(filters.map((each) => (each.key === key ? { ...each, ...part } : each)))
  const add = () => {
    const key = Math.max(0, ...filters.map((each) => each.key)) + 1
    const used = new Set(filters.map(({ name }) => name))
    const name = properties.find((each) => !used.has(each)) ?? ''
    onChange([...filters, { key, name, mode: 'exists', values: [] }])
  }
  return (
    <div className="group-keys">
      {filters.map((filter, i) => (
        <div key={filter.key} className="row-with-button">
          <div className="filter-row">
            <TextField
              name={`property_filters[${i}].name`}
              label="Property"
              value={filter.name}
              list="seen-properties"
              onChange={({ target }) => set(filter.key, { name: target.value.trim() })}
            />
            <SelectField
              name={`property_filters[${i}].exists`}
              label="Condition"
              choices={MODES}
              value={filter.mode}
              onChange={(mode) => set(filter.key, { mode: mode as FilterMode })}
            />
            {(filter.mode === 'in' || filter.mode === 'not_in') && (
              <TokensField
                name={`property_filters[${i}].${filter.mode}_values`}
                label="Values"
                values={filter.values}
                onChange={(values) => set(filter.key, { values })}
                suggestions={valuesOf(filter.name)}
              />
            )}
          </div>
          <button
            type="button"
            className="icon-button"
            aria-label={`Remove the filter on ${filter.name}`}
            onClick={() => onChange(filters.filter(({ key }) => key !== filter.key))}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
      <div className="actions">
        <Button onClick={add}>
          <Icon name="plus" /> Add a property filter
        </Button>
      </div>
    </div>
  )
}
